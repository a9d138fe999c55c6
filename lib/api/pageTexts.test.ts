// Pages are written by the database, what is read alone is not: both say the same, byte for byte.
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeListener } from "../db/listen.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let tenant: Tenant;
let app: string;
let endpoint: string;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
  app = `/api/v1/app/${await idOf("/api/v1/app", '{"name":"Café"}')}`;
  endpoint = await idOf(`${app}/endpoint`, '{"url":"https://example.com/"}');
});
afterAll(async () => {
  await closeListener();
  await database.close();
});

const headers = (): Record<string, string> => ({ authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" });

async function idOf(path: string, body: string): Promise<string> {
  const answer = await api.request(path, { method: "POST", headers: headers(), body });
  return ((await answer.json()) as { id: string }).id;
}

async function get(path: string): Promise<string> {
  const answer = await api.request(path, { headers: headers() });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.text();
}

const payloads = [
  "{}",
  '{ "spaced" : [ 1 , 2 ] }',
  '{"a":1,"a":2}',
  '{"big":12345678901234567890123,"small":1e-400,"huge":1E+999,"zero":-0.0,"rate":1.10}',
  String.raw`{"escaped":"\u00e9\/\"\\\b\f\n\r\t\u0000\u007f\ud83d\ude00","half":"\ud800"}`,
  '{"text":"Größe \u2028 \u007f 😀 </script>"}',
  '{"raw:00":"raw:00:1"}',
  `{"deep":${"[".repeat(50)}${"]".repeat(50)}}`,
];

const laterMs = Date.now() + 3_600_000;

const envelopes = [
  '"tags":["a","b"],"channels":["one"]',
  '"eventId":"event-1","tags":[]',
  '"orderingKey":"say \\"1\\""',
  '"metadata":{"10":"ten","a":"\\"\\\\","é":"1"}',
  `"deliverAt":"${new Date(laterMs).toISOString()}"`,
  `"deliverAt":"${new Date(laterMs).toISOString().slice(0, 19)}Z"`,
  '"payloadRetentionPeriod":5',
  '"transformationsParams":{"rawPayload":"a=1&b=é","headers":{"content-type":"text/plain"}}',
  '"transformationsParams":{"rawPayload":"[1]","headers":{"content-type":"application/json"}}',
];

test("messages", async () => {
  const ids: string[] = [];
  for (const payload of payloads) ids.push(await idOf(`${app}/msg`, `{"eventType":"cafe.opened","payload":${payload}}`));
  for (const more of envelopes) ids.push(await idOf(`${app}/msg`, `{"eventType":"cafe.opened","payload":{"n":1},${more}}`));
  const change = (id: string | undefined, set: string) => database.pool.query(`update message set ${set} where "id" = $1`, [id]);
  await change(ids[0], `"payload" = null`);
  await change(ids[1], `"payloadExpiresAt" = now() - interval '1 second'`);
  // Each in another millisecond, some of them round.
  for (const [i, id] of ids.entries()) await change(id, `"createdAt" = date_trunc('second', "createdAt") + interval '${i * 50} ms'`);
  await database.pool.query(`update delivery d set "createdAt" = m."createdAt" from message m where m."id" = d."messageId"`);
  const { rows } = await database.pool.query<{ id: string }>(
    `select "id" from message where "id" = any($1) order by "createdAt" desc, "id" desc`,
    [ids],
  );
  const order = rows.map(({ id }) => id);
  const ends = `"iterator":"${order.at(-1)}","prevIterator":"-${order[0]}","done":true}`;
  const compare = async (content: string): Promise<void> => {
    const alone: string[] = [];
    for (const id of order) alone.push(await get(`${app}/msg/${id}?${content}`));
    expect(await get(`${app}/msg?limit=100&${content}`)).toBe(`{"data":[${alone.join(",")}],${ends}`);
    const ofEndpoint = await get(`${app}/endpoint/${endpoint}/msg?limit=100&${content}`);
    for (const text of alone) expect(ofEndpoint).toContain(`${text.slice(0, -1)},"status":1,"statusText":"pending","nextAttempt":`);
    expect(ofEndpoint.endsWith(`],${ends}`)).toBe(true);
  };
  await compare("with_content=true");
  await compare("with_content=false");
  // Builds of before took bytes that are no UTF-8.
  await change(ids[2], String.raw`"payload" = '\x7b2261223a22ff227d'`);
  await compare("with_content=true");
  const page = await get(`${app}/msg?limit=2&iterator=${order[4]}`);
  expect(page.endsWith(`"iterator":"${order[6]}","prevIterator":"-${order[5]}","done":false}`)).toBe(true);
});

const responses: [text: string | null, bytes: Buffer | null, errorClass: string | null, trigger: string | null][] = [
  ["ok", null, null, null],
  ['"quoted" \\ / \b\f\n\r\t\u0001\u001f\u007f Größe 😀 \u2028 </script>', null, "status", "manual"],
  [null, null, "status", "scheduled"],
  ["", Buffer.from("ff".repeat(300), "hex"), null, "manual"],
  ["e", Buffer.from([0xe9]), "status", null],
];

test("attempts", async () => {
  const messageId = await idOf(`${app}/msg`, '{"eventType":"cafe.opened","payload":{"n":2}}');
  const { rows } = await database.pool.query<{ createdAt: Date }>(`select "createdAt" from message where "id" = $1`, [messageId]);
  const createdMs = rows[0]?.createdAt.getTime() ?? 0;
  const ids: string[] = [];
  for (const [i, response] of responses.entries()) {
    const id = newId("attempt", createdMs - i);
    ids.push(id);
    await database.pool.query(
      `insert into attempt ("id", "messageId", "createdAt", "endpointId", "attemptNumber", "url", "responseStatusCode", "durationMs", "eventType",
         "response", "responseBytes", "errorClass", "trigger")
       values ($1, $2, $3, $4, $5, 'https://example.com/?a="b"', 200, 3, 't', $6, $7, $8, $9)`,
      [id, messageId, new Date(createdMs - i), endpoint, i + 1, ...response],
    );
  }
  const alone: string[] = [];
  for (const id of ids) alone.push(await get(`${app}/msg/${messageId}/attempt/${id}`));
  const ends = `"iterator":"${ids.at(-1)}","prevIterator":"-${ids[0]}","done":true}`;
  const message = await get(`${app}/msg/${messageId}`);
  const hidden = alone.map((text) => text.replace(/"response":.*(?=,"responseStatusCode")/s, '"response":"{}"'));
  for (const path of [`${app}/attempt/msg/${messageId}`, `${app}/attempt/endpoint/${endpoint}`, `${app}/msg/${messageId}/attempt`]) {
    expect(await get(path)).toBe(`{"data":[${alone.join(",")}],${ends}`);
    expect(await get(`${path}?with_content=false`)).toBe(`{"data":[${hidden.join(",")}],${ends}`);
    const withMessage = alone.map((text) => `{"msg":${message},${text.slice(1)}`);
    expect(await get(`${path}?with_msg=true`)).toBe(`{"data":[${withMessage.join(",")}],${ends}`);
    const back = await get(`${path}?limit=1&iterator=-${ids[2]}`);
    expect(back).toBe(`{"data":[${alone[1]}],"iterator":"${ids[1]}","prevIterator":"-${ids[1]}","done":false}`);
    expect(await get(`${path}?status=1`)).toBe('{"data":[],"iterator":null,"done":true}');
  }
});
