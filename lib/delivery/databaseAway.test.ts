// Our own database dies under load, is away for a while, and comes back.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, prisma } from "../db/client.ts";
import { type Embedded, startEmbedded } from "../db/embedded.ts";
import { closeListener } from "../db/listen.ts";
import { grant } from "../db/grants.ts";
import { migrate } from "../db/migrate.ts";
import { maintainPartitions } from "../db/partitions.ts";
import { setEnv } from "../env.ts";
import { AppError } from "../errors.ts";
import { setSingleton } from "../singleton.ts";
import { temporaryDirectory } from "../testing/program.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { newApplication, post } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import { until } from "../testing/until.ts";
import { type Engine, startEngine } from "./engine.ts";

const [directory, remove] = temporaryDirectory();
let server: Embedded;
let receiver: Receiver;
let engine: Engine;

beforeAll(async () => {
  server = await startEmbedded(join(directory, "postgres"));
  await migrate(server.ownerUrl);
  await grant(server.ownerUrl, server.url);
  setEnv(testEnv(server.url, { WEBSTER_LEASE_SECONDS: "3", WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "10" }));
  setSingleton("sealer", undefined);
  await maintainPartitions();
  receiver = await startReceiver();
  engine = startEngine();
});
afterAll(async () => {
  await engine.stop();
  await receiver.close();
  await closeListener();
  await closeDatabase();
  await server.stop();
  remove();
});

test("killed under load: callers are told to come back, nothing accepted is lost, and all goes on unaided", async () => {
  const cafe = await newApplication([{ url: receiver.url }]);
  const accepted = new Set<string>();
  const refused: { error: unknown; tookMs: number }[] = [];
  const going = new AbortController();
  const load = Array.from({ length: 10 }, async () => {
    while (!going.signal.aborted) {
      const startedMs = performance.now();
      try {
        accepted.add((await post(cafe)).id);
      } catch (error) {
        refused.push({ error, tookMs: performance.now() - startedMs });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  });
  await until("a hundred to be accepted", () => accepted.size >= 100);
  process.kill(server.pid(), "SIGKILL");
  await until("calls to be refused", () => refused.length > 0);
  const before = accepted.size;
  await until("the database to be back, and a hundred more to be accepted", () => accepted.size >= before + 100);
  going.abort();
  await Promise.all(load);

  for (const { error, tookMs } of refused) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
    expect(tookMs).toBeLessThan(10_000);
  }
  const pending = (): Promise<number> => prisma().delivery.count({ where: { status: { not: "succeeded" } } });
  await until("every delivery to succeed", async () => (await pending()) === 0);
  const stored = new Set((await prisma().message.findMany({ select: { id: true } })).map(({ id }) => id));
  const arrived = new Set(receiver.hits.map(({ headers }) => headers["webhook-id"] ?? ""));
  expect([...accepted].filter((id) => !stored.has(id))).toEqual([]);
  expect([...stored].filter((id) => !arrived.has(id))).toEqual([]);
  expect([...arrived].filter((id) => !stored.has(id))).toEqual([]);
});
