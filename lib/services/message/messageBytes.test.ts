// Bytes that are no text, or not as they look, reach those who poll and those who look.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Svix } from "svix";
import { Svix as SvixV1 } from "svix-v1";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEngine } from "../../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { startReceiver } from "../../testing/receiver.ts";
import { addEndpoint, clientOf, type Door, newSource, openDoor, sendTo } from "../../testing/sources.ts";
import { until } from "../../testing/until.ts";

let database: TestDatabase;
let door: Door;
let engine: ReturnType<typeof startEngine>;
beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
});
afterAll(async () => {
  await door.close();
  await engine.stop();
  await database.close();
});

type Shown = { id: string; payload: unknown; rawPayloadBase64?: string; contentType?: string; contentEncoding?: string };

const json = '{"amount":12345678901234567890,"name":"Zoë","rate":1.10}';
const latin1 = Buffer.from('{"name":"Zoë"}', "latin1");
const png = Buffer.from("89504e470d0a1a0a0000000d49484452ff00fe", "hex");
const form = "a=1&b=%C3%A9";
const base64 = (bytes: Buffer): string => bytes.toString("base64");

type Case = [what: string, headers: Record<string, string>, body: Buffer | string, shown: Partial<Shown>];
const cases: Case[] = [
  ["JSON", { "content-type": "application/json" }, json, {}],
  [
    "packed JSON",
    { "content-type": "application/json", "content-encoding": "gzip" },
    gzipSync(json),
    { rawPayloadBase64: base64(gzipSync(json)), contentType: "application/json", contentEncoding: "gzip" },
  ],
  [
    "JSON in another charset",
    { "content-type": "application/json; charset=iso-8859-1" },
    latin1,
    {
      payload: { name: "Zoë" },
      rawPayloadBase64: base64(latin1),
      contentType: "application/json; charset=iso-8859-1",
    },
  ],
  ["a list", { "content-type": "application/json" }, "[1.0]", { payload: { rawPayload: "[1.0]", contentType: "application/json" } }],
  ...["1", "12345678901234567890", "-1.5e400"].map((rawPayload): Case => {
    const contentType = "application/json";
    return [`the number ${rawPayload}`, { "content-type": contentType }, rawPayload, { payload: { rawPayload, contentType } }];
  }),
  [
    "a form",
    { "content-type": "application/x-www-form-urlencoded" },
    form,
    { payload: { rawPayload: form, contentType: "application/x-www-form-urlencoded" } },
  ],
  [
    "packed text",
    { "content-type": "text/plain", "content-encoding": "br" },
    brotliCompressSync("zoë"),
    {
      payload: {
        rawPayload: "zoë",
        rawPayloadBase64: base64(brotliCompressSync("zoë")),
        contentType: "text/plain",
        contentEncoding: "br",
      },
    },
  ],
  [
    "a picture",
    { "content-type": "image/png" },
    png,
    { payload: { rawPayload: null, rawPayloadBase64: base64(png), contentType: "image/png" } },
  ],
  [
    "what is not packed as it says",
    { "content-type": "application/json", "content-encoding": "gzip" },
    png,
    {
      payload: { rawPayload: null, rawPayloadBase64: base64(png), contentType: "application/json", contentEncoding: "gzip" },
    },
  ],
];

test.each(cases)("%s: polled, got, listed, attempted, in the log", async (_what, headers, body, shown) => {
  const client = await clientOf(door);
  const source = await newSource(client);
  const applicationId = source.application.id;
  const receiver = await startReceiver();
  const endpointId = await addEndpoint(client, source, receiver.url);
  const svix = new Svix(client.tenant.apiKey, { serverUrl: door.url });
  const { id: pollerId } = await svix.destination.create(applicationId, { type: "pollingEndpoint" });
  expect((await sendTo(door, source.path, { headers, body: body as string })).status).toBeLessThan(300);
  const [hit] = await receiver.waitForHits(1);
  expect(hit?.body).toEqual(Buffer.from(body));
  await receiver.close();

  const text = async (path: string): Promise<string> =>
    (await fetch(`${door.url}/api/v1${path}`, { headers: { authorization: `Bearer ${client.tenant.apiKey}` } })).text();
  const app = `/app/${applicationId}`;
  const polled = await text(`${app}/poller/${pollerId}`);
  const { id } = (JSON.parse(polled) as { data: Shown[] }).data[0] as Shown;
  await until("the attempt to be stored", async () => (await svix.messageAttempt.listByMsg(applicationId, id)).data.length === 1);
  const lists = [`${app}/msg`, `${app}/endpoint/${endpointId}/msg`, `${app}/attempt/endpoint/${endpointId}?with_msg=true`];
  const answers = await Promise.all([...lists, `${app}/msg/${id}`, `${app}/poller/${pollerId}/consumer/one`].map(text));
  for (const answer of [polled, ...answers]) {
    const parsed = JSON.parse(answer) as { data?: (Shown & { msg?: Shown })[] } & Shown;
    const message = parsed.data?.[0]?.msg ?? parsed.data?.[0] ?? parsed;
    expect(answer).toContain(shown.payload === undefined ? `"payload":${json}` : `"id":"${id}"`);
    expect(message.payload).toEqual(shown.payload ?? JSON.parse(json));
    for (const name of ["rawPayloadBase64", "contentType", "contentEncoding"] as const) expect(message[name]).toBe(shown[name]);
  }
  const other = new SvixV1(client.tenant.apiKey, { serverUrl: door.url });
  for (const sdk of [svix, other]) {
    const { data } = await sdk.message.poller.poll(applicationId, pollerId);
    expect(data[0]?.payload).toEqual(shown.payload ?? JSON.parse(json));
  }

  const hidden = JSON.parse(await text(`${app}/msg/${id}?with_content=false`)) as Shown;
  expect([hidden.payload, hidden.rawPayloadBase64]).toEqual([{}, undefined]);
  for (const path of [`/delivery/${id}/${endpointId}`, `/msg/${id}`]) {
    const one = JSON.parse(await text(path)) as Detail & { message?: Detail };
    const { payload, payloadBase64, contentEncoding } = one.message ?? one;
    expect([path, payload]).toEqual([path, textOf(shown)]);
    expect([payloadBase64, contentEncoding]).toEqual([bytesOf(shown), inner(shown, "contentEncoding") ?? null]);
  }
});

type Detail = { payload: string | null; payloadBase64: string | null; contentEncoding: string | null };

/** Beside the payload, or in it. */
const inner = (shown: Partial<Shown>, name: keyof Shown | "rawPayload"): unknown =>
  (shown as Record<string, unknown>)[name] ?? (shown.payload as Record<string, unknown> | undefined)?.[name];

const bytesOf = (shown: Partial<Shown>): unknown => inner(shown, "rawPayloadBase64") ?? null;

function textOf(shown: Partial<Shown>): unknown {
  if (shown.payload === undefined) return json;
  return "rawPayload" in (shown.payload as object) ? inner(shown, "rawPayload") : JSON.stringify(shown.payload);
}

test("filters and transformations of polling endpoints see what the body says", async () => {
  const client = await clientOf(door);
  const source = await newSource(client);
  const applicationId = source.application.id;
  const make = async (body: object): Promise<string> =>
    (await client.call<{ id: string }>("POST", `/api/v1/app/${applicationId}/destination`, { type: "pollingEndpoint", ...body })).id;
  const filtered = await make({ filter: { path: "payload.name", equals: "Zoë" } });
  const coded = await make({});
  const code =
    "function handler(webhook) { if (webhook.payload.keep) return webhook; webhook.payload = { is: webhook.payload.name }; return webhook; }";
  await client.call("PATCH", `/api/v1/app/${applicationId}/destination/${coded}/transformation`, { code });
  const type = "application/x-www-form-urlencoded";
  const kept = gzipSync('{"name":"Zoë","keep":true}');
  for (const [headers, body] of [
    [{ "content-type": "application/json", "content-encoding": "gzip" }, gzipSync(json)],
    [{ "content-type": "application/json; charset=iso-8859-1" }, latin1],
    [{ "content-type": `${type}; charset=iso-8859-1` }, Buffer.from("name=Zo%EB")],
    [{ "content-type": "application/json" }, Buffer.from('{"name":"other"}')],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, kept],
  ] as const)
    expect((await sendTo(door, source.path, { headers, body: Buffer.from(body) })).status).toBeLessThan(300);
  const poll = async (pollerId: string): Promise<Shown[]> =>
    (await client.call<{ data: Shown[] }>("GET", `/api/v1/app/${applicationId}/poller/${pollerId}`)).data;
  expect(await poll(filtered)).toHaveLength(4);
  const made = await poll(coded);
  expect(made.map(({ payload }) => payload)).toEqual([
    { is: "Zoë" },
    { is: "Zoë" },
    { is: "Zoë" },
    { is: "other" },
    { name: "Zoë", keep: true },
  ]);
  expect(made.map(({ rawPayloadBase64 }) => rawPayloadBase64)).toEqual([undefined, undefined, undefined, undefined, base64(kept)]);
});
