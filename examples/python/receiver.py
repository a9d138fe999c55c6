"""A receiver of webhooks: verifies, remembers, answers, and only then works."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

MAX_BYTES = 1024 * 1024
secret = os.environ.get("WEBHOOK_SECRET") or sys.exit("WEBHOOK_SECRET is not set: it is the endpoint's whsec_…")
webhook = Webhook(secret)
# In a real receiver: a table with a unique index on the id.
seen = set()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if length > MAX_BYTES:
            # Read and forgotten: a sender that is cut off in its middle does not hear the answer.
            while length > 0:
                length -= len(self.rfile.read(min(length, 65536))) or length
            return self.answer(413)
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            # The bytes as they came: parsed and written again they would be others.
            webhook.verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            return self.answer(400)
        message_id = headers["webhook-id"]
        is_new = message_id not in seen
        seen.add(message_id)
        # From here on the message is ours. The sender waits for nothing that we do with it.
        self.answer(204)
        if is_new:
            handle(message_id, json.loads(body))

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", "0")
        self.end_headers()
        self.wfile.flush()

    def log_message(self, *_):
        pass


def handle(message_id, event):
    print(f"{message_id}: {event.get('type', 'an event')}", flush=True)


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 4000))), Receiver)
print("Listening", flush=True)
server.serve_forever()
