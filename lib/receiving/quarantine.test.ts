/** A quarantine that is full. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { QuarantineOut } from "../contract/receivedRequest.ts";
import { makePastDays } from "../db/partitions.ts";
import { makeRoom } from "../db/sql/received/quarantine.ts";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { clientOf, type Door, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";

let database: TestDatabase;
let door: Door;
const maximumBytes = 100_000;

beforeAll(async () => {
  database = await testDatabase();
  setEnv({ ...env(), quarantineBytes: maximumBytes });
  door = await openDoor();
});

afterAll(async () => {
  await door.close();
  await database.close();
});

const body = "x".repeat(5_000);
const right = { authorization: "Bearer right" };

const storedBytes = async (environmentId: string): Promise<number> => {
  const { rows } = await database.pool.query<{ bytes: number }>(
    `select coalesce(sum(octet_length("sealedHead") + coalesce(octet_length(body), 0)), 0)::int as bytes from received_request
     where "environmentId" = $1 and verdict = 'rejected'`,
    [environmentId],
  );
  return rows[0]?.bytes ?? 0;
};

test("forged requests fill it and no more; what verifies is taken and kept as ever, and so is everybody else's", async () => {
  const me = await clientOf(door);
  const bearer = { provider: "bearer" as const, secrets: ["right"] };
  const source = await newSource(me, bearer);
  const filtering = await newSource(me, { ...bearer, filter: { path: "payload.a", equals: 1 } });
  const usage = () => me.call<QuarantineOut>("GET", "/api/v1/quarantine");
  const answers = [];
  const beganMs = performance.now();
  for (let sent = 0; sent < 60; sent++) answers.push((await sendTo(door, source.path, { headers: { "x-forged": "1" }, body })).status);
  expect(new Set(answers)).toEqual(new Set([401]));
  const { environmentId } = me.tenant;
  const used = await usage();
  expect(used).toMatchObject({ full: true, maximumBytes });
  expect(await storedBytes(environmentId)).toBe(used.bytes);
  const told = await receivedBy(me, source);
  // As many bodies as have room, and after them one row a second.
  expect(used.bytes).toBeLessThan(maximumBytes + body.length + 2_000 * (told.length - Math.floor(maximumBytes / body.length) + 5));
  const seconds = (performance.now() - beganMs) / 1_000;
  expect(told.length).toBeLessThan(Math.min(60, maximumBytes / body.length + seconds + 3));
  expect(used.rejected).toEqual({ count: told.length, capped: false, sources: [{ id: source.id, count: told.length }] });
  expect(told[0]).toMatchObject({ reason: "missing_header", detail: expect.stringContaining("The quarantine is full") });
  expect(await me.call("GET", `/api/v1/received-request/${told[0]?.id}`)).toMatchObject({ status: 200, body: null });

  expect((await sendTo(door, source.path, { headers: right, body })).status).toBe(200);
  expect((await sendTo(door, filtering.path, { headers: right, body: '{"a":2}' })).status).toBe(200);
  const [filtered] = await receivedBy(me, filtering);
  expect(filtered).toMatchObject({ verdict: "filtered" });
  expect(await me.call("GET", `/api/v1/received-request/${filtered?.id}`)).toMatchObject({ body: { text: '{"a":2}' } });
  const other = await clientOf(door);
  const theirs = await newSource(other, bearer);
  await sendTo(door, theirs.path, { body });
  const [kept] = await receivedBy(other, theirs);
  expect(await other.call("GET", `/api/v1/received-request/${kept?.id}`)).toMatchObject({ body: { text: body } });
});

test("what was rejected is counted by source, and no more once its source is deleted", async () => {
  const me = await clientOf(door);
  const bearer = { provider: "bearer" as const, secrets: ["right"] };
  const [some, gone] = [await newSource(me, bearer), await newSource(me, bearer)];
  for (const { path } of [some, some, gone]) expect((await sendTo(door, path, { body: "{}" })).status).toBe(401);
  const rejected = async () => (await me.call<QuarantineOut>("GET", "/api/v1/quarantine")).rejected;
  const counts = [
    { id: some.id, count: 2 },
    { id: gone.id, count: 1 },
  ];
  expect(await rejected()).toEqual({ count: 3, capped: false, sources: counts });
  await me.call("DELETE", `/api/v1/source/${gone.id}`);
  expect(await rejected()).toEqual({ count: 2, capped: false, sources: counts.slice(0, 1) });
});

test("releasing makes room, and so do days that have passed; what came within the last 24 hours stays", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "bearer", secrets: ["right"] });
  const usage = async () => (await me.call<QuarantineOut>("GET", "/api/v1/quarantine")).bytes;
  for (let sent = 0; sent < 4; sent++) await sendTo(door, source.path, { headers: { authorization: "Bearer wrong" }, body });
  const [last, , , first] = await receivedBy(me, source);
  const before = await usage();
  expect((await me.call("POST", `/api/v1/received-request/${last?.id}/release`, { force: true })).status).toBe(200);
  expect(before - (await usage())).toBeGreaterThan(body.length);
  expect(await storedBytes(me.tenant.environmentId)).toBe(await usage());

  // As if the first had come three days ago, and the others yesterday.
  const at = (days: number) =>
    `(date_trunc('day', now() at time zone 'UTC') at time zone 'UTC') - interval '${days} days' + interval '12 hours'`;
  await makePastDays(new Date(Date.now() - 4 * 86_400_000));
  const age = (days: number, condition: string) =>
    database.pool.query(
      `update received_request set "createdAt" = ${at(days)} where "sourceId" = $1 and verdict = 'rejected' and ${condition}`,
      [source.id, first?.id],
    );
  await age(3, `id = $2`);
  await age(1, `id <> $2`);
  const days = `insert into quarantine_day select "environmentId", ("createdAt" at time zone 'UTC')::date,
    sum(octet_length("sealedHead") + octet_length(body)) from received_request where "sourceId" = $1 and verdict = 'rejected' group by 1, 2`;
  await database.pool.query(`delete from quarantine_day where "environmentId" = $1`, [me.tenant.environmentId]);
  await database.pool.query(days, [source.id]);
  expect(await makeRoom(1_000_000, 90)).toBe(0);
  expect(await receivedBy(me, source)).toHaveLength(4);
  // Even with no room at all, only what is older than a day goes.
  expect(await makeRoom(1, 90)).toBeGreaterThanOrEqual(1);
  const left = await receivedBy(me, source, "&verdict=rejected");
  expect(left).toHaveLength(2);
  expect(left.map(({ id }) => id)).not.toContain(first?.id);
  expect(await storedBytes(me.tenant.environmentId)).toBe(await usage());
});
