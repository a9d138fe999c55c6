/** One body, one reading: what one of those who look into it finds at a path, all find. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TransformationResult } from "../contract/transformation.ts";
import type { ReceivedRequestDetail } from "../contract/receivedRequest.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type BodyCase, bodyCases } from "../testing/bodies.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Hit, type Receiver, startReceiver } from "../testing/receiver.ts";
import { type Client, type Door, addEndpoint, clientOf, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";
import { readBody } from "../webhooks/body/body.ts";
import { type Pair, formOf } from "../webhooks/body/form.ts";
import { parseJson } from "../webhooks/body/json.ts";
import { textAt } from "../webhooks/body/path.ts";
import { parseFilter } from "../webhooks/filter.ts";
import { messageSubject } from "../webhooks/filterSubject.ts";
import { readerOf } from "../webhooks/verification/locators.ts";
import { received } from "../webhooks/verification/testSupport.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;
let me: Client;
let receiver: Receiver;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
  me = await clientOf(door);
  receiver = await startReceiver();
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await receiver.close();
  await database.close();
});

const scalarOf = (found: string): unknown => (/^(?:true|-?\d{1,3}(?:\.\d{1,3})?)$/.test(found) ? JSON.parse(found) : found);

/** Holds where the path finds this text, or a number or boolean that reads so, or a list of them. */
const finds = ({ path }: BodyCase, found: string) => ({
  or: [found, scalarOf(found)].flatMap((equals) => [`payload.${path}`, `payload.${path}.*`].map((at) => ({ path: at, equals }))),
});

const headersOf = ({ contentType, contentEncoding }: BodyCase): Record<string, string> => ({
  ...(contentType === null ? {} : { "content-type": contentType }),
  ...(contentEncoding === undefined ? {} : { "content-encoding": contentEncoding }),
});

/** As event types are written. */
const eventTypeOf = (found: string): string => found.replaceAll(/[^a-zA-Z0-9\-_.]+/g, ".").replaceAll(/^\.+|\.+$/g, "") || "none.event";

test.each(bodyCases)("$name, received: filters, event type, event id, code, log and polling", async (body) => {
  const { path, found } = body;
  const source = await newSource(me, {
    eventType: { from: "body", value: path },
    dedupe: { by: "body", value: path, windowSeconds: 60 },
    filter: finds(body, found),
  });
  const application = `/api/v1/app/${source.application.id}`;
  const wanted = await addEndpoint(me, source, `${receiver.url}/${source.id}`, { filter: finds(body, found) });
  await addEndpoint(me, source, `${receiver.url}/unwanted`, { filter: { not: finds(body, found) } });
  const pollers = [finds(body, found), { not: finds(body, found) }].map((filter) =>
    me.call<{ id: string }>("POST", `${application}/destination`, { type: "pollingEndpoint", filter }),
  );
  const [asking, other] = await Promise.all(pollers);

  const send = () => sendTo(door, source.path, { headers: headersOf(body), body: Buffer.from(body.body) });
  await send();
  await send();

  const [second, first] = await receivedBy(me, source);
  expect(first).toMatchObject({ verdict: "accepted", eventType: eventTypeOf(found) });
  expect(second).toMatchObject({ verdict: "duplicate", messageId: first?.messageId });
  expect(await deliveredTo(first?.messageId ?? "")).toEqual([wanted]);
  expect(await polled(application, asking?.id ?? "")).toEqual([first?.messageId]);
  expect(await polled(application, other?.id ?? "")).toEqual([]);
  expect(await givenToCode(`/api/v1/source/${source.id}`, { receivedRequestId: first?.id }, path)).toBe(found);
  expect(await givenToCode(`${application}/endpoint/${wanted}`, { messageId: first?.messageId }, path)).toBe(found);
  await expectShown(first?.id ?? "", body);
});

async function deliveredTo(messageId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ endpointId: string }>(`select "endpointId" from delivery where "messageId" = $1`, [
    messageId,
  ]);
  return rows.map(({ endpointId }) => endpointId);
}

const polled = async (application: string, id: string): Promise<string[]> =>
  (await me.call<{ data: { id: string }[] }>("GET", `${application}/poller/${id}`)).data.map((message) => message.id);

const seeing = "function handler(webhook) { webhook.payload = { seen: webhook.payload }; return webhook }";

/** Code sees values and no paths, so into a field's list, or the only field of a form, it goes by itself. */
async function givenToCode(owner: string, content: object, path: string): Promise<string | null> {
  const made = await me.call<Omit<TransformationResult, "status">>("POST", `${owner}/transformation/test`, { code: seeing, ...content });
  expect(made).toMatchObject({ status: 200, error: null });
  const seen = parseJson(made.request?.payload ?? "");
  return [`seen.${path}`, `seen.${path}.0`, `seen.payload.${path}`].map((at) => textAt(seen, at)).find((text) => text !== null) ?? null;
}

/** The text, read again, or the form's fields. */
async function expectShown(id: string, { contentType, path, found }: BodyCase): Promise<void> {
  const { body } = await me.call<ReceivedRequestDetail>("GET", `/api/v1/received-request/${id}`);
  const pairs = body?.fields?.map(({ name, value, file }): Pair => [name, file ?? value]);
  const type = contentType?.split(";", 1)[0] ?? null;
  const value = pairs ? formOf(pairs) : readBody({ body: Buffer.from(body?.text ?? ""), contentType: type }).value;
  // XML's own declaration spoke of the bytes.
  const shown = type !== null && type.endsWith("xml") ? (body?.text ?? "").includes(found) : textAt(value, path) === found;
  expect({ text: body?.text, shown }).toMatchObject({ shown: true });
}

test.each(bodyCases)("$name, to a provider's row and to a filter on what is sent", (body) => {
  const request = received({ headers: headersOf(body), body: body.body });
  expect(readerOf(request).textOf(`body:${body.path}`)).toBe(body.found);
  const forward = { headers: Object.entries(headersOf(body)) };
  const message = { eventType: "a", channels: [], tags: [], contentType: body.contentType, payload: body.body, forward };
  const answers = [body.found, `${body.found}!`].map((found) => {
    const parsed = parseFilter(finds(body, found));
    return parsed.ok && parsed.filter.matches(messageSubject(message, 1_000_000));
  });
  expect(answers).toEqual([true, false]);
});

test("what an endpoint's code makes of a packed body is packed no more; what it leaves alone is sent as it came", async () => {
  const packed = gzipSync('{"n":1}');
  const source = await newSource(me);
  const application = `/api/v1/app/${source.application.id}`;
  for (const [path, code] of [
    ["changed", "function handler(webhook) { webhook.payload.n += 1; return webhook }"],
    ["same", "function handler(webhook) { webhook.headers.n = String(webhook.payload.n); return webhook }"],
  ] as const) {
    const id = await addEndpoint(me, source, `${receiver.url}/${path}`);
    expect((await me.call("PATCH", `${application}/endpoint/${id}/transformation`, { code, enabled: true })).status).toBe(204);
  }
  await sendTo(door, source.path, { headers: { "content-type": "application/json", "content-encoding": "gzip" }, body: packed });
  const hitAt = async (path: string): Promise<Hit> => {
    for (let count = receiver.hits.length; ; count = receiver.hits.length) {
      const hit = receiver.hits.find(({ url }) => url === path);
      if (hit !== undefined) return hit;
      await receiver.waitForHits(count + 1);
    }
  };
  const changed = await hitAt("/changed");
  expect([changed.headers["content-encoding"], changed.body.toString()]).toEqual([undefined, '{"n":2}']);
  const same = await hitAt("/same");
  expect([same.headers["content-encoding"], same.headers["n"], same.body.equals(packed)]).toEqual(["gzip", "1", true]);
});
