import { spawn } from "node:child_process";
import { once } from "node:events";
import fs, { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { addressOfOwner, addSecret, lockDataDirectory, lockOwner, readOrCreateSecrets, secretPath, tellAddress } from "./dataDirectory.ts";
import { canReach, databaseUser } from "./postgresBinaries.ts";
import { processIdentity } from "./processes.ts";
import { StartError } from "./startError.ts";

const parent = mkdtempSync(join(tmpdir(), "webster-data-"));
let directory = "";
let count = 0;

beforeEach(() => {
  directory = join(parent, String(count++));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const refusalOf = (work: () => unknown): Error | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error as Error;
  }
};

/** Takes the lock in a process of its own, which then waits. */
async function lockElsewhere(): Promise<{ pid: number; kill: () => Promise<void> }> {
  const script = `import { lockDataDirectory } from "./lib/db/dataDirectory.ts";
    lockDataDirectory(${JSON.stringify(directory)});
    process.stdout.write("locked");
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { pid: child.pid ?? 0, kill };
}

it("belongs to one process at a time, and says to which", () => {
  const unlock = lockDataDirectory(directory);
  expect(lockOwner(directory)).toBe(process.pid);
  expect(refusalOf(() => lockDataDirectory(directory))).toBeInstanceOf(StartError);
  unlock();
  expect(lockOwner(directory)).toBeNull();
  lockDataDirectory(directory)();
});

it("says where its owner serves, as long as that one has it, and hears it from nobody else", async () => {
  expect(addressOfOwner(directory)).toBeNull();
  const unlock = lockDataDirectory(directory);
  expect(addressOfOwner(directory)).toBeNull();
  tellAddress(directory, "http://127.0.0.1:4711");
  expect([addressOfOwner(directory), lockOwner(directory)]).toEqual(["http://127.0.0.1:4711", process.pid]);
  unlock();
  expect(addressOfOwner(directory)).toBeNull();
  const other = await lockElsewhere();
  tellAddress(directory, "http://127.0.0.1:4712");
  expect([addressOfOwner(directory), lockOwner(directory)]).toEqual([null, other.pid]);
  await other.kill();
});

it("is refused while another process has it, naming that one, and free once it is killed", async () => {
  const other = await lockElsewhere();
  expect(refusalOf(() => lockDataDirectory(directory))?.message).toContain(`(process ${other.pid})`);
  await other.kill();
  const unlock = lockDataDirectory(directory);
  expect(lockOwner(directory)).toBe(process.pid);
  unlock();
});

it("is free if the pid of its last owner has gone to another process", () => {
  lockDataDirectory(directory)();
  writeFileSync(join(directory, "webster.lock"), JSON.stringify({ pid: process.ppid, identity: `${processIdentity(process.ppid)}0` }));
  expect(refusalOf(() => lockDataDirectory(directory))).toBeNull();
});

it("says what to do where there can be no directory", () => {
  writeFileSync(directory, "a file");
  for (const path of [directory, join(directory, "data"), ...(process.platform === "linux" ? ["/proc/webster/data"] : [])]) {
    const refusal = refusalOf(() => lockDataDirectory(path));
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal?.message).toContain(`The data directory ${path} can't be used: `);
  }
});

it("says of a disk that is read-only that it is, not that it is another user's", () => {
  const making = vi.spyOn(fs, "mkdirSync").mockImplementation(() => {
    throw Object.assign(new Error("EROFS: read-only file system, mkdir"), { code: "EROFS", syscall: "mkdir" });
  });
  syncBuiltinESMExports();
  const refusal = refusalOf(() => lockDataDirectory(directory));
  making.mockRestore();
  syncBuiltinESMExports();
  expect(refusal?.message).toBe(`The data directory ${directory} is on a disk that can only be read.`);
  expect((refusal as StartError).remedy).toMatch(/WEBSTER_DATA_DIR.*dmesg/);
  lockDataDirectory(directory)();
});

it("keeps its secret to its owner, and for good", () => {
  lockDataDirectory(directory);
  const [secret, ...earlier] = readOrCreateSecrets(directory);
  expect([Buffer.from(secret, "base64").length, earlier]).toEqual([32, []]);
  expect(statSync(secretPath(directory)).mode & 0o777).toBe(0o600);
  expect(readOrCreateSecrets(directory)).toEqual([secret]);
  expect(readFileSync(secretPath(directory), "utf8").trim()).toBe(secret);
});

it.each([
  ["emptied", ""],
  ["cut off", "c2VjcmV0\n"],
  ["cut off below a whole one", `${"a".repeat(44)}\nc2Vj`],
])("refuses a secret that was %s: anybody could guess it", (_case, left) => {
  lockDataDirectory(directory);
  writeFileSync(secretPath(directory), left);
  expect(refusalOf(() => readOrCreateSecrets(directory))?.message).toContain(`The secret in ${secretPath(directory)} is damaged`);
  expect(readFileSync(secretPath(directory), "utf8")).toBe(left);
});

it("belongs to nobody where it was copied from one that has an owner", () => {
  const unlock = lockDataDirectory(directory);
  const copy = `${directory}-copy`;
  cpSync(directory, copy, { recursive: true });
  expect([lockOwner(copy), lockOwner(directory)]).toEqual([null, process.pid]);
  lockDataDirectory(copy)();
  unlock();
});

it("takes a new secret in front of those that are there", () => {
  lockDataDirectory(directory);
  const [first] = readOrCreateSecrets(directory);
  addSecret(directory);
  const [second, ...earlier] = readOrCreateSecrets(directory);
  expect([Buffer.from(second, "base64").length, second === first, earlier]).toEqual([32, false, [first]]);
  expect(statSync(secretPath(directory)).mode & 0o777).toBe(0o600);
});

it.runIf(process.getuid?.() !== 0)("says what to do where it may not write", () => {
  lockDataDirectory(directory)();
  chmodSync(directory, 0o500);
  expect(refusalOf(() => lockDataDirectory(directory))?.message).toContain("can't be written");
});

it.runIf(process.getuid?.() === 0)("knows what the database's user can't enter, and asks the system rather than the mode bits", () => {
  lockDataDirectory(directory)();
  const user = databaseUser();
  chmodSync(parent, 0o711);
  expect(canReach(user, directory)).toBe(true);
  chmodSync(parent, 0o700);
  expect(canReach(user, directory)).toBe(false);
});
