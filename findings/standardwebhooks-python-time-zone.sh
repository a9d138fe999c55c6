#!/usr/bin/env bash
# Webhook.sign of standardwebhooks 1.1.0 and svix 2.9.1 for Python takes the time as a datetime, and puts UTC in the place of
# whatever zone it has: an aware one that is not in UTC names another moment, hours off. Who signs with the time of a zone
# (datetime.now().astimezone(), django's timezone.localtime()) and sends the header Webhook-Timestamp of the true moment
# is refused by every verifier, the package's own too. Python defines an aware datetime as one moment in time, and the libraries for
# JavaScript and Go sign that.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install_python standardwebhooks==1.1.0 svix==2.9.1
expect_python 'standardwebhooks, UTC: verified
standardwebhooks, UTC+02:00: No matching signature found
svix, UTC: verified
svix, UTC+02:00: No matching signature found' <<'PY'
import time
from datetime import datetime, timedelta, timezone

import standardwebhooks
import svix.webhooks

body = '{"type":"invoice.paid"}'
moment = int(time.time())
for name, library in (("standardwebhooks", standardwebhooks), ("svix", svix.webhooks)):
    webhook = library.Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw==")
    for hours in (0, 2):
        zone = timezone(timedelta(hours=hours))
        signature = webhook.sign("msg_1", datetime.fromtimestamp(moment, zone), body)
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(moment), "webhook-signature": signature}
        try:
            webhook.verify(body, headers)
            verdict = "verified"
        except library.WebhookVerificationError as error:
            verdict = error
        print(f"{name}, {zone}: {verdict}")
PY
