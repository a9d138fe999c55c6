#!/usr/bin/env bash
# HubSpot's document has some characters of the URI decoded before version 3 of the signature is computed (%3A, %2F, %40 …).
# Signature.isValid of @hubspot/api-client 13.5.0 does not: given the URL as it was called, it answers false to a valid
# signature, and the caller must decode.
source "$(dirname "$0")/common.sh"
install @hubspot/api-client@13.5.0
expect 'https://app.example/hook?at=10%3A30 false
https://app.example/hook?at=10:30 true' <<'JS'
import { createHmac } from "node:crypto";
import { Signature } from "@hubspot/api-client";

const timestamp = Date.now();
const signed = `POSThttps://app.example/hook?at=10:30{}${timestamp}`;
const signature = createHmac("sha256", "secret").update(signed).digest("base64");
for (const url of ["https://app.example/hook?at=10%3A30", "https://app.example/hook?at=10:30"]) {
  const request = { method: "POST", url, requestBody: "{}", clientSecret: "secret", timestamp, signature };
  console.log(url, Signature.isValid({ ...request, signatureVersion: "v3" }));
}
JS
