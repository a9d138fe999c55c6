#!/usr/bin/env bash
# Multipart bodies may have text before their first boundary and after their last (RFC 2046, 5.1.1), to be ignored. Of three
# parsers one reads both, one refuses the former, and undici 7.16.0, whose code is Node.js's own `Response.formData()`, both.
source "$(dirname "$0")/common.sh"
install busboy@1.6.0 @remix-run/multipart-parser@0.16.3 undici@7.16.0
expect 'plain: busboy a=1, remix a=1, undici a=1
with a preamble: busboy a=1, remix MultipartParseError, undici TypeError
with an epilogue: busboy a=1, remix a=1, undici TypeError' <<'JS'
import busboy from "busboy";
import { parseMultipart } from "@remix-run/multipart-parser";
import { Response } from "undici";

const type = "multipart/form-data; boundary=b";
const parts = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
const parsers = {
  busboy: (body) =>
    new Promise((resolve, reject) => {
      const fields = [];
      busboy({ headers: { "content-type": type } })
        .on("field", (name, value) => fields.push(`${name}=${value}`))
        .on("error", reject)
        .on("close", () => resolve(fields.join()))
        .end(body);
    }),
  remix: async (body) => [...parseMultipart(new TextEncoder().encode(body), { boundary: "b" })].map((part) => `${part.name}=${part.text}`).join(),
  undici: async (body) => [...(await new Response(body, { headers: { "content-type": type } }).formData())].map((field) => field.join("=")).join(),
};
const bodies = { plain: parts, "with a preamble": `For old mail readers.\r\n${parts}`, "with an epilogue": `${parts}The end.` };
for (const [name, body] of Object.entries(bodies)) {
  const seen = [];
  for (const [parser, parse] of Object.entries(parsers)) seen.push(`${parser} ${await parse(body).catch((error) => error.constructor.name)}`);
  console.log(`${name}: ${seen.join(", ")}`);
}
JS
