/** Secrets that providers tell to a source's URL: kept once, sealed and audited, and replaced by nobody who finds the URL later. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetAllSources } from "../db/sources.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Client, clientOf, type Door, type MadeSource, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";

let database: TestDatabase;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
});

afterAll(async () => {
  await door.close();
  await database.close();
});

const secretOf = (n: number): string => `told-secret-${String(n).padStart(32, "0")}`;
const tellAsana = (source: MadeSource, secret: string) => sendTo(door, source.path, { headers: { "x-hook-secret": secret }, body: "" });
const event = '{"events":[{"action":"changed","resource":{"gid":"1","resource_type":"task"}}]}';

function sendSigned(source: MadeSource, secret: string, body = event) {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return sendTo(door, source.path, { headers: { "content-type": "application/json", "x-hook-signature": signature }, body });
}

const secretsOf = async (me: Client, source: MadeSource): Promise<string[]> =>
  (await me.call<{ secrets: string[] }>("GET", `/api/v1/source/${source.id}/config`)).secrets;

test("Asana's is echoed, kept, and signs from then on, also when everything in memory is gone", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "asana" });
  expect(source.problem).toBe("Hook secret is missing: it comes with Asana's first request, when a webhook for this URL is made");
  expect((await sendSigned(source, secretOf(1))).status).toBe(401);
  const answer = await tellAsana(source, secretOf(1));
  expect([answer.status, answer.headers.get("x-hook-secret"), answer.text]).toEqual([200, secretOf(1), ""]);
  expect(await secretsOf(me, source)).toEqual([secretOf(1)]);
  expect((await sendSigned(source, secretOf(1))).status).toBe(200);
  forgetAllSources();
  expect((await sendSigned(source, secretOf(1))).status).toBe(200);
  expect((await me.call<{ problem: string | null }>("GET", `/api/v1/source/${source.id}`)).problem).toBeNull();
  // Told again, because the answer was lost.
  expect((await tellAsana(source, secretOf(1))).headers.get("x-hook-secret")).toBe(secretOf(1));
  expect(await secretsOf(me, source)).toEqual([secretOf(1)]);
});

test("whoever tells another one later is refused and recorded, without what he told", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "asana" });
  await tellAsana(source, secretOf(1));
  const answer = await tellAsana(source, secretOf(2));
  expect([answer.status, answer.headers.get("x-hook-secret")]).toEqual([401, null]);
  expect(await secretsOf(me, source)).toEqual([secretOf(1)]);
  expect((await sendSigned(source, secretOf(2))).status).toBe(401);
  const [, told] = await receivedBy(me, source);
  expect(told).toMatchObject({ verdict: "rejected", reason: "misconfigured", detail: expect.stringContaining("new secret") });
  const detail = await me.call<{ body: unknown }>("GET", `/api/v1/received-request/${told?.id}`);
  expect(detail.body).toBeNull();
  expect(JSON.stringify(detail)).not.toContain(secretOf(2));
});

test("of twenty that are told at the same time one is kept, and only its teller hears it back", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "asana" });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => tellAsana(source, secretOf(n))));
  const echoed = answers.map(({ headers }) => headers.get("x-hook-secret")).filter((secret) => secret !== null);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(echoed).toHaveLength(1);
  expect(await secretsOf(me, source)).toEqual(echoed);
});

test("a source that takes more keeps them side by side, but not without end", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "asana", settings: { newSecrets: "added" } });
  for (let n = 0; n < 10; n++) expect((await tellAsana(source, secretOf(n))).status).toBe(200);
  expect((await tellAsana(source, secretOf(10))).status).toBe(503);
  expect((await receivedBy(me, source))[0]).toMatchObject({ verdict: "rejected", detail: expect.stringContaining("10 secrets already") });
  expect(await secretsOf(me, source)).toEqual(Array.from({ length: 10 }, (_, n) => secretOf(n)));
  for (const n of [0, 9]) expect((await sendSigned(source, secretOf(n), event.replace('"1"', `"${n}"`))).status).toBe(200);
  await me.call("PATCH", `/api/v1/source/${source.id}`, { settings: { newSecrets: "first" }, secrets: [secretOf(3)] });
  expect((await tellAsana(source, secretOf(11))).status).toBe(401);
});

test("a disabled source takes none", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "asana", disabled: true });
  expect((await tellAsana(source, secretOf(1))).status).toBe(401);
  expect(await secretsOf(me, source)).toEqual([]);
});

test("Notion's token waits where an admin can reveal it; it is sealed, and the audit log says that it came", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "notion" });
  const token = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";
  const headers = { "content-type": "application/json" };
  expect((await sendTo(door, source.path, { headers, body: JSON.stringify({ verification_token: token }) })).status).toBe(200);
  expect(await secretsOf(me, source)).toEqual([token]);
  expect(await receivedBy(me, source)).toEqual([]);
  const body = '{"id":"e_1","type":"page.created"}';
  const signature = `sha256=${createHmac("sha256", token).update(body).digest("hex")}`;
  expect((await sendTo(door, source.path, { headers: { ...headers, "x-notion-signature": signature }, body })).status).toBe(200);
  const { rows } = await database.pool.query<{ row: string }>(
    `select to_jsonb(s)::text as row from source s where "id" = $1
     union all select to_jsonb(a)::text from audit_entry a where a."targetId" = $1
     union all select to_jsonb(r)::text from received_request r where r."sourceId" = $1`,
    [source.id],
  );
  expect(rows.length).toBeGreaterThan(2);
  for (const { row } of rows) expect([row.includes(token), row.includes(Buffer.from(token).toString("hex"))]).toEqual([false, false]);
  const { rows: entries } = await database.pool.query<{ actorKind: string; changes: object }>(
    `select "actorKind", changes from audit_entry where "targetId" = $1 and action = 'source.secretTaken'`,
    [source.id],
  );
  expect(entries).toEqual([{ actorKind: "system", changes: { provider: "notion", others: 0 } }]);
});
