/** Bytes that are no JSON in UTF-8 on their way through code: what it is given, and how what it makes is sent. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { testEnv } from "../testing/settings.ts";
import { messageBody } from "../webhooks/messageBody.ts";
import { closeSandbox } from "./sandbox.ts";
import { type TransformResult, transform } from "./transform.ts";

beforeEach(() => setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", {})));
afterAll(() => closeSandbox());

type Sent = { payload: Buffer | string; contentType: string | null; encoding?: string };

/** `body`: of the handler; in it the payload is `p`. */
function run({ payload, contentType, encoding }: Sent, body: string): Promise<TransformResult> {
  const content = { payload: Buffer.from(payload), contentType };
  const forward = encoding === undefined ? null : { headers: [["content-encoding", encoding] as [string, string]] };
  const code = `function handler(webhook) { let p = webhook.payload; ${body}; webhook.payload = p; return webhook }`;
  const subject = { whose: { tenant: "app_1", owner: "ep_1" }, url: "http://127.0.0.1:1/hook", headers: {}, eventType: "a", ...content };
  return transform({ code, variables: {} }, { ...subject, body: messageBody({ ...content, forward }, 1_000_000) });
}

const seen = async (sent: Sent): Promise<string> => {
  const made = await run(sent, "p = JSON.stringify([p, webhook.payloadEncoding]); webhook.payloadEncoding = null");
  return made.kind === "ready" ? made.payload.toString() : JSON.stringify(made);
};

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const png = Buffer.from("89504e470d0a1a0a0000000d49484452ff00fe", "hex");
const form = "application/x-www-form-urlencoded";

const kinds: [name: string, sent: Sent, seen: string][] = [
  ["gzip", { payload: gzipSync('{"n":1.0}'), contentType: null, encoding: "gzip" }, '[{"n":1},null]'],
  ["JSON in another charset", { payload: latin1('{"n":"é"}'), contentType: "application/json; charset=iso-8859-1" }, '[{"n":"é"},null]'],
  ["text in another charset", { payload: latin1("é"), contentType: "text/plain; charset=iso-8859-1" }, '["é",null]'],
  ["JSON with a mark", { payload: '\ufeff{"n":1}', contentType: null }, '[{"n":1},null]'],
  ["lines", { payload: '{"n":1.0}\n{"n":2}\n', contentType: "application/x-ndjson" }, '[[{"n":1},{"n":2}],null]'],
  ["a form", { payload: "b=1&2=x&b=%C3%A9", contentType: form }, '[{"2":"x","b":["1","é"]},null]'],
  ["XML", { payload: "<a><b>1</b></a>", contentType: "text/xml" }, '[{"a":{"b":"1"}},null]'],
  ["a picture", { payload: png, contentType: "image/png" }, `["${png.toString("base64")}","base64"]`],
  ["what is not packed as it says", { payload: png, contentType: null, encoding: "gzip" }, `["${png.toString("base64")}","base64"]`],
  ["text with a NUL", { payload: "a\0b\nc", contentType: "text/plain" }, String.raw`["a\u0000b\nc",null]`],
  ["nothing", { payload: "", contentType: "text/plain" }, '["",null]'],
];

describe.each(kinds)("%s", (_name, sent, expected) => {
  test("is read", async () => expect(await seen(sent)).toBe(expected));

  test("is sent as it came when it is left alone", async () => {
    expect(await run(sent, "webhook.headers.own = '1'")).toMatchObject({
      isChanged: false,
      payload: Buffer.from(sent.payload),
      contentType: sent.contentType,
      headers: { own: "1" },
    });
  });

  test("is what the code makes of it, labelled as that", async () => {
    const made = await run(sent, "p = { made: 'é' }");
    expect(made).toMatchObject({ isChanged: true, payload: Buffer.from('{"made":"é"}') });
    expect(["application/json", null]).toContain(made.kind === "ready" ? made.contentType : "");
  });
});

test.each([
  ["JSON", null, '{"a":1}', "é", "text/plain; charset=utf-8"],
  ["of a kind", "application/cloudevents+json; charset=iso-8859-1", '{"a":1}', "é", "text/plain; charset=utf-8"],
  ["text", "text/plain", "a", "é", "text/plain; charset=utf-8"],
  ["ASCII", "text/plain", "a", "b", "text/plain"],
  ["in another charset", 'text/html; charset="iso-8859-1"; x=y', "a", "b", "text/html; x=y; charset=utf-8"],
  ["XML", "application/soap+xml", "<a/>", "<b>é</b>", "application/soap+xml; charset=utf-8"],
  ["XML that says another", "text/xml", "<a/>", "<?xml version='1.0' encoding='iso-8859-1'?><b/>", "text/xml; charset=utf-8"],
  ["a form", form, "a=1", "a=2", form],
  ["lines", "application/x-ndjson", '{"a":1}\n', '{"a":2}\n', "application/x-ndjson"],
  ["a picture", "image/png", png, "é", "text/plain; charset=utf-8"],
  ["nothing said", "", "a", "b", "text/plain; charset=utf-8"],
])("a text made of %s", async (_name, contentType, payload, text, expected) => {
  const made = await run({ payload, contentType }, `p = ${JSON.stringify(text)}; webhook.payloadEncoding = null`);
  expect(made).toMatchObject({ payload: Buffer.from(text), contentType: expected });
});

test("JSON made of JSON stays its kind, in UTF-8", async () => {
  const sent = { payload: '{"a":1}', contentType: "application/vnd.api+json; ext=x; charset=utf-16" };
  expect(await run(sent, "p.a = 2")).toMatchObject({ payload: Buffer.from('{"a":2}'), contentType: "application/vnd.api+json; ext=x" });
});

test("lines and fields keep what is left alone", async () => {
  const lines = { payload: '{"b":1.0,"2":8202522731445525542}\n{"b":1e400}\n', contentType: "application/x-ndjson" };
  const fields = { payload: "b=1&2=x&a=3", contentType: form };
  const made = await Promise.all([run(lines, "p.push({})"), run(fields, "p.c = 1")]);
  expect(made.map((one) => (one.kind === "ready" ? one.payload.toString() : one))).toEqual([
    '[{"b":1.0,"2":8202522731445525542},{"b":1e400},{}]',
    '{"b":"1","2":"x","a":"3","c":1}',
  ]);
});

describe("bytes", () => {
  const bytes = Buffer.from([0, 255, 1, 254]);
  const answering = `p = "${bytes.toString("base64")}"; webhook.payloadEncoding = "base64"`;

  test("are answered as base64", async () => {
    expect(await run({ payload: png, contentType: "image/png" }, answering)).toMatchObject({ payload: bytes, contentType: "image/png" });
    const own = await run({ payload: "{}", contentType: null }, `${answering}; webhook.headers["content-type"] = "image/gif"`);
    expect(own).toMatchObject({ payload: bytes, contentType: "application/octet-stream", headers: { "content-type": "image/gif" } });
    expect(await run({ payload: "text", contentType: "text/plain" }, 'webhook.payloadEncoding = "base64"')).toMatchObject({
      isChanged: true,
      payload: Buffer.from("text", "base64"),
    });
  });

  test("with the encoding taken away are the text that stands for them", async () => {
    expect(await run({ payload: png, contentType: "image/png" }, "delete webhook.payloadEncoding")).toMatchObject({
      isChanged: true,
      payload: Buffer.from(png.toString("base64")),
      contentType: "text/plain; charset=utf-8",
    });
  });

  test("an object is JSON whatever the encoding says", async () => {
    expect(await run({ payload: png, contentType: "image/png" }, "p = { bytes: p }")).toMatchObject({
      payload: Buffer.from(`{"bytes":"${png.toString("base64")}"}`),
      contentType: null,
    });
  });

  test.each([
    ["no base64", "p = 'no base64!'", /not base64/],
    ["an encoding that is none", "webhook.payloadEncoding = 'hex'", /must be "base64" or null/],
  ])("%s", async (_name, body, message) => {
    const made = await run({ payload: png, contentType: "image/png" }, body);
    expect(made.kind === "failed" ? made.message : made.kind).toMatch(message);
  });

  test("are as many as may be sent, and no more", async () => {
    const most = Buffer.alloc(1_048_576, 255);
    const sent = { payload: most, contentType: "image/png" };
    expect(await run(sent, "webhook.headers.own = '1'")).toMatchObject({ kind: "ready", isChanged: false });
    expect(await run(sent, "p = 'AAAA' + p.slice(4)")).toMatchObject({ kind: "ready", isChanged: true });
    expect(await run(sent, "p = 'AAAA' + p")).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/larger than 1048576/) as string,
    });
  });
});

test("a NUL that the code writes is sent, and shown in what it logs and throws", async () => {
  const sent = { payload: "a\0b", contentType: "text/plain" };
  const made = await run(sent, "console.log('log\\0ged'); p += '\\0c'");
  expect(made).toMatchObject({ kind: "ready", payload: Buffer.from("a\0b\0c"), logs: ["log\u2400ged"] });
  expect(await run(sent, "throw new Error('thr\\0own')")).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("thr\u2400own"),
  });
});
