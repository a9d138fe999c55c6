/** Every operation of the SDK called once, for what a typed SDK would make of the answers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../lib/api/app.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { startTaskRunner } from "../../lib/background/taskRunner.ts";
import type { Loop } from "../../lib/loop.ts";
import { type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { type FetchServer, startFetchServer } from "../../lib/testing/fetchServer.ts";
import { answeredOperations, faultsOf, type RecordedAnswer, recording } from "../../lib/testing/sdkAnswers.ts";
import { newTenant } from "../../lib/testing/tenant.ts";
import { runOperations } from "./run.ts";
import { makeEachKind } from "./sourcesOfEachKind.ts";

const answers: RecordedAnswer[] = [];
let database: TestDatabase;
let engine: Engine;
let tasks: Loop;
let server: FetchServer;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  tasks = startTaskRunner();
  server = await startFetchServer(recording(createApi().fetch, answers));
});

afterAll(async () => {
  await server.close();
  await tasks.stop();
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

test("every operation of the SDK is answered as SDKs with types can read it", async () => {
  const { apiKey } = await newTenant();
  const results = await runOperations(server.url, apiKey);
  expect(results.filter(({ state }) => state.kind === "wrong" || state.kind === "missing")).toEqual([]);
  const { faults, read } = faultsOf(answers);
  expect(faults).toEqual([]);
  // These operations are newer than the SDK that calls here.
  expect(answeredOperations.filter((operation) => !read.has(operation))).toEqual([
    "GET /api/v1/app/{}/endpoint/{}/attempt-stats",
    "POST /api/v1/app/{}/destination/{}/secret/rotate",
  ]);
});

test("so are sources of every provider, and destinations of both kinds", async () => {
  answers.length = 0;
  const { apiKey } = await newTenant();
  await makeEachKind(server.url, apiKey);
  expect(faultsOf(answers).faults).toEqual([]);
});

test.each([
  ["a config where there is none", { type: "generic-webhook", config: {} }, "IngestSourceOut of type generic-webhook has a config"],
  ["none where there is one", { type: "github" }, "GithubConfigOut is undefined"],
  ["a config without its key", { type: "telnyx", config: {} }, "TelnyxConfigOut.publicKey is missing"],
  ["a type that nobody knows", { type: "webster" }, 'IngestSourceOut is of the unknown type "webster"'],
  ["a member that nobody knows", { type: "generic-webhook", surprise: 1 }, "IngestSourceOut.surprise is unknown"],
])("%s is a fault", (_name, change, fault) => {
  const at = "2026-11-28T00:00:00Z";
  const text = JSON.stringify({ id: "src_1", name: "a", createdAt: at, updatedAt: at, metadata: {}, ...change });
  expect(faultsOf([{ method: "GET", path: "/ingest/api/v1/source/src_1", text }]).faults).toEqual([
    `GET /ingest/api/v1/source/{}: ${fault}`,
  ]);
});
