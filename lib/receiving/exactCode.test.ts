/** Code of a source, an endpoint and a polling endpoint: what it leaves alone arrives as it came, what it makes is labelled as that. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TransformationResult } from "../contract/transformation.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Hit, startReceiver } from "../testing/receiver.ts";
import { type Client, type Door, addEndpoint, clientOf, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";
import { until } from "../testing/until.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;
let me: Client;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
  me = await clientOf(door);
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

const json = String.raw`{"b":8202522731445525542,"2":1.0,"1":[1e400,0.1234567890123456789,{"\u00e4":100.00}],"b":8202522731445525543}`;
const png = Buffer.from("89504e470d0a1a0a0000000d49484452ff00fe", "hex");
const handler = (body: string): string =>
  `function handler(webhook) { let p = webhook.payload; ${body}; webhook.payload = p; return webhook }`;

type Came = { contentType: string; encoding?: string; body: Buffer };
type Sent = { body: Buffer; contentType: string; encoding?: string };

const packed = gzipSync(json);
const came = {
  json: { contentType: "application/json", body: Buffer.from(json) },
  packed: { contentType: "application/json", encoding: "gzip", body: packed },
  latin1: { contentType: "text/plain; charset=iso-8859-1", body: Buffer.from("Zoë", "latin1") },
  picture: { contentType: "image/png", body: png },
} satisfies Record<string, Came>;

const added = json.replace(/}$/, ',"seen":true}');
const cases: [name: string, came: Came, code: string, sent: Sent][] = [
  ["JSON with one field more", came.json, "p.seen = true", { body: Buffer.from(added), contentType: "application/json" }],
  ["packed JSON with one field more", came.packed, "p.seen = true", { body: Buffer.from(added), contentType: "application/json" }],
  ["packed JSON left alone", came.packed, "", { body: packed, contentType: "application/json", encoding: "gzip" }],
  ["text in Latin-1, changed", came.latin1, "p += '!'", { body: Buffer.from("Zoë!"), contentType: "text/plain; charset=utf-8" }],
  ["text in Latin-1, left alone", came.latin1, "", { body: came.latin1.body, contentType: came.latin1.contentType }],
  ["a picture left alone", came.picture, "", { body: png, contentType: "image/png" }],
  ["a picture cut", came.picture, "p = p.slice(0, 4)", { body: png.subarray(0, 3), contentType: "image/png" }],
  [
    "a picture of JSON",
    came.json,
    'p = "AP8="; webhook.payloadEncoding = "base64"',
    { body: Buffer.from([0, 255]), contentType: "application/octet-stream" },
  ],
];

const send = ({ contentType, encoding, body }: Came, path: string) => {
  const headers = { "content-type": contentType, ...(encoding === undefined ? {} : { "content-encoding": encoding }) };
  return sendTo(door, path, { headers, body: Buffer.from(body) });
};

const sentIn = ({ body, headers }: Hit): Sent => {
  const encoding = headers["content-encoding"];
  return { body, contentType: String(headers["content-type"]), ...(encoding === undefined ? {} : { encoding }) };
};

test.each(cases)("%s, by a source's code and by an endpoint's", async (_name, came, body, sent) => {
  const receiver = await startReceiver();
  const [bySource, byEndpoint] = [await newSource(me), await newSource(me)];
  const set = (path: string) => me.call("PATCH", `${path}/transformation`, { code: handler(body), enabled: true });
  await addEndpoint(me, bySource, receiver.url);
  await set(`/api/v1/source/${bySource.id}`);
  await set(`/api/v1/app/${byEndpoint.application.id}/endpoint/${await addEndpoint(me, byEndpoint, receiver.url)}`);
  await send(came, bySource.path);
  await send(came, byEndpoint.path);
  const hits = await receiver.waitForHits(2);
  await receiver.close();
  expect(hits.map(sentIn)).toEqual([sent, sent]);
});

type Given = { payload: unknown; rawPayloadBase64?: string; contentType?: string; contentEncoding?: string };

test.each(cases)("%s, by a polling endpoint's code", async (_name, came, body, sent) => {
  const source = await newSource(me);
  const application = `/api/v1/app/${source.application.id}`;
  const { id } = await me.call<{ id: string }>("POST", `${application}/destination`, { type: "pollingEndpoint" });
  await me.call("PATCH", `${application}/destination/${id}/transformation`, { code: handler(body) });
  await send(came, source.path);
  const headers = { authorization: `Bearer ${me.tenant.apiKey}` };
  const answer = await (await fetch(`${door.url}${application}/poller/${id}`, { headers })).text();
  const [given] = (JSON.parse(answer) as { data: (Given & { payload: Given })[] }).data;
  const bytes = given?.rawPayloadBase64 ?? given?.payload.rawPayloadBase64;
  const text = (given?.payload as { rawPayload?: string } | undefined)?.rawPayload;
  // An object of JSON stands in the answer as it was made.
  const inAnswer = /"payload":({.*}),"channels"/s.exec(answer)?.[1] ?? "";
  const payload = bytes === undefined ? Buffer.from(typeof text === "string" ? text : inAnswer) : Buffer.from(bytes, "base64");
  expect(payload).toEqual(sent.body);
  expect(given?.contentEncoding ?? given?.payload.contentEncoding).toBe(sent.encoding);
  expect(given?.contentType ?? given?.payload.contentType ?? sent.contentType).toBe(sent.contentType);
});

test.each(cases)("%s, tried out and compared", async (_name, came, body, sent) => {
  const source = await newSource(me);
  const application = `/api/v1/app/${source.application.id}`;
  const endpoint = `${application}/endpoint/${await addEndpoint(me, source, "http://127.0.0.1:1/hook")}`;
  const { id: poller } = await me.call<{ id: string }>("POST", `${application}/destination`, { type: "pollingEndpoint" });
  await send(came, source.path);
  const [received] = await until("the message", async () => {
    const found = await receivedBy(me, source);
    return found[0]?.messageId ? found : null;
  });
  const code = handler(body);
  type Tried = Omit<TransformationResult, "status">;
  const content = { messageId: received?.messageId };
  const tried = await Promise.all([
    me.call<Tried>("POST", `/api/v1/source/${source.id}/transformation/test`, { code, receivedRequestId: received?.id }),
    me.call<Tried>("POST", `${endpoint}/transformation/test`, { code, ...content }),
    me.call<Tried>("POST", `${application}/destination/${poller}/transformation/test`, { code, ...content }),
  ]);
  const isText = sent.encoding !== undefined || !/image|octet/.test(sent.contentType);
  // Packed bytes are shown unpacked, text as it reads.
  const plain = sent.encoding === undefined ? sent.body : Buffer.from(json);
  const decoded = /8859/.test(sent.contentType) ? plain.toString("latin1") : plain.toString();
  for (const { request } of tried)
    expect(request).toMatchObject({
      payload: isText ? decoded : plain.toString("base64"),
      payloadEncoding: isText ? null : "base64",
      contentType: sent.contentType,
    });
  for (const owner of [`/api/v1/source/${source.id}`, endpoint]) {
    const { data } = await me.call<{ data: { different: boolean; after: TransformationResult }[] }>(
      "POST",
      `${owner}/transformation/compare`,
      { code },
    );
    expect(data).toMatchObject([{ different: body !== "", after: { request: { payload: isText ? decoded : plain.toString("base64") } } }]);
  }
});

test("what is given in a request is tried out as it stands", async () => {
  const source = await newSource(me);
  const application = `/api/v1/app/${source.application.id}`;
  const endpoint = `${application}/endpoint/${await addEndpoint(me, source, "http://127.0.0.1:1/hook")}`;
  const { id: poller } = await me.call<{ id: string }>("POST", `${application}/destination`, { type: "pollingEndpoint" });
  const headers = { authorization: `Bearer ${me.tenant.apiKey}`, "content-type": "application/json" };
  for (const owner of [`/api/v1/source/${source.id}`, endpoint, `${application}/destination/${poller}`])
    for (const [code, payload] of [
      [handler("p.seen = true"), added],
      [handler(""), json],
    ] as const) {
      const body = `{"code":${JSON.stringify(code)},"payload":${json}}`;
      const answer = await fetch(`${door.url}${owner}/transformation/test`, { method: "POST", headers, body });
      expect(await answer.json()).toMatchObject({ request: { payload } });
    }
});
