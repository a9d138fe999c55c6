#!/usr/bin/env bash
# isValid of pusher 5.3.4 compares the whole Content-Type with "application/json": with a parameter behind it, as frameworks and
# whoever passes a webhook on write it, or in another case, which RFC 9110 (8.3.1) makes the same, a webhook is not valid whose
# signature is right. The signature does not cover the header.
source "$(dirname "$0")/common.sh"
install pusher@5.3.4
expect 'application/json: true
application/json; charset=utf-8: false
Application/JSON: false' <<'JS'
import { createHmac } from "node:crypto";
import Pusher from "pusher";

const pusher = new Pusher({ appId: "1", key: "key", secret: "secret" });
const rawBody = '{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"hello"}]}';
const signature = createHmac("sha256", "secret").update(rawBody).digest("hex");
for (const type of ["application/json", "application/json; charset=utf-8", "Application/JSON"]) {
  const headers = { "x-pusher-key": "key", "x-pusher-signature": signature, "content-type": type };
  console.log(`${type}:`, pusher.webhook({ headers, rawBody }).isValid());
}
JS
