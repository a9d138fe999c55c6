/**
 * What a delivered message costs PostgreSQL: bytes written ahead and bytes kept. They don't depend on the machine's speed,
 * and change only with rows, indexes and PostgreSQL's version: the bounds leave it a tenth.
 */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../../../testing/program.ts";
import { newApplication, newMessage } from "../../../testing/sending.ts";
import { testEnv } from "../../../testing/settings.ts";
import { setEnv } from "../../../env.ts";
import { newId, newLeaseId } from "../../../ids.ts";
import { setSingleton } from "../../../singleton.ts";
import { closeDatabase, pool } from "../../client.ts";
import { databaseNowMs } from "../../clock.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";
import { grant } from "../../grants.ts";
import { closeListener } from "../../listen.ts";
import { migrate } from "../../migrate.ts";
import { maintainPartitions } from "../../partitions.ts";
import { acceptTogether, type NewMessage } from "./accept.ts";
import { settle, type SettledAttempt } from "./settle.ts";

// A server of its own: what is written ahead is a server's, not a database's.
const [directory, remove] = temporaryDirectory();
let server: Embedded;
beforeAll(async () => {
  server = await startEmbedded(join(directory, "postgres"), { settings: { autovacuum: "off", shared_buffers: "32MB" } });
  await migrate(server.ownerUrl);
  await grant(server.ownerUrl, server.url);
  setEnv(testEnv(server.url));
  await Promise.all([closeListener(), closeDatabase()]);
  setSingleton("sealer", undefined);
  await maintainPartitions();
});
afterAll(async () => {
  await closeListener();
  await closeDatabase();
  await server.stop();
  remove();
});

const total = 2_000;
const together = 20;
const payload = Buffer.from(JSON.stringify({ text: "x".repeat(189) }));
// What a receiver made with Node.js answers with.
const responseHeaders = { connection: "keep-alive", date: "Sat, 28 Nov 2026 22:00:00 GMT", "keep-alive": "timeout=60" };

const delivered = ({ id, createdAt, leaseId, endpointIds: [endpointId = ""] }: NewMessage): SettledAttempt => ({
  id: newId("attempt", createdAt.getTime() + 3),
  startedMs: createdAt.getTime() + 3,
  messageId: id,
  endpointId,
  createdAt,
  leaseId: leaseId ?? "",
  attemptCount: 0,
  trigger: "scheduled",
  verdict: { status: "succeeded" },
  countsAsFailure: false,
  url: "https://example.com/webhooks/1",
  statusCode: 204,
  errorClass: null,
  response: "",
  responseHeaders,
  durationMs: 3,
});

async function readBytes(): Promise<{ wal: number; stored: number }> {
  const { rows } = await pool().query<{ wal: number; stored: number }>(`
    select (pg_current_wal_insert_lsn() - '0/0')::float8 as "wal", (
      select sum(pg_relation_size(c.oid))::float8 from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'i')) as "stored"`);
  return rows[0] ?? { wal: 0, stored: 0 };
}

test("a delivered message of 200 bytes writes no more than so many bytes, and keeps no more", async () => {
  expect(payload.length).toBe(200);
  const application = await newApplication(Array.from({ length: 8 }, (_, n) => ({ url: `https://example.com/webhooks/${n}` })));
  // Two a millisecond at most, as they come: what was accepted some time ago is stored in another way.
  let lastMs = 0;
  const deliver = async (count: number): Promise<void> => {
    for (let first = 0; first < count; first += together) {
      const firstMs = Math.max(lastMs + 1, Math.floor(databaseNowMs()));
      lastMs = firstMs + together / 2;
      const messages = Array.from({ length: together }, (_, n) => {
        const createdAt = new Date(firstMs + Math.floor(n / 2));
        const endpointIds = [application.endpointIds[n % 8] ?? ""];
        const id = newId("message", createdAt.getTime());
        return newMessage(application, { id, createdAt, payload, leaseId: newLeaseId(), endpointIds });
      });
      expect((await acceptTogether(messages)).every(({ kind }) => kind === "accepted")).toBe(true);
      expect((await settle(messages.map(delivered))).every(({ held }) => held)).toBe(true);
    }
  };
  await deliver(400);
  const before = await readBytes();
  await deliver(total);
  const after = await readBytes();
  const wal = Math.round((after.wal - before.wal) / total);
  const stored = Math.round((after.stored - before.stored) / total);
  expect({ wal, stored }).toEqual({ wal: expect.toSatisfy(atMost(2_140)), stored: expect.toSatisfy(atMost(1_880)) });
});

const atMost = (bound: number) => (value: number) => value > bound / 2 && value <= bound;
