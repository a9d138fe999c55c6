import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Failure {
  name: string;
  message: string;
}

type FailuresOf = (report: unknown, folder: string) => Failure[];

// A program that runs before anything is installed has no types.
const { failuresOfPlaywright, failuresOfVitest }: Record<"failuresOfPlaywright" | "failuresOfVitest", FailuresOf> = await import(
  new URL("./failures.mjs", import.meta.url).href
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "webster-test-"));
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test("tests that Vitest saw fail are named, and files that it could not run", async () => {
  write("good.test.ts", `import { expect, test } from "vitest"; test("holds", () => expect(1).toBe(1));`);
  write(
    "bad.test.ts",
    `import { describe, expect, test } from "vitest"; describe("sums", () => test("add up", () => expect(1 + 1).toBe(3)));`,
  );
  write("broken.test.ts", `import { sum } from "./absent"; sum();`);
  const args = ["run", "--root", folder, "--reporter=json", `--outputFile=${join(folder, "vitest.json")}`];
  await run("vitest/vitest.mjs", args);

  const found = failuresOfVitest(read("vitest.json"), folder).toSorted((a, b) => a.name.localeCompare(b.name));
  expect(found).toEqual([
    { name: "bad.test.ts > sums > add up", message: expect.stringContaining("expected 2 to be 3") },
    { name: "broken.test.ts could not be run", message: expect.stringContaining("./absent") },
  ]);
});

test("tests that Playwright saw fail are named, if only at their first try, and what failed outside of them", async () => {
  write(
    "bad.spec.ts",
    `import { expect, test } from "@playwright/test"; test.describe("sums", () => test("add up", () => expect(1 + 1).toBe(3)));`,
  );
  write("flaky.spec.ts", `import { expect, test } from "@playwright/test"; test("second", ({}, { retry }) => expect(retry).toBe(1));`);
  write("broken.spec.ts", `throw new Error("cannot be loaded");`);
  const playwright = (name: string, specs: string[]) =>
    run("@playwright/test/cli.js", ["test", "--config", folder, "--retries=1", "--reporter=json", ...specs], {
      PLAYWRIGHT_JSON_OUTPUT_FILE: join(folder, name),
    });
  await playwright("playwright.json", ["bad.spec.ts", "flaky.spec.ts"]);
  await playwright("outside.json", ["broken.spec.ts"]);

  expect(failuresOfPlaywright(read("playwright.json"), folder)).toEqual([
    { name: "bad.spec.ts > sums > add up", message: expect.stringContaining("Expected: 3") },
    { name: "flaky.spec.ts > second", message: expect.stringContaining("Expected: 1") },
  ]);
  expect(failuresOfPlaywright(read("outside.json"), folder)[0]).toEqual({
    name: "outside of all tests",
    message: expect.stringContaining("cannot be loaded"),
  });
});

/** That it fails is what is wanted. */
function run(program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    execFile(process.execPath, [join(process.cwd(), "node_modules", program), ...args], options, () => resolve());
  });
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function read(name: string) {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}
