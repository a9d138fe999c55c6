#!/usr/bin/env bash
# validateRequest of twilio 6.2.0 takes the form as a plain object. The URLSearchParams or FormData that Request.formData()
# and `new URLSearchParams(body)` give has no own keys: it counts as no parameters at all, and a valid signature is refused
# without a word about the type.
source "$(dirname "$0")/common.sh"
install twilio@6.2.0
expect 'object: true
URLSearchParams: false
FormData: false' <<'JS'
import twilio from "twilio";

const url = "https://app.example/sms";
const form = { From: "+15550100", Body: "Grüße" };
const signature = twilio.getExpectedTwilioSignature("token", url, form);
const formData = new FormData();
for (const [name, value] of Object.entries(form)) formData.append(name, value);
console.log("object:", twilio.validateRequest("token", signature, url, form));
console.log("URLSearchParams:", twilio.validateRequest("token", signature, url, new URLSearchParams(form)));
console.log("FormData:", twilio.validateRequest("token", signature, url, formData));
JS
