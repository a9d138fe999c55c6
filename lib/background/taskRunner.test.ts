import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import * as applications from "../services/application/applications.ts";
import { startTaskRunner, workOnOne } from "./taskRunner.ts";
import { get } from "../services/backgroundTask/backgroundTasks.ts";
import * as endpoints from "../services/endpoint/endpoints.ts";
import { recover, replayMissing } from "../services/delivery/resends.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** An endpoint with failed deliveries, and one that succeeded. */
async function missed(count: number, of?: Actor) {
  const actor = of ?? (await newTenant()).actor;
  const { application } = await applications.create(actor, { name: "A", metadata: {} });
  const input = { url: "http://127.0.0.1:9/", description: "", disabled: false, metadata: {} };
  const { id: endpointId } = await endpoints.create(actor, application.id, input);
  const insert = (messageId: string, status: string) =>
    database.pool.query(
      `with said as (
         insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes")
         values ($1, now() - interval '1 minute', $3, $4, 't', '{}', 2)
       ) insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", status, "succeededAt", "attemptCount")
       values ($1, $2, now() - interval '1 minute', $3, $4, 't', $5, case when $5 = 'succeeded' then now() end, 8)`,
      [messageId, endpointId, actor.environmentId, application.id, status],
    );
  await insert(newId("message"), "succeeded");
  for (let n = 0; n < count; n++) await insert(newId("message"), "failed");
  const pending = async (): Promise<number> =>
    (
      await database.pool.query(`select 1 from delivery where "endpointId" = $1 and status = 'pending' and "manualQueued" = 1`, [
        endpointId,
      ])
    ).rowCount ?? 0;
  const since = new Date(Date.now() - 3_600_000).toISOString();
  return { actor, pending, begin: () => started(recover(actor, application.id, endpointId, { since }, false)) };
}

/** An endpoint that came after so many messages. */
async function late(count: number) {
  const { actor } = await newTenant();
  const { application } = await applications.create(actor, { name: "A", metadata: {} });
  await database.pool.query(
    `insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payload", "payloadBytes")
     select id, now() - interval '1 minute', $2, $3, 't', '{}', 2 from unnest($1::text[]) as id`,
    [Array.from({ length: count }, () => newId("message")), actor.environmentId, application.id],
  );
  const input = { url: "http://127.0.0.1:9/", description: "", disabled: false, metadata: {} };
  const { id: endpointId } = await endpoints.create(actor, application.id, input);
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const begin = () => started(replayMissing(actor, application.id, endpointId, { since }, false));
  const patch = (disabled: boolean) => endpoints.patch(actor, application.id, endpointId, { disabled });
  return { actor, begin, patch, remove: () => endpoints.remove(actor, application.id, endpointId) };
}

async function started(begun: ReturnType<typeof recover>): Promise<{ id: string }> {
  const answer = await begun;
  if (!("task" in answer)) throw new Error("It was only counted");
  return answer.task;
}

test("a task goes on where the one before was stopped, and queues each message once", async () => {
  const { actor, pending, begin } = await missed(1100);
  const { id } = await begin();
  let steps = 0;
  // Stopped after its first step.
  expect(await workOnOne(() => steps++ > 0)).toBe(true);
  expect(await pending()).toBe(500);
  expect(await get(actor, id)).toMatchObject({ status: "running", data: { queued: 500 } });
  expect(await workOnOne(() => false)).toBe(true);
  expect(await pending()).toBe(1100);
  expect(await get(actor, id)).toMatchObject({ status: "finished", data: { queued: 1100 } });
  expect(await workOnOne(() => false)).toBe(false);
});

test("nobody takes a task that another holds; once its lease has run out, everybody may", async () => {
  const { actor, pending, begin } = await missed(3);
  const { id } = await begin();
  await database.pool.query(`update background_task set "leaseUntil" = now() + interval '1 minute' where "id" = $1`, [id]);
  expect(await workOnOne(() => false)).toBe(false);
  await database.pool.query(`update background_task set "leaseUntil" = now() - interval '1 second' where "id" = $1`, [id]);
  expect(await workOnOne(() => false)).toBe(true);
  expect(await pending()).toBe(3);
  expect((await get(actor, id)).status).toBe("finished");
});

test("a task that keeps failing is given up", async () => {
  const { actor, begin } = await missed(1);
  const { id } = await begin();
  await database.pool.query(`update background_task set input = 'null' where "id" = $1`, [id]);
  for (let failure = 1; failure < 10; failure++) {
    expect(await workOnOne(() => false)).toBe(true);
    await database.pool.query(`update background_task set "leaseUntil" = null where "id" = $1`, [id]);
  }
  expect((await get(actor, id)).status).toBe("running");
  await workOnOne(() => false);
  expect((await get(actor, id)).status).toBe("failed");
});

test("a replay whose endpoint is disabled or deleted meanwhile has not finished, and says how far it came", async () => {
  const { actor, begin, patch, remove } = await late(30);
  const { id: disabled } = await begin();
  await workOnOne(() => false);
  expect(await get(actor, disabled)).toMatchObject({ status: "running", progress: { done: 10, queued: 10, total: 30 } });
  await patch(true);
  await database.pool.query(`update background_task set "leaseUntil" = null where "id" = $1`, [disabled]);
  await workOnOne(() => false);
  expect(await get(actor, disabled)).toMatchObject({ status: "failed", progress: { done: 10, queued: 10, total: 30 } });
  await patch(false);
  const { id: deleted } = await begin();
  await remove();
  await workOnOne(() => false);
  expect(await get(actor, deleted)).toMatchObject({ status: "failed", progress: { done: 0, total: 20 } });
});

test("many tasks of one application delay nobody else's: environments take turns, and in them applications", async () => {
  const flooding = await missed(1);
  const begun: { actor: Actor; id: string }[] = [];
  const begin = async ({ actor, begin: start }: typeof flooding) => begun.push({ actor, id: (await start()).id });
  for (let n = 0; n < 4; n++) await begin(flooding);
  await begin(await missed(1, flooding.actor));
  await begin(await missed(1));
  const finished = async () =>
    (await Promise.all(begun.map(({ actor, id }) => get(actor, id)))).flatMap(({ status }, at) => (status === "finished" ? [at] : []));
  const sets: number[][] = [];
  for (let turn = 0; turn < 4; turn++) {
    expect(await workOnOne(() => false)).toBe(true);
    sets.push(await finished());
  }
  expect(sets).toEqual([[0], [0, 5], [0, 4, 5], [0, 1, 4, 5]]);
  for (let turn = 0; turn < 2; turn++) await workOnOne(() => false);
});

test("the runner is woken by a new task", async () => {
  const { actor, begin } = await missed(2);
  const tasks = startTaskRunner();
  const { id } = await begin();
  await expect.poll(async () => (await get(actor, id)).status, { interval: 10 }).toBe("finished");
  await tasks.stop();
});
