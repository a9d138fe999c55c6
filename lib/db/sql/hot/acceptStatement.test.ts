import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../testing/database.ts";
import { lookedThrough } from "../../../testing/lookedThrough.ts";
import { newApplication, newMessage } from "../../../testing/sending.ts";
import { newId } from "../../../ids.ts";
import { hotPool } from "../../client.ts";
import { acceptTogether, type NewMessage } from "./accept.ts";
import type { ReceivedPart } from "./acceptReceived.ts";
import { statement } from "./acceptStatement.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const sha = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What makes the statement's shape, each on its own. */
const parts = {
  keyed: (): Partial<NewMessage> => ({
    idempotency: { keyHash: sha(newId("message")), requestHash: sha("a"), status: 202, response: Buffer.from("{}") },
  }),
  evented: (): Partial<NewMessage> => ({ eventId: newId("message") }),
  ordered: (): Partial<NewMessage> => ({ orderingKey: "k", orderKeys: ["k"], metadata: { a: "1" } }),
  detailed: (): Partial<NewMessage> => ({
    tags: ["a"],
    channels: ["b"],
    contentType: "text/x",
    payloadExpiresAt: new Date(Date.now() + 60_000),
  }),
};

const received: ReceivedPart = {
  sourceId: newId("source"),
  sourceVersion: "1",
  method: "POST",
  sealedHead: Buffer.from("head"),
  contentType: null,
  remoteAddress: null,
  providerEventId: null,
  responseStatus: 200,
  id: newId("receivedRequest"),
  bodyHash: sha("body"),
  dedupe: { hash: sha("event"), by: "id", windowSeconds: 60 },
  sealedForward: null,
};

const subsets = Object.keys(parts).reduce<string[][]>((all, part) => [...all, ...all.map((some) => [...some, part])], [[]]);
const changesOf = (names: readonly string[]): Partial<NewMessage> =>
  Object.assign({}, ...names.map((name) => parts[name as keyof typeof parts]())) as Partial<NewMessage>;

test("whatever its messages have, a statement stores all of it, beside one that has nothing", async () => {
  const application = await newApplication([{ url: "https://example.com/hook" }]);
  for (const names of subsets) {
    const message = newMessage(application, { leaseId: "lease_1", ...changesOf(names) });
    const bare = newMessage(application, { leaseId: "lease_1" });
    const kinds = (await acceptTogether([message, bare])).map(({ kind }) => kind);
    expect({ names, kinds }).toEqual({ names, kinds: ["accepted", "accepted"] });
    const { eventType, eventId, channels, tags, contentType, payloadExpiresAt, orderingKey = null, metadata = null } = message;
    const stored = await database.prisma.message.findFirstOrThrow({ where: { id: message.id } });
    expect(stored).toMatchObject({ eventType, eventId, channels, tags, contentType, payloadExpiresAt, orderingKey, metadata });
    const delivery = await database.prisma.delivery.findFirstOrThrow({ where: { messageId: message.id } });
    expect(delivery).toMatchObject(names.includes("ordered") ? { leaseId: null, orderKey: "k" } : { leaseId: "+lease_1", orderKey: null });
    // The neighbour has none of it.
    expect(await database.prisma.message.findFirstOrThrow({ where: { id: bare.id } })).toMatchObject({
      eventId: null,
      channels: [],
      contentType: null,
      payloadExpiresAt: null,
      orderingKey: null,
      metadata: null,
    });
    expect(await database.prisma.delivery.findFirstOrThrow({ where: { messageId: bare.id } })).toMatchObject({
      leaseId: "+lease_1",
      status: "pending",
    });
  }
});

test("each shape, of sources too, looks applications up by their ids and reads no table from end to end", async () => {
  const application = await newApplication([{ url: "https://example.com/hook" }]);
  const names = new Set<string>();
  for (const some of subsets) {
    for (const more of [{}, { received }]) {
      const { name, text } = statement([newMessage(application, { ...changesOf(some), ...more })]);
      names.add(name ?? "");
      const { rows } = await hotPool().query<{ "QUERY PLAN": string }>(`explain (generic_plan) ${text}`);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan).toMatch(/application_pkey on application a/);
      expect(plan).not.toMatch(/Seq Scan|Bitmap/);
    }
  }
  // Keys and eventIds make one shape.
  expect(names.size).toBe(16);
});

test("no part of a statement is looked through for each row of another: 500 messages cost no more each than 50", async () => {
  const application = await newApplication([{ url: "https://example.com/hook" }]);
  for (const some of subsets)
    for (const more of [{}, { received }]) {
      const { name, text } = statement([newMessage(application, { ...changesOf(some), ...more })]);
      expect([name, await lookedThrough(hotPool(), text)]).toEqual([name, []]);
    }
});
