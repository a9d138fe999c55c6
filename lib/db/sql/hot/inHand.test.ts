import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { made, one, retryIn, take, url } from "../../../testing/attempts.ts";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication, newMessage, type TestApplication } from "../../../testing/sending.ts";
import { until } from "../../../testing/until.ts";
import { minuteMs } from "../../../words/duration.ts";
import { env, setEnv } from "../../../env.ts";
import { firstId, idTimeMs, newId } from "../../../ids.ts";
import { owner, superuser } from "../../embeddedRoles.ts";
import { databaseNowMs, synchroniseClock } from "../../clock.ts";
import { hotPool } from "../../client.ts";
import { acceptTogether, type NewMessage } from "./accept.ts";
import { statement } from "./acceptStatement.ts";
import { enterQueue, enterSql, inHand, readUnpassed } from "./inHand.ts";
import { dayOf, ofDay } from "./keys.ts";
import { giveBack, renew } from "./lease.ts";
import { settle } from "./settle.ts";

let database: TestDatabase;
const usual = { leaseSeconds: 60 };
beforeAll(async () => {
  database = await testDatabase();
  await synchroniseClock();
  usual.leaseSeconds = env().leaseSeconds;
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(`delete from "delivery"; delete from "setting" where "name" like 'in_hand_%'`);
});
afterEach(() => setEnv({ ...env(), ...usual }));

const leaseId = "lease_1";
const fresh = (application: TestApplication, changes: Partial<NewMessage> = {}): NewMessage => {
  const createdAt = new Date(databaseNowMs());
  return newMessage(application, { id: newId("message", createdAt.getTime()), createdAt, leaseId, ...changes });
};
const rows = async ({ applicationId }: TestApplication) =>
  (
    await database.pool.query<{ leaseId: string | null; queued: boolean; same: boolean }>(
      `select "leaseId", "dueAt" is not null as "queued", "dueAt" is not distinct from "nextAttemptAt" as "same" from "delivery"
       where "applicationId" = $1 order by "messageId", "endpointId"`,
      [applicationId],
    )
  ).rows;
/** Passes it for the first time at once, or also for the second. Leases of this length can't be waited for here: they only say how soon. */
const pass = async (options: Parameters<typeof enterQueue>[0] = {}): Promise<number | null> => {
  setEnv({ ...env(), leaseSeconds: 0.001 });
  const entered = await enterQueue(options);
  setEnv({ ...env(), ...usual });
  return entered;
};
/** The same, again and again, until a moment has passed since. */
async function passed(options: Parameters<typeof enterQueue>[0] = {}): Promise<number> {
  let entered = 0;
  for (const sinceMs = databaseNowMs(); ;) {
    entered += (await pass(options)) ?? 0;
    const { rows: found } = await database.pool.query<{ place: string }>(
      `select convert_from("value", 'UTF8') as "place" from "setting" where "name" = 'in_hand_soon'`,
    );
    if ((found[0]?.place ?? "") > firstId("message", sinceMs + 8)) return entered;
  }
}

/** How far the second pass has come. */
const lateMs = async (): Promise<number> => {
  const { rows: found } = await database.pool.query<{ place: string }>(
    `select convert_from("value", 'UTF8') as "place" from "setting" where "name" = 'in_hand_late'`,
  );
  return idTimeMs("message", found[0]?.place ?? "") ?? 0;
};
const secondPass = async (options = {}): Promise<number> => {
  await passed({ lateMs: 0, slackMs: 0, ...options });
  return databaseNowMs() - (await lateMs());
};
/** A session in the test's database, of another role than that of Webster's processes. */
async function asAnother(role: string): Promise<pg.Client> {
  const other = new URL(database.url);
  other.username = role;
  const client = new pg.Client({ connectionString: other.href });
  await client.connect();
  return client;
}

const startFrom = (place: string): Promise<unknown> =>
  database.pool.query(
    `insert into "setting" ("name", "value") select name, convert_to($1, 'UTF8') from unnest(array['in_hand_soon', 'in_hand_late']) name`,
    [place],
  );

test("what has only just come is in hand: with a lease, and no place in the queue", async () => {
  const cafe = await newApplication([{ url }]);
  const old = new Date(databaseNowMs() - 5_000);
  await acceptTogether([fresh(cafe), fresh(cafe, { leaseId: null }), fresh(cafe, { id: newId("message", old.getTime()), createdAt: old })]);
  expect(await rows(cafe)).toEqual(
    expect.arrayContaining([
      { leaseId: "+lease_1", queued: false, same: false },
      { leaseId: null, queued: true, same: true },
      { leaseId, queued: true, same: true },
    ]),
  );
});

test("with short leases, what would be stored after the first pass has been by is not in hand", async () => {
  const marked = async (ageMs: number): Promise<boolean> => {
    const { rows: found } = await hotPool().query<{ lease: string }>(
      `select ${inHand(`'lease_1'`, `now() - interval '${ageMs} ms'`)} as "lease"`,
    );
    return found[0]?.lease !== leaseId;
  };
  expect([await marked(1_900), await marked(2_100)]).toEqual([true, false]);
  setEnv({ ...env(), leaseSeconds: 1 });
  expect([await marked(200), await marked(400), await marked(-200)]).toEqual([true, false, true]);
});

test("what its process has not sent in time enters the queue with its lease, once, and is claimed when that has run out", async () => {
  const cafe = await newApplication([{ url }]);
  await acceptTogether([fresh(cafe)]);
  expect(await enterQueue()).toBe(0);
  expect(await rows(cafe)).toMatchObject([{ leaseId: "+lease_1" }]);
  expect(await passed()).toBe(1);
  expect(await rows(cafe)).toEqual([{ leaseId, queued: true, same: true }]);
  expect(await passed()).toBe(0);
  expect((await take()).claimed).toEqual([]);
  await database.pool.query(`update "delivery" set "nextAttemptAt" = now() - interval '1 second'`);
  expect((await take({ leaseId: "lease_2" })).claimed).toHaveLength(1);
});

test("several at a time do it once, and who comes right after another leaves it", async () => {
  const cafe = await newApplication([{ url }]);
  await acceptTogether([fresh(cafe), fresh(cafe), fresh(cafe)]);
  const all = await Promise.all([passed(), passed(), passed()]);
  expect(all.reduce((sum, entered) => sum + entered)).toBe(3);
  await enterQueue();
  expect(await enterQueue()).toBeNull();
});

test("after a long time without it, all days are passed", async () => {
  const cafe = await newApplication([{ url }]);
  await acceptTogether([fresh(cafe)]);
  await startFrom(firstId("message", databaseNowMs() - 40 * 86_400_000));
  expect(await passed()).toBe(1);
});

test("of any number of messages and endpoints none is left out", async () => {
  const cafe = await newApplication(Array.from({ length: 5 }, () => ({ url })));
  const messages = [1, 2, 3].map(() => fresh(cafe, { endpointIds: cafe.endpointIds }));
  await acceptTogether(messages);
  expect(await passed({ rowsTogether: 2 })).toBe(15);
});

test("a database too slow for so many at a time enters fewer", async () => {
  const cafe = await newApplication([{ url }]);
  await acceptTogether(Array.from({ length: 20 }, () => fresh(cafe)));
  await database.asOwner(`
    create function too_slow() returns trigger language plpgsql as $$ begin
      perform set_config('test.rows', (coalesce(nullif(current_setting('test.rows', true), ''), '0')::int + 1)::text, true);
      if current_setting('test.rows')::int > 3 then raise exception 'statement timeout' using errcode = 'query_canceled'; end if;
      return new;
    end $$;
    create trigger too_slow before update on "delivery" for each row execute function too_slow()`);
  expect(await passed()).toBe(20);
  await database.asOwner(`drop function too_slow cascade`);
});

test("what is stored by a transaction that lasts is not missed", async () => {
  const cafe = await newApplication([{ url }]);
  const slow: pg.PoolClient = await database.pool.connect();
  await slow.query("begin");
  const message = fresh(cafe);
  await slow.query(statement([message]));
  expect(await passed({ lateMs: 0, slackMs: 0 })).toBe(0);
  await slow.query("commit");
  slow.release();
  expect(await rows(cafe)).toMatchObject([{ leaseId: "+lease_1" }]);
  // Other transactions that are open at this moment, as of other tests' databases, are nobody's concern.
  let entered = 0;
  while (entered === 0) entered = (await pass({ lateMs: 0, slackMs: 0 })) ?? 0;
  expect(await rows(cafe)).toEqual([{ leaseId, queued: true, same: true }]);
});

test("a row that somebody is at is not waited for, and has its turn later", async () => {
  const cafe = await newApplication([{ url }]);
  await acceptTogether([fresh(cafe), fresh(cafe)]);
  const other = await database.pool.connect();
  await other.query("begin");
  await other.query(`select from "delivery" where "applicationId" = $1 order by "messageId" limit 1 for update`, [cafe.applicationId]);
  expect(await passed()).toBe(1);
  await other.query("rollback");
  other.release();
  let entered = 0;
  while (entered === 0) entered = (await pass({ lateMs: 0, slackMs: 0 })) ?? 0;
  expect((await rows(cafe)).map((row) => row.leaseId)).toEqual([leaseId, leaseId]);
});

test("what somebody is at whenever it is passed is passed again, until nobody is", async () => {
  const cafe = await newApplication([{ url }]);
  const createdAt = new Date(databaseNowMs() - 50);
  const made = fresh(cafe, { id: newId("message", createdAt.getTime()), createdAt });
  await acceptTogether([made, fresh(cafe)]);
  const other = await database.pool.connect();
  await other.query("begin");
  await other.query(`select from "delivery" where "messageId" = $1 for update`, [made.id]);
  const all = { lateMs: 0, slackMs: 0 };
  expect(await passed(all)).toBe(1);
  // It began after the row: for the second pass it is none of those to be waited for.
  expect(await passed(all)).toBe(0);
  await other.query("rollback");
  other.release();
  // Whoever else asks the database at that moment may keep it from going so far.
  let entered = 0;
  while (entered === 0) entered = await passed(all);
  expect(entered).toBe(1);
  expect((await rows(cafe)).map((row) => row.leaseId)).toEqual([leaseId, leaseId]);
  expect(await lateMs()).toBeGreaterThan(createdAt.getTime());
});

test("a session that idles in a transaction is waited for, but not for ever", async () => {
  const forgotten = await database.pool.connect();
  await forgotten.query("begin");
  // Its beginning as the database has it: this process's clock is as exact as the last measurement was quick.
  const { rows: begun } = await forgotten.query<{ ms: number }>(`select (extract(epoch from now()) * 1000)::float8 as "ms"`);
  const sinceMs = begun[0]?.ms ?? 0;
  await passed({ lateMs: 0, slackMs: 0 });
  expect(await lateMs()).toBeLessThanOrEqual(sinceMs);
  await until("it is no longer waited for", async () => {
    await passed({ lateMs: 0, slackMs: 0, idleMs: 1 });
    return (await lateMs()) > sinceMs;
  });
  await forgotten.query("rollback");
  forgotten.release();
});

test("where a session may store messages whose transactions can't be seen, the second pass stays far behind, and does not go back", async () => {
  const watching = await asAnother(superuser);
  expect(await secondPass()).toBeLessThan(minuteMs);
  await watching.end();
  const beforeMs = await lateMs();
  const hidden = await asAnother(owner);
  await hidden.query("begin");
  await passed({ lateMs: 0, slackMs: 0 });
  expect(await lateMs()).toBe(beforeMs);
  await database.pool.query(`delete from "setting"`);
  expect(await secondPass()).toBeGreaterThan(59 * minuteMs);
  await hidden.end();
  await until("nobody is there", async () => (await secondPass()) < minuteMs);
});

test("how old the oldest message is that is not passed yet: nothing where none has come, however long ago the place is", async () => {
  const hoursAgo = (hours: number): number => databaseNowMs() - 60 * minuteMs * hours;
  const minutes = async () => {
    const { soon, late } = await readUnpassed();
    return [soon, late].map((seconds) => Math.round(seconds / 60));
  };
  expect(await minutes()).toEqual([0, 0]);
  await startFrom(firstId("message", hoursAgo(5)));
  expect(await minutes()).toEqual([0, 0]);
  const cafe = await newApplication([{ url }]);
  const old = (hours: number) => fresh(cafe, { id: newId("message", hoursAgo(hours)), createdAt: new Date(hoursAgo(hours)) });
  await acceptTogether([old(6)]);
  expect(await minutes()).toEqual([0, 0]);
  await acceptTogether([old(2), old(3)]);
  expect(await minutes()).toEqual([180, 180]);
  await database.pool.query(`update "setting" set "value" = convert_to($1, 'UTF8') where "name" = 'in_hand_soon'`, [
    firstId("message", hoursAgo(2.5)),
  ]);
  expect(await minutes()).toEqual([120, 180]);
  await passed({ lateMs: 0, slackMs: 0 });
  expect(await minutes()).toEqual([0, 0]);
  await acceptTogether([fresh(cafe)]);
  expect(await minutes()).toEqual([0, 0]);
});

test("where there is no place yet, what the passes would begin with is not passed", async () => {
  const cafe = await newApplication([{ url }]);
  const createdAt = new Date(databaseNowMs() - 60 * minuteMs);
  await acceptTogether([fresh(cafe, { id: newId("message", createdAt.getTime()), createdAt })]);
  const { soon, late } = await readUnpassed();
  expect([soon, late].map((seconds) => Math.round(seconds / 60))).toEqual([60, 60]);
});

test("a clock that was set back goes on from where it is", async () => {
  const cafe = await newApplication([{ url }]);
  await startFrom(firstId("message", databaseNowMs() + 3_600_000));
  expect(await enterQueue()).toBe(0);
  await acceptTogether([fresh(cafe)]);
  expect(await passed()).toBe(1);
});

test("an id of the next day's first moment is found in the day of its row", async () => {
  const cafe = await newApplication([{ url }]);
  const midnight = dayOf(databaseNowMs());
  await database.pool.query(
    `insert into "delivery" ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "nextAttemptAt", "leaseId")
     values ($1, $2, $3, $4, $5, 'cafe.closed', now(), '+lease_1')`,
    [newId("message", midnight + 400), cafe.endpointIds[0], new Date(midnight - 1), cafe.environmentId, cafe.applicationId],
  );
  await startFrom(firstId("message", midnight + 200));
  expect(await pass()).toBe(1);
});

test("its process records, gives back and renews what is in hand; nobody else does", async () => {
  const cafe = await newApplication([{ url }]);
  const keyOf = (message: NewMessage) => ({ ...message, messageId: message.id, endpointId: cafe.endpointIds[0] ?? "", leaseId });
  const attemptOf = (message: NewMessage) => made({ ...keyOf(message), attemptCount: 0, manualQueued: 0 });
  const messages = Array.from({ length: 5 }, () => fresh(cafe)) as [NewMessage, NewMessage, NewMessage, NewMessage, NewMessage];
  await acceptTogether(messages);
  const [sent, failed, given, renewed, foreign] = messages;
  expect(await settle([attemptOf(sent)])).toMatchObject([{ held: true }]);
  expect(await settle([{ ...attemptOf(failed), ...retryIn(60_000) }])).toMatchObject([{ held: true }]);
  await giveBack([keyOf(given)]);
  await renew([keyOf(renewed)]);
  expect(await settle([{ ...attemptOf(foreign), leaseId: "lease_2" }])).toEqual([{ held: false }]);
  expect(await rows(cafe)).toEqual([
    { leaseId: null, queued: false, same: true },
    { leaseId: null, queued: true, same: true },
    { leaseId: null, queued: true, same: true },
    { leaseId, queued: true, same: true },
    { leaseId: "+lease_1", queued: false, same: false },
  ]);
});

test("a first attempt that succeeds changes no column that an index of deliveries names", async () => {
  const cafe = await newApplication([{ url }]);
  const message = fresh(cafe);
  await acceptTogether([message]);
  const read = async () =>
    (await database.pool.query<{ row: Record<string, unknown> }>(`select to_jsonb(d) as "row" from "delivery" d`)).rows[0]?.row ?? {};
  const before = await read();
  const row = {
    messageId: message.id,
    endpointId: cafe.endpointIds[0] ?? "",
    createdAt: message.createdAt,
    attemptCount: 0,
    manualQueued: 0,
  };
  await settle([made(row)]);
  const after = await read();
  const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  expect(changed).toContain("status");
  const { rows: indexed } = await database.pool.query<{ name: string }>(
    `select distinct a.attname as "name" from pg_index i join pg_depend p on p.objid = i.indexrelid and p.refobjid = i.indrelid
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = p.refobjsubid
     where i.indrelid = $1::regclass`,
    [ofDay("delivery", dayOf(message.createdAt)).replaceAll('"', "")],
  );
  const names = indexed.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["messageId", "endpointId", "createdAt", "environmentId", "dueAt", "troubleStatus"]));
  expect(names.filter((name) => changed.includes(name))).toEqual([]);
});

test("what goes wrong is in both indexes", async () => {
  const row = await one(await newApplication([{ url }]));
  await settle([made(row, retryIn(60_000))]);
  const { rows: found } = await database.pool.query(`select "dueAt" = "retryAt" as "due", "troubleStatus" from "delivery"`);
  expect(found).toEqual([{ due: true, troubleStatus: "pending" }]);
});

test("the pass reads by ids, and looks rows up by their place", async () => {
  await hotPool().query(`analyze "delivery"`);
  const { rows: lines } = await hotPool().query<{ "QUERY PLAN": string }>(
    `explain (generic_plan) ${enterSql(ofDay("delivery", dayOf(databaseNowMs())))}`,
  );
  const plan = lines.map((line) => line["QUERY PLAN"]).join("\n");
  expect(plan).toMatch(/delivery_\d{8}_pkey on delivery_\d{8} d .*\n +Index Cond: .*ROW.*messageId.*endpointId/);
  expect(plan.match(/TID Cond/g)).toHaveLength(2);
  expect(plan).not.toMatch(/Seq Scan|Bitmap/);
});
