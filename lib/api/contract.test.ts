import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { startTaskRunner } from "../background/taskRunner.ts";
import type { Loop } from "../loop.ts";
import { contractSuite } from "../testing/contract/suite.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { startFetchServer } from "../testing/fetchServer.ts";
import { faultsOf, type RecordedAnswer, recording } from "../testing/sdkAnswers.ts";
import { createFrontServer } from "../http/server.ts";
import { createApi } from "./app.ts";
import { express } from "./express.ts";

let database: TestDatabase;
let engine: Engine;
let tasks: Loop;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  tasks = startTaskRunner();
});

afterAll(async () => {
  await tasks.stop();
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

contractSuite("in front, on node's own requests", async () => {
  const api = createApi();
  const front = createFrontServer({
    api: (request, bindings) => api.fetch(request, bindings),
    express,
    next: null,
    fastLane: true,
  });
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(front.server.address() as AddressInfo).port}`, close: () => front.close(0) };
});

const answers: RecordedAnswer[] = [];
contractSuite("mounted elsewhere, on standard requests", () => startFetchServer(recording(createApi().fetch, answers)));

// After the suite, whose answers these are.
test("SDKs with types can read every answer", () => {
  const { faults, read } = faultsOf(answers);
  expect(faults).toEqual([]);
  expect(read.size).toBeGreaterThan(40);
});
