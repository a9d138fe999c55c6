#!/usr/bin/env bash
# EventCallbackHelper.isValid of @dropbox/sign 1.11.0 wants a model of its own: of the callback's JSON as JSON.parse makes it, it
# throws nothing and says false, since it looks for eventTime where Dropbox Sign sends event_time. EventCallbackRequest.init makes
# the model.
source "$(dirname "$0")/common.sh"
install @dropbox/sign@1.11.0
expect 'as parsed: false
as the model: true' <<'JS'
import { createHmac } from "node:crypto";
import sign from "@dropbox/sign";

const { EventCallbackHelper, EventCallbackRequest } = sign;
const hash = createHmac("sha256", "key").update("1767225600signature_request_signed").digest("hex");
const callback = {
  event: { event_time: "1767225600", event_type: "signature_request_signed", event_hash: hash },
  signature_request: { signature_request_id: "r_1" },
};
console.log("as parsed:", EventCallbackHelper.isValid("key", callback));
console.log("as the model:", EventCallbackHelper.isValid("key", EventCallbackRequest.init(callback)));
JS
