import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { newApplication, newMessage, type TestApplication } from "../../../testing/sending.ts";
import { changeApplication, findApplication } from "../../applications.ts";
import { accept, acceptTogether, type NewMessage } from "./accept.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const url = "https://example.com/hook";
const sha = (text: string): Buffer => createHash("sha256").update(text).digest();
const keyed = (key: string, response: string, request = "a"): NewMessage["idempotency"] => ({
  keyHash: sha(key),
  requestHash: sha(request),
  status: 202,
  response: Buffer.from(response),
});
const countOf = async (table: string, application: TestApplication): Promise<number> => {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from "${table}" where "applicationId" = $1`,
    [application.applicationId],
  );
  return rows[0]?.count ?? -1;
};

test("a message and its deliveries are stored, byte for byte", async () => {
  const application = await newApplication([{ url }, { url }]);
  const payloads = [
    randomBytes(3_000),
    Buffer.from([0, 255, 0, 92, 34, 123, 125, 44]),
    Buffer.alloc(0),
    Buffer.from('{"a":1.0,"a":"\\u0000",  "é":"\u{1F600}"}'),
  ];
  const messages = payloads.map((payload) =>
    newMessage(application, {
      payload,
      eventType: 'odd "type" \\ {x,y}',
      channels: ['a"b', "{}"],
      tags: ["NULL", ""],
      contentType: "text/x",
    }),
  );
  const results = await acceptTogether(messages);
  expect(results.map(({ kind }) => kind)).toEqual(["accepted", "accepted", "accepted", "accepted"]);
  for (const [i, message] of messages.entries()) {
    const stored = await database.prisma.message.findFirstOrThrow({ where: { id: message.id } });
    expect(Buffer.from(stored.payload ?? []).equals(payloads[i] ?? Buffer.alloc(1))).toBe(true);
    expect(stored).toMatchObject({
      createdAt: message.createdAt,
      eventType: 'odd "type" \\ {x,y}',
      channels: ['a"b', "{}"],
      tags: ["NULL", ""],
      contentType: "text/x",
      payloadBytes: payloads[i]?.length,
    });
  }
  const deliveries = await database.prisma.delivery.findMany({ where: { applicationId: application.applicationId } });
  expect(deliveries).toHaveLength(8);
  for (const delivery of deliveries)
    expect(delivery).toMatchObject({ status: "pending", attemptCount: 0, leaseId: null, eventType: 'odd "type" \\ {x,y}' });
});

test("a lease is the accepting process's; a message for later belongs to nobody until then", async () => {
  const application = await newApplication([{ url }]);
  const deliverAt = new Date(Date.now() + 3_600_000);
  const leased = newMessage(application, { leaseId: "lease_a" });
  const later = newMessage(application, { leaseId: "lease_a", deliverAt });
  await acceptTogether([leased, later]);
  const { rows } = await database.pool.query(
    `select "messageId", "leaseId", extract(epoch from "nextAttemptAt" - now())::float8 as "inSeconds", "retryAt"
     from "delivery" where "applicationId" = $1 order by "messageId"`,
    [application.applicationId],
  );
  expect(rows[0]).toMatchObject({ messageId: leased.id, leaseId: "+lease_a" });
  expect(rows[0].inSeconds).toBeGreaterThan(50);
  expect(rows[0].inSeconds).toBeLessThanOrEqual(60);
  expect(rows[1]).toMatchObject({ messageId: later.id, leaseId: null, retryAt: deliverAt });
  expect(rows[1].inSeconds).toBeGreaterThan(3_500);
});

test("an outdated version stores nothing, and the neighbours are not harmed", async () => {
  const [outdated, current] = [await newApplication([{ url }]), await newApplication([{ url }])];
  await findApplication(outdated.environmentId, outdated.applicationId);
  await changeApplication(outdated.applicationId, async () => undefined);
  const results = await Promise.all([accept(newMessage(outdated)), accept(newMessage(current))]);
  expect(results.map(({ kind }) => kind)).toEqual(["stale", "accepted"]);
  expect([await countOf("message", outdated), await countOf("delivery", outdated), await countOf("message", current)]).toEqual([0, 0, 1]);
  const found = await findApplication(outdated.environmentId, outdated.applicationId);
  expect(await accept(newMessage(outdated, { applicationVersion: found?.version ?? "" }))).toMatchObject({ kind: "accepted" });
});

test("a deleted application, and another environment's, are stale", async () => {
  const [deleted, foreign] = [await newApplication([{ url }]), await newApplication([{ url }])];
  await database.prisma.application.update({ where: { id: deleted.applicationId }, data: { deletedAt: new Date() } });
  const results = await acceptTogether([newMessage(deleted), newMessage(foreign, { environmentId: deleted.environmentId })]);
  expect(results).toEqual([{ kind: "stale" }, { kind: "stale" }]);
});

test("an eventId is taken once, whether in one commit or in two", async () => {
  const [application, other] = [await newApplication([{ url }]), await newApplication([{ url }])];
  const messages = [1, 2, 3].map(() => newMessage(application, { eventId: "evt" }));
  const elsewhere = newMessage(other, { eventId: "evt" });
  const results = await acceptTogether([...messages, elsewhere]);
  const duplicate = { kind: "duplicate", messageId: messages[0]?.id };
  expect(results).toMatchObject([{ kind: "accepted" }, duplicate, duplicate, { kind: "accepted" }]);
  expect(await accept(newMessage(application, { eventId: "evt" }))).toEqual(duplicate);
  expect([await countOf("message", application), await countOf("delivery", application)]).toEqual([1, 1]);
});

test("an idempotency key is answered once, whether in one commit or in two", async () => {
  const application = await newApplication([{ url }]);
  const messages = ["first", "second"].map((response) => newMessage(application, { idempotency: keyed("once", response) }));
  const results = await acceptTogether(messages);
  const replayed = { kind: "replayed", requestHash: sha("a"), status: 202, response: Buffer.from("first") };
  expect(results).toMatchObject([{ kind: "accepted" }, replayed]);
  expect(await accept(newMessage(application, { idempotency: keyed("once", "third", "another request") }))).toEqual(replayed);
  expect(await countOf("message", application)).toBe(1);
});

test("fifty at once with one key and one eventId: one message, and all hear of it", async () => {
  const application = await newApplication([{ url }]);
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) => accept(newMessage(application, { eventId: "same", idempotency: keyed("same", `answer ${i}`) }))),
  );
  expect(results.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
  const replays = results.filter((result) => result.kind === "replayed");
  expect(replays).toHaveLength(49);
  expect(new Set(replays.map(({ response }) => response.toString())).size).toBe(1);
  expect(await countOf("message", application)).toBe(1);
});

test("a key whose message was refused for its eventId is free again", async () => {
  const application = await newApplication([{ url }]);
  await accept(newMessage(application, { eventId: "taken" }));
  const refused = await acceptTogether([
    newMessage(application, { eventId: "taken", idempotency: keyed("retry", "never") }),
    newMessage(application, { eventId: "taken", idempotency: keyed("retry", "never either") }),
  ]);
  expect(refused).toMatchObject([{ kind: "duplicate" }, { kind: "again" }]);
  expect(await accept(newMessage(application, { eventId: "free", idempotency: keyed("retry", "now") }))).toMatchObject({
    kind: "accepted",
  });
});

test("a key that another request holds, and has not answered, is a conflict", async () => {
  const application = await newApplication([{ url }]);
  const keyHash = sha("under way");
  await database.prisma.idempotency.create({
    data: { keyHash: Uint8Array.from(keyHash), requestHash: Uint8Array.from(sha("a")), expiresAt: new Date(Date.now() + 60_000) },
  });
  await expect(accept(newMessage(application, { idempotency: keyed("under way", "x") }))).rejects.toMatchObject({ code: "conflict" });
  expect(await countOf("message", application)).toBe(0);
});

test("a thousand from one call", async () => {
  const application = await newApplication([{ url }]);
  const results = await Promise.all(Array.from({ length: 1_000 }, () => accept(newMessage(application))));
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["accepted"]));
  expect([await countOf("message", application), await countOf("delivery", application)]).toEqual([1_000, 1_000]);
});

test("a message that the database refuses does not take its neighbours with it", async () => {
  const application = await newApplication([{ url }]);
  const results = await Promise.allSettled(
    ["fine", "nul \u0000", "fine too"].map((eventType) => accept(newMessage(application, { eventType }))),
  );
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await countOf("message", application)).toBe(2);
});
