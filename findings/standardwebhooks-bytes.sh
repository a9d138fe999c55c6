#!/usr/bin/env bash
# standardwebhooks 1.1.1 and svix 2.5.0 verify texts and Buffers. The Uint8Array that Request.bytes(), Deno, Bun's and Workers'
# code have is refused with a plain Error, not a WebhookVerificationError: handlers that answer 400 to the latter answer 500.
# And the verify of svix 2.x gives back nothing where that of 1.x gave the payload.
source "$(dirname "$0")/common.sh"
install standardwebhooks@1.1.1 svix@2.5.0 svix-v1@npm:svix@1.99.1
expect 'standardwebhooks, Buffer: {"id":"evt_1"}
standardwebhooks, Uint8Array: Error: Expected payload to be of type string or Buffer.
svix 2, Buffer: undefined
svix 2, Uint8Array: Error: Expected payload to be of type string or Buffer.
svix 1, Buffer: {"id":"evt_1"}
svix 1, Uint8Array: Error: Expected payload to be of type string or Buffer.' <<'JS'
import { Webhook } from "standardwebhooks";
import { Webhook as Svix2 } from "svix";
import { Webhook as Svix1 } from "svix-v1";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const now = new Date();
const body = '{"id":"evt_1"}';
const headers = {
  "webhook-id": "msg_1",
  "webhook-timestamp": String(Math.floor(now / 1000)),
  "webhook-signature": new Webhook(secret).sign("msg_1", now, body),
};
for (const [name, Library] of Object.entries({ standardwebhooks: Webhook, "svix 2": Svix2, "svix 1": Svix1 }))
  for (const [type, bytes] of Object.entries({ Buffer: Buffer.from(body), Uint8Array: new TextEncoder().encode(body) }))
    try {
      console.log(`${name}, ${type}: ${JSON.stringify(new Library(secret).verify(bytes, headers))}`);
    } catch (error) {
      console.log(`${name}, ${type}: ${error.constructor.name}: ${error.message}`);
    }
JS
