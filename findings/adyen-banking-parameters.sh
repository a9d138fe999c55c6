#!/usr/bin/env bash
# validateBankingHMAC(hmacKey, hmacSign, notification) of @adyen/api-library 32.1.0, deprecated but still there, has its first
# two parameters the wrong way round: called as their names say, it answers false to a valid signature.
# validateHMACSignature, with the same names, is right.
source "$(dirname "$0")/common.sh"
install @adyen/api-library@32.1.0
expect 'validateBankingHMAC(key, signature, body): false
validateBankingHMAC(signature, key, body): true
validateHMACSignature(key, signature, body): true' <<'JS'
import { createHmac } from "node:crypto";
import adyen from "@adyen/api-library";

const key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
const body = '{"type":"balancePlatform.accountHolder.created"}';
const signature = createHmac("sha256", Buffer.from(key, "hex")).update(body).digest("base64");
const validator = new adyen.hmacValidator();
console.log("validateBankingHMAC(key, signature, body):", validator.validateBankingHMAC(key, signature, body));
console.log("validateBankingHMAC(signature, key, body):", validator.validateBankingHMAC(signature, key, body));
console.log("validateHMACSignature(key, signature, body):", validator.validateHMACSignature(key, signature, body));
JS
