import { expect, test } from "vitest";
import { parseBody } from "./parsedBody.ts";
import { parseXml } from "./xml.ts";

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

test.each<[contentType: string | null, body: string, parsed: unknown]>([
  ["text/plain", '{"a":1}', { a: 1 }],
  ["application/x-www-form-urlencoded", "a=1&b=x+y&b=%26&__proto__=p", JSON.parse('{"a":"1","b":["x y","&"],"__proto__":"p"}')],
  ["application/xml; charset=utf-8", "<order id='7'><line>1</line><line>2</line></order>", { order: { "@id": "7", line: ["1", "2"] } }],
  ["application/atom+xml", "<a>x</a>", { a: "x" }],
  ["text/plain", "a=1", undefined],
  [null, "<a/>", undefined],
  ["application/xml", "no markup", undefined],
])("%s %s", (contentType, body, parsed) => expect(plain(parseBody(contentType, Buffer.from(body)))).toEqual(parsed));

test.each<[xml: string, parsed: unknown]>([
  [`<?xml version="1.0"?><!DOCTYPE a [ ]><!-- <b> --><a>t<![CDATA[<&]]>&lt;&#65;&#x42;</a>`, { a: "t<&<AB" }],
  ["<s:E xmlns:s='u'><s:B>1</s:B></s:E>", { "s:E": { "@xmlns:s": "u", "s:B": "1" } }],
  [`<a x="1 > 0" y = '"'/>`, { a: { "@x": "1 > 0", "@y": '"' } }],
  ["<a>said <b/> more</a>", { a: { b: "", "#text": "said  more" } }],
  ["<__proto__>x</__proto__>", JSON.parse('{"__proto__":"x"}')],
  ["<a><b></a></b>", undefined],
  ["<a>", undefined],
  ["<a></a", undefined],
  ["<a b=1></a>", undefined],
  ["<!-- never closed", undefined],
  ["", undefined],
])("XML: %s", (xml, parsed) => expect(plain(parseXml(xml))).toEqual(parsed));

// Going over each again and again would take minutes.
test("hostile XML takes time in proportion to its length", { timeout: 5_000 }, () => {
  const n = 300_000;
  const hostile = ["<!-- ", "<", "<a ", "</", '<a b="', "<a\t", "<![CDATA[", "&#x", "<a>"].map((piece) => piece.repeat(n / piece.length));
  hostile.push(`<${"a".repeat(n)}`, `<a${" ".repeat(n)}`, `<a ${"b".repeat(n)}`, `<a b="${"c".repeat(n)}`, `<a>${"</".repeat(n)}`);
  for (const xml of hostile) expect(parseXml(xml)).toBeUndefined();
});
