import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { emptyDatabase } from "../lib/testing/database.ts";
import type { Program } from "../lib/testing/program.ts";
import { programsOfEachTest } from "../lib/testing/programs.ts";
import { testSecret } from "../lib/testing/settings.ts";

// Each of these tests starts databases and whole programs, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const apiKey = "a-key-for-scripts-0123456789";
const programs = programsOfEachTest();

const run = programs.start;

const server = (env: Record<string, string> = {}): Program =>
  run("bin/server.ts", ["--no-pages"], { WEBSTER_BOOTSTRAP_API_KEY: apiKey, ...env });
const urlOf = async (program: Program): Promise<string> => (await program.waitFor(/API +(http:\S+)\/api\/v1/))[1] ?? "";
const rotate = async (args: string[] = [], env: Record<string, string> = {}): Promise<[number | null, string]> => {
  const program = run("bin/rotateSecret.ts", args, env);
  return [(await program.exited).code, program.output()];
};
const secretFile = (): string => join(programs.directory, "data", "secret");
const secrets = (): string[] => readFileSync(secretFile(), "utf8").trim().split("\n");

async function call(url: string, method: string, path: string, body?: object): Promise<Record<string, string>> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const response = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  expect([path, response.ok]).toEqual([path, true]);
  return (await response.json()) as Record<string, string>;
}

/** Makes an endpoint; answers where its signing secret is asked for, and the secret. */
async function newEndpoint(url: string): Promise<[path: string, key: string | undefined]> {
  const { id } = await call(url, "POST", "/app", { name: "A" });
  const endpoint = await call(url, "POST", `/app/${id}/endpoint`, { url: "https://example.com/" });
  const path = `/app/${id}/endpoint/${endpoint["id"]}/secret`;
  return [path, (await call(url, "GET", path))["key"]];
}

async function stop(program: Program): Promise<void> {
  program.kill("SIGTERM");
  expect((await program.exited).code).toBe(0);
}

it("a generated secret: while Webster runs, the next start does it; while it doesn't, the command does", async () => {
  const first = server();
  const [path, key] = await newEndpoint(await urlOf(first));
  const [old] = secrets();
  expect(await rotate()).toEqual([0, expect.stringContaining("Start Webster and its workers again")]);
  const [second] = secrets();
  expect(secrets()).toEqual([second, old]);
  // A worker that starts now seals with what the server opens.
  const worker = run("bin/worker.ts", [], {});
  await worker.waitFor(/A Webster worker is running/);
  await stop(worker);
  await stop(first);

  const next = server();
  expect((await call(await urlOf(next), "GET", path))["key"]).toBe(key);
  await next.waitFor(/seal\.resealed/);
  await stop(next);

  expect(await rotate()).toEqual([0, expect.stringMatching(/Sealed anew: \d+ of \d+[^]*seals nothing since/)]);
  expect(secrets().slice(1)).toEqual([second, old]);
  expect(await rotate(["--forget"])).toEqual([0, expect.stringContaining("Forgotten: 2; kept: 1.")]);
});

it("secrets of the operator's: first it opens everywhere, then it seals, then the old one goes", async () => {
  const DATABASE_URL = await emptyDatabase();
  const next = testSecret.replace("tests", "later");
  const settings = { DATABASE_URL };
  const before = server({ ...settings, WEBSTER_SECRET: testSecret });
  const [path, key] = await newEndpoint(await urlOf(before));
  expect(await rotate([], { ...settings, WEBSTER_SECRET: testSecret })).toEqual([1, expect.stringContaining("There is one secret")]);
  const tooEarly = { ...settings, WEBSTER_SECRET: next, WEBSTER_OTHER_SECRETS: JSON.stringify([testSecret]) };
  expect(await rotate([], tooEarly)).toEqual([1, expect.stringContaining("Give it to them first")]);
  await stop(before);

  const rolling = server({ ...settings, WEBSTER_SECRET: testSecret, WEBSTER_OTHER_SECRETS: JSON.stringify([next]) });
  const url = await urlOf(rolling);
  const [code, output] = await rotate([], tooEarly);
  expect([code, output]).toEqual([0, expect.stringContaining("Its secret is needed")]);
  // What the command has sealed anew, the process with the settings of before opens.
  expect((await call(url, "GET", path))["key"]).toBe(key);
  const [path2, key2] = await newEndpoint(url);
  await stop(rolling);
  expect(await rotate([], tooEarly)).toEqual([0, expect.stringMatching(/Sealed anew: [^]*can be dropped/)]);
  const [, status] = await rotate(["--status"], { ...settings, WEBSTER_SECRET: next });
  expect(status).toMatch(/key \w{8}, since [\d-]+: seals\n.*seals nothing since .*can be dropped/);
  const after = server({ ...settings, WEBSTER_SECRET: next });
  expect((await call(await urlOf(after), "GET", path))["key"]).toBe(key);
  expect((await call(await urlOf(after), "GET", path2))["key"]).toBe(key2);
});
