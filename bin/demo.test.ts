import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { foreignEnvironment } from "../lib/env.ts";

const dataDir = mkdtempSync(join(tmpdir(), "webster-nobody-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const run = (environment: Record<string, string>): Promise<{ code: number | string; output: string }> =>
  new Promise((resolve) => {
    const env = { ...foreignEnvironment(), NODE_ENV: "production" as const, WEBSTER_DATA_DIR: dataDir, ...environment };
    const program = ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "demo.ts")];
    execFile(process.execPath, program, { env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
  });

test("the owner is told each profit, through a failure, and the log says so", { timeout: 120_000 }, async () => {
  const { code, output } = await run({});
  expect(output).toContain("€1,284.50 + ¥89,150 + $720.45");
  expect(output).toMatch(/attempt 1 {2}failed {5}500 .*\n {4}attempt 2 {2}succeeded {2}200/);
  expect(output).toContain("somebody claims a fortune: refused, no matching signature");
  expect(output).toContain("/attempt/msg/msg_");
  expect(output).toContain("exactly the bytes that were sent");
  expect(code).toBe(0);
});

test("without a Webster where it should be, it ends with exit code 1 and says why", { timeout: 60_000 }, async () => {
  const { code, output } = await run({ WEBSTER_URL: "http://127.0.0.1:9", WEBSTER_API_KEY: "wk_nobody" });
  expect(output).toContain("The demo did not come to its end. Nothing answers at http://127.0.0.1:9");
  expect(code).toBe(1);
});
