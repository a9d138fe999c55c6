import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";

type Options = { onWait?: () => void; betweenMs?: number };
const url = pathToFileURL(join(import.meta.dirname, "inTurn.mjs")).href;
const { inTurn } = (await import(url)) as { inTurn: <T>(path: string, work: () => Promise<T>, options?: Options) => Promise<T> };

const directory = mkdtempSync(join(tmpdir(), "webster-turn-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("who comes second waits for the end of the first one's work, and its failure is an end", async () => {
  const place = join(directory, "second");
  const path = join(place, "turn");
  const told: string[] = [];
  let fail = (_fault: Error): void => undefined;
  const first = inTurn(path, () => new Promise<never>((_resolve, reject) => (fail = reject)));
  const second = inTurn(path, async () => told.push("second"), {
    betweenMs: 1,
    onWait: () => {
      told.push("waits");
      fail(new Error("broken"));
    },
  });
  await expect(first).rejects.toThrow("broken");
  await second;
  expect(told).toEqual(["waits", "second"]);
  expect(readdirSync(place)).toEqual([]);
});

it.each<readonly [string, () => unknown]>([
  ["a process that is no more", () => ({ pid: spawnSync(process.execPath, ["--version"]).pid, identity: "1" })],
  // Only there processes say when they were started.
  ...(process.platform === "linux" ? [["another process that had this number", () => ({ pid: process.pid, identity: "1" })] as const] : []),
  ["nobody, because the disk was full", () => null],
])("the turn of %s is over", async (_whose, owner) => {
  const path = join(directory, "over");
  writeFileSync(path, JSON.stringify(owner()));
  const waited: boolean[] = [];
  expect(await inTurn(path, () => Promise.resolve("done"), { onWait: () => waited.push(true) })).toBe("done");
  expect(waited).toEqual([]);
});
