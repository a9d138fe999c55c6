import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeDirectory } from "./makeDirectory.ts";

const parent = mkdtempSync(join(tmpdir(), "webster-make-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

it("makes what is missing, each with its mode, and says whether it did", () => {
  const path = join(parent, "one", "two", "three");
  expect([makeDirectory(path, 0o700), makeDirectory(path, 0o755)]).toEqual([true, false]);
  expect([path, join(path, "..")].map((made) => statSync(made).mode & 0o777)).toEqual([0o700, 0o700]);
  symlinkSync(path, join(parent, "link"));
  expect(makeDirectory(join(parent, "link"))).toBe(false);
});

it("ends where nothing can be made, with what the system says", () => {
  const file = join(parent, "file");
  writeFileSync(file, "");
  expect(() => makeDirectory(file)).toThrow("EEXIST");
  expect(() => makeDirectory(join(file, "below"))).toThrow("ENOTDIR");
  symlinkSync(join(parent, "nowhere", "at all"), join(parent, "dangling"));
  expect(() => makeDirectory(join(parent, "dangling"))).toThrow("EEXIST");
});

it.runIf(process.platform === "linux")("ends below /proc, where `recursive` of Node.js 20 never does", () => {
  expect(() => makeDirectory("/proc/webster/data")).toThrow("ENOENT");
});
