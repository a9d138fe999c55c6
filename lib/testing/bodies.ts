/** Bodies as senders write them, and what stands at one path of each: every reader is asked all of them. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

export type BodyCase = {
  name: string;
  contentType: string | null;
  contentEncoding?: string;
  body: Buffer;
  path: string;
  /** The value that stands at the path, as text. */
  found: string;
};

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const utf16le = (text: string): Buffer => Buffer.from(text, "utf16le");
const utf16be = (text: string): Buffer => utf16le(text).swap16();
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
// 注文 in Shift_JIS, as Python's codec writes it.
const order = Buffer.from("928d95b6", "hex");
const percent = (bytes: Buffer): string => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

const json = '{"type":"order.paid","id":"evt_1"}';
const form = "application/x-www-form-urlencoded";

const multipart = (parts: { head: string; content: Buffer | string }[], preamble = ""): Buffer =>
  Buffer.concat([
    Buffer.from(preamble),
    ...parts.flatMap(({ head, content }) => [Buffer.from(`--b0und\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]),
    Buffer.from("--b0und--\r\n"),
  ]);

const field = (name: string): string => `Content-Disposition: form-data; name="${name}"`;
const file = 'Content-Disposition: form-data; name="attachment-1"; filename="été.png"\r\nContent-Type: image/png';
const multipartType = 'multipart/form-data; boundary="b0und"';

const cases: [name: string, contentType: string | null, body: Buffer | string, path: string, found: string, contentEncoding?: string][] = [
  ["JSON", "application/json", json, "type", "order.paid"],
  ["JSON without a content type", null, json, "type", "order.paid"],
  ["JSON as text/plain, as SNS sends it", "text/plain; charset=UTF-8", json, "type", "order.paid"],
  ["JSON called a form", form, json, "type", "order.paid"],
  ["JSON of a kind", "application/cloudevents+json", json, "type", "order.paid"],
  ["a batch of CloudEvents", "application/cloudevents-batch+json", `[${json}]`, "0.type", "order.paid"],
  ["lines of JSON", "application/x-ndjson", `${json}\n{"type":"order.sent"}\n`, "1.type", "order.sent"],
  ["gzip", "application/json", gzipSync(json), "type", "order.paid", "gzip"],
  ["x-gzip, in capitals", "application/json", gzipSync(json), "type", "order.paid", "X-GZIP"],
  ["deflate", "application/json", deflateSync(json), "type", "order.paid", "deflate"],
  ["deflate without its wrapper", "application/json", deflateRawSync(json), "type", "order.paid", "deflate"],
  ["Brotli", "application/json", brotliCompressSync(json), "type", "order.paid", "br"],
  ["two codings", "application/json", brotliCompressSync(gzipSync(json)), "type", "order.paid", "gzip, br"],
  ["identity", "application/json", json, "type", "order.paid", "identity"],
  ["a coding that nobody knows", "application/json", json, "type", "order.paid", "aws-chunked"],
  ["a coding that a proxy has undone", "application/json", json, "type", "order.paid", "gzip"],
  ["gzip of a form", form, gzipSync("type=order.paid"), "type", "order.paid", "gzip"],
  ["a mark before JSON", "application/json", `\ufeff${json}`, "type", "order.paid"],
  ["JSON in UTF-16, marked", "application/json", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le(json)]), "type", "order.paid"],
  ["JSON in UTF-16, the other way", "application/json", Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be(json)]), "type", "order.paid"],
  ["JSON in UTF-16, not marked", "application/json; charset=utf-16", utf16le(json), "type", "order.paid"],
  ["JSON in ISO-8859-1", "application/json; charset=ISO-8859-1", latin1('{"type":"ét\u00e9"}'), "type", "été"],
  ["JSON in UTF-8, called ISO-8859-1", "application/json; charset=iso-8859-1", '{"type":"été"}', "type", "été"],
  ["a mark before a form", form, "\ufefftype=order.paid", "type", "order.paid"],
  ["a form in UTF-8", `${form}; charset=utf-8`, "type=%C3%A9t%C3%A9+1", "type", "été 1"],
  ["a form in ISO-8859-1", `${form}; charset=iso-8859-1`, "type=%E9t%E9", "type", "été"],
  ["a form in windows-1252, quoted", `${form}; charset="windows-1252"`, "type=%80+5", "type", "€ 5"],
  ["a form in Shift_JIS", `${form};charset=Shift_JIS`, `type=${percent(order)}`, "type", "注文"],
  ["a form in bytes of Shift_JIS", `${form}; charset=shift_jis`, Buffer.concat([Buffer.from("type="), order]), "type", "注文"],
  ["a form in a charset that nobody knows", `${form}; charset=klingon`, "type=%C3%A9", "type", "é"],
  ["a form that is not in its charset", `${form}; charset=shift_jis`, "type=%E9%FF", "type", "\ufffd\ufffd"],
  ["a form that says its charset inside", form, "_charset_=iso-8859-1&type=%E9", "type", "é"],
  ["a form that says it as PayPal does", form, "type=%E9&charset=windows-1252", "type", "é"],
  ["a form's repeated field", form, "type=order.paid&type=other", "type", "order.paid"],
  ["a form's name with dots", form, "data.type=order.paid", "data.type", "order.paid"],
  ["a form's name with brackets", form, "data%5Btype%5D=order.paid", "data[type]", "order.paid"],
  ["JSON's name with dots", "application/json", '{"data":{"a.b":{"c":"x"}}}', "data.a.b.c", "x"],
  ["a form's name that objects inherit", form, "__proto__=p&constructor=c", "__proto__", "p"],
  ["JSON's name that objects inherit", "application/json", '{"__proto__":{"type":"p"}}', "__proto__.type", "p"],
  ["Slack's interaction", form, `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U1"}}')}`, "type", "block_actions"],
  ["GitHub's form", form, `payload=${encodeURIComponent('{"action":"opened","id":1}')}`, "payload.action", "opened"],
  [
    "JSON in one of several fields",
    form,
    `event=a&payload=${encodeURIComponent('{"id":9007199254740993}')}`,
    "payload.id",
    "9007199254740993",
  ],
  ["JSON in a text of JSON, as SNS wraps it", "text/plain", JSON.stringify({ Message: json }), "Message.type", "order.paid"],
  [
    "Pub/Sub's data",
    "application/json",
    JSON.stringify({ message: { data: base64({ type: "a" }), messageId: "1" } }),
    "message.data.type",
    "a",
  ],
  ["Pub/Sub's data itself", "application/json", JSON.stringify({ message: { data: base64({ n: 1 }) } }), "message.data", base64({ n: 1 })],
  ["multipart", multipartType, multipart([{ head: field("type"), content: "order.paid" }]), "type", "order.paid"],
  [
    "multipart with a preamble, a charset and a file",
    multipartType,
    multipart(
      [
        { head: file, content: Buffer.from([255, 216, 13, 10, 45, 45]) },
        { head: `${field("type")}\r\nContent-Type: text/plain; charset=iso-8859-1`, content: latin1("\u00e9") },
      ],
      "This is a message in several parts.\r\n",
    ),
    "type",
    "é",
  ],
  ["a file of multipart", multipartType, multipart([{ head: file, content: "12345" }]), "attachment-1.size", "5"],
  [
    "JSON and a file in multipart, as Plex sends it",
    multipartType,
    multipart([
      { head: field("payload"), content: '{"event":"media.play"}' },
      { head: file, content: Buffer.from([255, 216]) },
    ]),
    "event",
    "media.play",
  ],
  ["XML", "application/xml", "<order><type>paid</type></order>", "order.type", "paid"],
  ["XML with a mark", "text/xml", "\ufeff<?xml version='1.0'?><order><type>paid</type></order>", "order.type", "paid"],
  ["XML that says its encoding", "application/xml", latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a><b>\u00e9</b></a>'), "a.b", "é"],
  [
    "XML whose content type says another",
    "text/xml; charset=utf-8",
    '<?xml version="1.0" encoding="ISO-8859-1"?><a><b>é</b></a>',
    "a.b",
    "é",
  ],
  ["XML in UTF-16", "application/soap+xml", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le("<a><b>é</b></a>")]), "a.b", "é"],
  ["an id of 19 digits", "application/json", '{"id":8202522731445525542}', "id", "8202522731445525542"],
  ["a long decimal", "application/json", '{"amount":0.12345678901234567890123}', "amount", "0.12345678901234567890123"],
  ["a number beyond doubles", "application/json", '[1e400, {"n": -1E-400}]', "1.n", "-1E-400"],
  ["a number of few digits", "application/json", '{"n":[ 12.5 ]}', "n.0", "12.5"],
  ["true", "application/json", '{"livemode":true}', "livemode", "true"],
];

export const bodyCases: BodyCase[] = cases.map(([name, contentType, body, path, found, contentEncoding]) => ({
  name,
  contentType,
  body: Buffer.from(body),
  path,
  found,
  ...(contentEncoding === undefined ? {} : { contentEncoding }),
}));
