#!/usr/bin/env bash
# http-message-signatures 1.0.6 (RFC 9421): a `tolerance`, described as one of clocks for `created` and `expires`, is taken off the
# maximum age instead of added to it. With maxAge 30 and tolerance 20 a signature of 15 seconds is too old, with tolerance 60 every
# one; without a tolerance all were good until 30. And @query-param is encoded by encodeURIComponent, where the RFC (2.2.8)
# wants the set of forms: of a value with ' ( ) ! or ~ the signature differs from other implementations', here Python's
# http-message-signatures 3.0.0.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install http-message-signatures@1.0.6
install_python http-message-signatures==3.0.0
cat >parameter.py <<'PY'
import sys

from http_message_signatures import HTTPSignatureComponentResolver


class Request:
    method, url, headers = "POST", sys.argv[1], {}


print(HTTPSignatureComponentResolver(Request()).get_query_params(name="who"))
PY
expect '15 s old, maxAge 30: true
15 s old, maxAge 30, tolerance 20: Signature is too old
1 s old, maxAge 30, tolerance 60: Signature is too old
JavaScript signs: O'"'"'Neil%20(VIP)!
Python signs: O%27Neil%20%28VIP%29%21' <<'JS'
import { execFileSync } from "node:child_process";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";

const key = Buffer.from("a shared key of some thirty bytes");
const verifier = { id: "k", algs: ["hmac-sha256"], verify: createVerifier(key, "hmac-sha256") };
async function tell(age, limits) {
  const paramValues = { created: new Date(Date.now() - age * 1000), expires: new Date(Date.now() + 600_000) };
  const request = { method: "POST", url: "https://app.example/hook", headers: {} };
  const signed = await httpbis.signMessage({ key: createSigner(key, "hmac-sha256", "k"), fields: ["@method", "@target-uri"], paramValues }, request);
  const verdict = await httpbis.verifyMessage({ keyLookup: async () => verifier, ...limits }, signed).catch((error) => error.message);
  const named = Object.entries(limits).map(([name, seconds]) => `, ${name} ${seconds}`);
  console.log(`${age} s old${named.join("")}: ${verdict}`);
}
await tell(15, { maxAge: 30 });
await tell(15, { maxAge: 30, tolerance: 20 });
await tell(1, { maxAge: 30, tolerance: 60 });

const url = "https://app.example/hook?who=O'Neil%20(VIP)!";
const [[, [value]]] = httpbis.createSignatureBase({ fields: ['@query-param;name="who"'] }, { method: "POST", url, headers: {} });
console.log("JavaScript signs:", value);
console.log("Python signs:", execFileSync("python/bin/python", ["parameter.py", url], { encoding: "utf8" }).trim());
JS
