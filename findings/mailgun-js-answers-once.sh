#!/usr/bin/env bash
# validateWebhook of mailgun-js 0.22.0 remembers each token: asked a second time about the same valid signature (a middleware and
# a handler of one request, or a request that is taken up again after a failure behind the check) it answers false.
# The webhook signing key, which accounts have beside the API key today, must be given as apiKey.
source "$(dirname "$0")/common.sh"
install mailgun-js@0.22.0
expect 'first: true
again: false' <<'JS'
import { createHmac } from "node:crypto";
import mailgun from "mailgun-js";

const client = mailgun({ apiKey: "key", domain: "example.com", mute: true });
const timestamp = String(Math.floor(Date.now() / 1000));
const token = "0123456789".repeat(5);
const signature = createHmac("sha256", "key").update(timestamp + token).digest("hex");
console.log("first:", client.validateWebhook(timestamp, token, signature));
console.log("again:", client.validateWebhook(timestamp, token, signature));
JS
