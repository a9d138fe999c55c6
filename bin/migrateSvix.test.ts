/** The program itself, as people start it. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../lib/api/app.ts";
import { foreignEnvironment } from "../lib/env.ts";
import { newId } from "../lib/ids.ts";
import { type TestDatabase, testDatabase } from "../lib/testing/database.ts";
import { type FetchServer, startFetchServer } from "../lib/testing/fetchServer.ts";
import { argumentsOf } from "../lib/testing/program.ts";
import { type SvixServer, startSvixServer, svixToken } from "../lib/testing/svixServer.ts";
import { newTenant } from "../lib/testing/tenant.ts";
import { serverUrl, sourceUrlOf } from "./migrate/urls.ts";

let database: TestDatabase;
let webster: FetchServer;
let source: SvixServer;
const directories: string[] = [];
const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

beforeAll(async () => {
  database = await testDatabase();
  webster = await startFetchServer(createApi().fetch);
  const applications = Array.from({ length: 12 }, (_, i) => ({
    id: newId("application", Date.now() - 1_000 * (i + 1)),
    uid: `a-${i}`,
    name: `A ${i}`,
    endpoints: [{ id: newId("endpoint"), url: `http://127.0.0.1:9/${i}`, secret, headers: { "X-Private": "private-header-value" } }],
  }));
  source = await startSvixServer({ eventTypes: [{ name: "paid", description: "" }], applications });
});
afterAll(async () => {
  for (const directory of directories) rmSync(directory, { recursive: true });
  await webster.close();
  await source.close();
  await database.close();
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "webster-migration-"));
  directories.push(directory);
  return directory;
}

type Ended = { code: number | null; signal: string | null; output: string };

/** Runs the program. `onStart` is given what ends it at once. */
function run(cwd: string, env: Record<string, string>, parameters: string[], onStart?: (kill: () => void) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const program = [...argumentsOf("bin/migrateSvix.ts"), ...parameters];
    const options = { cwd, env: { ...foreignEnvironment(), INIT_CWD: cwd, NODE_ENV: "production" as const, ...env } };
    const child = execFile(process.execPath, program, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr }),
    );
    onStart?.(() => child.kill("SIGKILL"));
  });
}

test("it tells, writes with --apply, and goes on after it was killed; its files are private and hold no secret", async () => {
  const { apiKey } = await newTenant();
  const env = { SVIX_URL: source.url, SVIX_TOKEN: svixToken, WEBSTER_URL: webster.url, WEBSTER_API_KEY: apiKey };
  const cwd = newDirectory();
  const dry = await run(cwd, env, []);
  expect(dry).toMatchObject({ code: 0, signal: null });
  expect(dry.output).toMatch(/application +12 +0 +0 +0 +0 +0\n/);
  expect(dry.output).toContain("Run it again with --apply");
  expect(readdirSync(cwd)).toEqual(["svix-migration.md"]);

  const killed = await run(cwd, env, ["--apply"], (kill) => {
    let asked = 0;
    source.interfere(() => {
      if (++asked === 20) kill();
      return null;
    });
  });
  source.interfere(() => null);
  expect(killed.signal).toBe("SIGKILL");
  const rest = await run(cwd, env, ["--apply"]);
  expect(rest.code).toBe(0);
  const [, made, there] = /application +(\d+) +(\d+)/.exec(rest.output) ?? [];
  expect(Number(made) + Number(there)).toBe(12);
  expect((await run(cwd, env, ["--apply"])).output).toMatch(/application +0 +12 +0 +0 +0 +0\nendpoint +0 +12 +0 +0 +0 +0\n/);

  for (const name of ["svix-migration.md", "svix-migration.json"]) {
    expect(statSync(join(cwd, name)).mode & 0o777).toBe(0o600);
    for (const private_ of [secret, svixToken, apiKey, "private-header-value"]) {
      expect(readFileSync(join(cwd, name), "utf8")).not.toContain(private_);
      expect(dry.output + killed.output + rest.output).not.toContain(private_);
    }
  }
  const elsewhere = await run(cwd, { ...env, WEBSTER_URL: "http://127.0.0.1:1" }, ["--apply"]);
  expect(elsewhere).toMatchObject({
    code: 1,
    output: expect.stringMatching(/is of a move from .*\n\nWhat to do: Name another file with --state/),
  });
});

test("what is wrong with how it is started is told with what to do", async () => {
  const cwd = newDirectory();
  writeFileSync(join(cwd, "values.json"), '{"endpoints": {"ep_1": {"headers": {"A": 1}}}}');
  const env = { SVIX_URL: source.url, SVIX_TOKEN: svixToken, WEBSTER_API_KEY: "wk_x", WEBSTER_URL: webster.url };
  const outputs = await Promise.all([
    run(cwd, { ...env, SVIX_TOKEN: "" }, []),
    run(cwd, env, ["--days", "x"]),
    run(cwd, env, ["--values", "values.json"]),
    run(cwd, env, ["--unknown"]),
    run(cwd, { ...env, WEBSTER_URL: source.url, WEBSTER_API_KEY: svixToken }, []),
  ]);
  expect(outputs.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
  const wanted = [/SVIX_TOKEN is not set/, /--days takes a whole number/, /endpoints\.ep_1\.headers\.A/, /--help/, /same environment/];
  for (const [i, pattern] of wanted.entries())
    expect(outputs[i]?.output).toMatch(new RegExp(`${pattern.source}[^]*What to do: |What to do: .*${pattern.source}`));
});

test("addresses", () => {
  expect(["testsk_a.eu", "sk_b.us", "sk_c", "a.b.c"].map(sourceUrlOf)).toEqual([
    "https://api.eu.svix.com",
    "https://api.us.svix.com",
    "https://api.svix.com",
    "https://api.svix.com",
  ]);
  expect(["http://a:1/", "https://b/svix/api/v1/", "https://c/api/v1"].map((text) => serverUrl(text, "--from"))).toEqual([
    "http://a:1",
    "https://b/svix",
    "https://c",
  ]);
  for (const text of ["api.svix.com", "ftp://a", "https://user:secret@a"]) expect(() => serverUrl(text, "--from")).toThrow(/--from/);
});
