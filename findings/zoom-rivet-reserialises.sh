#!/usr/bin/env bash
# @zoom/rivet 0.4.0 verifies what JSON.stringify makes of the parsed body, not the bytes that came. A correctly signed
# request is refused with 400 if its JSON has an integer beyond 2^53, `1.0`, an escape (\u00e4, \/) or white space; and behind
# AWS's gateway, which may hand bodies over as base64, if it has any text beyond ASCII, because base64 is read as ASCII.
source "$(dirname "$0")/common.sh"
install @zoom/rivet@0.4.0
expect 'compact: 200
text beyond ASCII: 200
text beyond ASCII, as base64: 400
an escape: 400
an integer of 19 digits: 400
one dot zero: 400
a space: 400' <<'JS'
import { createHmac } from "node:crypto";
import { AwsLambdaReceiver } from "@zoom/rivet/meetings";

console.debug = () => {};
const secret = "secret";
async function status(body, isBase64Encoded = false) {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${time}:${body}`).digest("hex")}`;
  const handler = new AwsLambdaReceiver({ webhooksSecretToken: secret }).start();
  const headers = { "x-zm-signature": signature, "x-zm-request-timestamp": time };
  const answer = await handler({ headers, body: isBase64Encoded ? Buffer.from(body).toString("base64") : body, isBase64Encoded }, {});
  return answer.statusCode;
}
console.log("compact:", await status('{"event":"meeting.started"}'));
console.log("text beyond ASCII:", await status('{"event":"meeting.started","topic":"Größe"}'));
console.log("text beyond ASCII, as base64:", await status('{"event":"meeting.started","topic":"Größe"}', true));
console.log("an escape:", await status('{"event":"meeting.started","topic":"Gr\\u00f6\\u00dfe"}'));
console.log("an integer of 19 digits:", await status('{"event":"meeting.started","id":9223372036854775807}'));
console.log("one dot zero:", await status('{"event":"meeting.started","hours":1.0}'));
console.log("a space:", await status('{"event": "meeting.started"}'));
JS
