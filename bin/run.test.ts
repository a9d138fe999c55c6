import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../lib/testing/program.ts";

/** Replaces what is in use time and again, each part after it has become old, and prints how many times as much the heap held at most. */
const churn = `
const inUse = 40_000;
const make = (i) => ({ i, values: Array.from({ length: 100 }, (_, n) => n + i) });
const ring = Array.from({ length: inUse }, (_, i) => make(i));
const before = process.memoryUsage().heapUsed;
let most = 0;
for (let i = 0; i < 10 * inUse; i++) {
  ring[i % inUse] = make(i);
  if (i % 1_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
}
console.log(most / before);`;

function heldByProgram(...flags: string[]): number {
  const [directory, remove] = temporaryDirectory();
  const path = join(directory, "bundle", "churn.mjs");
  mkdirSync(join(directory, "bundle"));
  writeFileSync(path, churn);
  const run = `const { runFile } = await import("./bin/run.mjs"); await runFile(${JSON.stringify(path)});`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "-e", run], { encoding: "utf8" });
  remove();
  expect(stderr).toBe("");
  return Number(stdout);
}

it("lets a program's heap grow to little more than twice what is in use, unless another bound is given", () => {
  expect(heldByProgram()).toBeLessThan(3);
  expect(heldByProgram("--heap-growing-percent=300")).toBeGreaterThan(3.5);
});
