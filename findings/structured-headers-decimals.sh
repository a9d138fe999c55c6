#!/usr/bin/env bash
# structured-headers 2.1.0 (RFC 9651) reads the decimal 1.0 as a number of JavaScript and writes it as the integer 1, another type; what it
# makes of a small one, 0.0002, is "0.", which its own parser refuses (the RFC, 4.1.5, ends that with a zero). So a field that is
# read and written again is another one, and http-message-signatures 1.0.6, which does that where ;sf or ;key is signed, signs other
# text than its namesake 3.0.0 for Python does.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install structured-headers@2.1.0 http-message-signatures@1.0.6
install_python http-message-signatures==3.0.0
cat >signed.py <<'PY'
from http_message_signatures import HTTPSignatureComponentResolver
from http_sf.compat import Item


class Request:
    method, url, headers = "POST", "https://app.example/", {"priority": "u=1, q=1.0"}


priority = Item("priority")
priority.params["sf"] = True
print(HTTPSignatureComponentResolver(Request()).resolve(priority))
PY
expect 'read and written: 1.0 -> 1
read and written: text/html;q=1.0 -> text/html;q=1
0.0002 written: 0.
read again: Parse error: Decimal cannot end on a period at offset 2
"priority";sf signed by JavaScript: u=1, q=1
"priority";sf signed by Python: u=1, q=1.0' <<'JS'
import { execFileSync } from "node:child_process";
import { httpbis } from "http-message-signatures";
import { parseItem, serializeItem } from "structured-headers";

for (const field of ["1.0", "text/html;q=1.0"]) console.log(`read and written: ${field} -> ${serializeItem(parseItem(field))}`);
const small = serializeItem(0.0002);
console.log("0.0002 written:", small);
try {
  console.log("read again:", parseItem(small)[0]);
} catch (error) {
  console.log("read again:", error.message);
}
const request = { method: "POST", url: "https://app.example/", headers: { priority: "u=1, q=1.0" } };
const [[component, [signed]]] = httpbis.createSignatureBase({ fields: ['"priority";sf'] }, request);
console.log(`${component} signed by JavaScript:`, signed);
console.log(`${component} signed by Python:`, execFileSync("python/bin/python", ["signed.py"], { encoding: "utf8" }).trim());
JS
