/** The requests of five languages' SDKs, sent again: `npm run clients -- --write` has recorded them from the SDKs themselves. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as z from "zod/mini";
import { createApi } from "../../lib/api/app.ts";
import { operations } from "../../lib/contract/operations.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { answeredOperations, faultsOf, type RecordedAnswer } from "../../lib/testing/sdkAnswers.ts";
import { newTenant } from "../../lib/testing/tenant.ts";
import { examples } from "./examples/all.ts";
import { type Ask, newFixtures } from "./fixtures.ts";
import { startReceiver } from "./recorder.ts";
import type { RecordedRequest } from "./recording.ts";
import table from "./requests.json" with { type: "json" };
import { filled, filledText } from "./text.ts";

const requests = table as RecordedRequest[];
const api = createApi();
const together = 3;
const triesWhenBusy = 5;

let database: TestDatabase;
let engine: Engine;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  receiver = await startReceiver();
});

afterAll(async () => {
  await receiver.close();
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

type Sent = { status: number; text: string };

/** Sends a request, and again what a busy machine answers with 503, as the SDKs do. */
async function send(token: string, method: string, path: string, contentType: string | null, body: string | null): Promise<Sent> {
  const headers = { authorization: `Bearer ${token}`, ...(contentType === null ? {} : { "content-type": contentType }) };
  for (let left = triesWhenBusy; ; left--) {
    const response = await api.fetch(new Request(`http://api.test${path}`, { method, headers, body }));
    if (response.status !== 503 || left === 0) return { status: response.status, text: await response.text() };
  }
}

const askWith =
  (apiKey: string): Ask =>
  async (method, path, body) => {
    const { status, text } = await send(apiKey, method, path, "application/json", body === undefined ? null : JSON.stringify(body));
    if (status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };

async function replay(request: RecordedRequest, apiKey: string): Promise<Sent & { path: string }> {
  const fixtures = newFixtures(askWith(apiKey), receiver.url);
  const path = await filledText(request.path, fixtures);
  const query = new URLSearchParams();
  for (const [name, value] of request.query ?? []) query.append(name, await filledText(value, fixtures));
  const body = request.body === undefined ? null : JSON.stringify(await filled(request.body, fixtures));
  const token = examples[request.operation]?.as === "portal" ? await fixtures.of("portal") : apiKey;
  const contentType = request.contentType ?? (body === null ? null : "application/json");
  return { path, ...(await send(token, request.method, query.size === 0 ? path : `${path}?${query}`, contentType, body)) };
}

const titleOf = ({ operation, by }: RecordedRequest): string => `${operation} of ${by.join(", ")}`;

const nounOf = ({ operation }: RecordedRequest): string => operation.slice(0, operation.lastIndexOf("."));

test.each([...new Set(requests.map(nounOf))])("%s: each is answered as the SDKs were, with every member that they need", async (noun) => {
  const refused: string[] = [];
  const answers: RecordedAnswer[] = [];
  const left = requests.filter((request) => nounOf(request) === noun);
  const worker = async (): Promise<void> => {
    for (let request = left.shift(); request !== undefined; request = left.shift()) {
      const { status, text, path } = await replay(request, (await newTenant()).apiKey);
      const isRight = path.includes("/stream") ? status === 404 && text.includes('"not_offered"') : status < 300;
      if (!isRight) refused.push(`${titleOf(request)}: ${status} ${text}`);
      else if (status < 300 && text.startsWith("{")) answers.push({ method: request.method, path, text });
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  expect(refused).toEqual([]);
  expect(faultsOf(answers).faults).toEqual([]);
});

test("there is a request of every operation whose answer a model reads", () => {
  const isSent = (operation: string): boolean => {
    const [method = "", path = ""] = operation.split(" ");
    return requests.some((request) => request.method === method && isAt(path.replaceAll("{}", "{any}"), request.path));
  };
  expect(answeredOperations.filter((operation) => !isSent(operation))).toEqual([]);
});

test("every member and every parameter is read", () => {
  const unread = requests.flatMap((request) => {
    if (request.path.includes("/stream")) return [];
    const operation = operations.find((one) => one.method.toUpperCase() === request.method && isAt(one.path, request.path));
    if (operation === undefined) return [`${titleOf(request)}: no operation`];
    const members = Object.keys(shapeOf(operation.body));
    const parameters = Object.keys(shapeOf(operation.query));
    return [
      ...Object.keys(request.body ?? {}).filter((name) => !members.includes(name)),
      ...(request.query ?? []).map(([name]) => name).filter((name) => !parameters.includes(name)),
    ].map((name) => `${titleOf(request)}: ${name}`);
  });
  expect(unread).toEqual([]);
});

const shapeOf = (type: unknown): object => (type as z.ZodMiniObject | undefined)?._zod.def.shape ?? {};

const isAt = (path: string, recorded: string): boolean =>
  new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(recorded.replace(/\/$/, ""));

test("every example is sent by some SDK", () => {
  const sent = new Set(requests.map(({ operation }) => operation));
  expect(Object.keys(examples).filter((name) => !sent.has(name))).toEqual([]);
});
