import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { foreignEnvironment } from "../lib/env.ts";
import { argumentsOf, runProgram, temporaryDirectory } from "../lib/testing/program.ts";

const dataDir = mkdtempSync(join(tmpdir(), "webster-nobody-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const run = (environment: Record<string, string>): Promise<{ code: number | string; output: string }> =>
  new Promise((resolve) => {
    const env = { ...foreignEnvironment(), NODE_ENV: "production" as const, WEBSTER_DATA_DIR: dataDir, ...environment };
    execFile(process.execPath, argumentsOf("bin/demo.ts"), { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });

test("the owner is told each profit, through a failure, and the log says so", async () => {
  const { code, output } = await run({});
  expect(output).toContain("€1,284.50 + ¥89,150 + $720.45");
  expect(output).toMatch(/attempt 1 {2}failed {5}500 .*\n {4}attempt 2 {2}succeeded {2}200/);
  expect(output).toContain("somebody claims a fortune: refused, no matching signature");
  expect(output).toMatch(/npm start\nin one terminal, npm run demo in another\.\n$/);
  expect(output).toContain("exactly the bytes that were sent");
  expect(code).toBe(0);
});

test("what it does before there is an owner waits for the owner in the Webster that runs here", async () => {
  const [directory, remove] = temporaryDirectory();
  const environment = { WEBSTER_DATA_DIR: join(directory, "data") };
  const server = runProgram("bin/server.ts", ["--no-pages"], environment);
  try {
    const [, url = ""] = await server.waitFor(/API +(http:\S+)\/api\/v1/);
    // Its port is its own business: the demo is told none, or another one.
    const { code, output } = await run({ ...environment, PORT: "9" });
    expect(output).toContain(`Using the Webster that is running here, at ${url}.`);
    expect(output).toMatch(/open the link that npm start has printed, then http:\S+\/org_\w+\/env_\w+\/applications\n$/);
    expect(code).toBe(0);
    const [, token = ""] = await server.waitFor(/setup#token=([\w-]{43})/);
    const owner = { token, email: "owner@example.com", password: "correct horse", organizationName: "Cafés" };
    const headers = { "content-type": "application/json" };
    const made = await fetch(`${url}/api/v1/setup`, { method: "POST", headers, body: JSON.stringify(owner) });
    const { apiKey } = (await made.json()) as { apiKey: string };
    const answer = await fetch(`${url}/api/v1/app`, { headers: { authorization: `Bearer ${apiKey}` } });
    const { data } = (await answer.json()) as { data: { uid: string }[] };
    expect(data.map(({ uid }) => uid).toSorted()).toEqual(["demo-cafe-berlin", "demo-cafe-brooklyn", "demo-cafe-tokyo"]);
  } finally {
    server.kill("SIGTERM");
    await server.exited;
    remove();
  }
});

test("without a Webster where it should be, it ends with exit code 1 and says why", async () => {
  const { code, output } = await run({ WEBSTER_URL: "http://127.0.0.1:9", WEBSTER_API_KEY: "wk_nobody" });
  expect(output).toContain("The demo did not come to its end. Nothing answers at http://127.0.0.1:9");
  expect(code).toBe(1);
});
