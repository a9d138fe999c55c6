#!/usr/bin/env bash
# verifyRequestSignature of whatsapp-api-js 6.3.0 signs, as Meta's document says, the body with its text beyond ASCII escaped
# (\u00e4). A body in which that text stands as it is verifies only if the sender signed the escaped form: a signature over the
# very bytes that were sent is refused. Senders that escape what they send are taken by every verifier.
source "$(dirname "$0")/common.sh"
install whatsapp-api-js@6.3.0
expect 'sent ä, signed ä: false
sent ä, signed \u00e4: true
sent \u00e4, signed \u00e4: true' <<'JS'
import { createHmac } from "node:crypto";
import { WhatsAppAPI } from "whatsapp-api-js";

const api = new WhatsAppAPI({ v: "v24.0", token: "token", appSecret: "secret", webhookVerifyToken: "token" });
for (const [sent, signed] of [["ä", "ä"], ["ä", "\\u00e4"], ["\\u00e4", "\\u00e4"]]) {
  const signature = `sha256=${createHmac("sha256", "secret").update(`{"text":"${signed}"}`).digest("hex")}`;
  console.log(`sent ${sent}, signed ${signed}:`, await api.verifyRequestSignature(`{"text":"${sent}"}`, signature));
}
JS
