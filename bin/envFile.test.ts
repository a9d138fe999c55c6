import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "webster-env-file-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const envFile = JSON.stringify(pathToFileURL(join(import.meta.dirname, "envFile.mjs")).href);

/** Loads the file in a process of its own: the settings it then has, or what is said instead. */
function load(names: string[], environment = {}): string {
  const look = `(${JSON.stringify(names)}).map((name) => process.env[name] ?? "–").join(" ")`;
  const script = `const { loadEnvFile } = await import(${envFile});
    try { loadEnvFile(${JSON.stringify(root)}); console.log(${look}); } catch (error) { console.log(error.message, error.remedy); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { NODE_ENV: "test", ...environment },
  });
  return `${stdout}${stderr}`.trim();
}

it("may be missing, and the environment wins over it", () => {
  expect(load(["PORT", "HOST"])).toBe("– –");
  writeFileSync(join(root, ".env"), '# a comment\nPORT=4000\nexport HOST="::1" # this machine\n');
  expect(load(["PORT", "HOST"])).toBe("4000 ::1");
  expect(load(["PORT", "HOST"], { PORT: "5000" })).toBe("5000 ::1");
});

it("may begin with a byte order mark, and have the line ends of Windows: the first setting holds too", () => {
  writeFileSync(join(root, ".env"), "\ufeffPORT=4000\r\nHOST=::1\r\n");
  expect(load(["PORT", "HOST"])).toBe("4000 ::1");
});

it("is refused in words where it can't be read, and where no setting in it would hold", () => {
  writeFileSync(join(root, ".env"), Buffer.from("\ufeffPORT=4000\r\n", "utf16le"));
  expect(load(["PORT"])).toMatch(/are no text in UTF-8\. Save it as UTF-8/);
  rmSync(join(root, ".env"));
  // Docker makes one where a file to be mounted is missing.
  mkdirSync(join(root, ".env"));
  expect(load(["PORT"])).toMatch(/can't be read: EISDIR\. It is a directory/);
});
