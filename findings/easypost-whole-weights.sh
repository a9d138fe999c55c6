#!/usr/bin/env bash
# @easypost/api 8.9.0 writes every whole "weight" as 5.0 before it verifies, and drops the white space behind it, because
# EasyPost's servers write floats so. A body that was signed byte for byte as it was sent is therefore refused if it
# says 5: a proxy, a relay or a test must write 5.0, or sign what it does not send.
source "$(dirname "$0")/common.sh"
install @easypost/api@8.9.0
expect '{"weight": 5.0} taken
{"weight": 5} refused
{"weight": 5 ,"id":"evt_1"} refused
{"weight": 5.0 ,"id":"evt_1"} taken' <<'JS'
import { createHmac } from "node:crypto";
import EasyPost from "@easypost/api";

const { Utils } = new EasyPost("key");
for (const body of ['{"weight": 5.0}', '{"weight": 5}', '{"weight": 5 ,"id":"evt_1"}', '{"weight": 5.0 ,"id":"evt_1"}']) {
  const headers = { "x-hmac-signature": `hmac-sha256-hex=${createHmac("sha256", "secret").update(body).digest("hex")}` };
  let verdict = "taken";
  try {
    Utils.validateWebhook(Buffer.from(body), headers, "secret");
  } catch {
    verdict = "refused";
  }
  console.log(body, verdict);
}
JS
