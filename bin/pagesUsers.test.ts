import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";

const url = pathToFileURL(join(import.meta.dirname, "pagesUsers.mjs")).href;
const { otherUser } = (await import(url)) as { otherUser: (directory: string) => number | undefined };

const directory = mkdtempSync(join(tmpdir(), "webster-users-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("knows who uses the pages until that one has ended or was killed", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(join(directory, `pages.user.${pid}`), JSON.stringify({ pid, identity: "1" }));
  expect([otherUser(directory), otherUser(join(directory, "none"))]).toEqual([undefined, undefined]);
  for (const signal of [undefined, "SIGKILL"] as const) {
    const program = `const { noteUse } = await import(${JSON.stringify(url)}); noteUse(${JSON.stringify(directory)}); console.log("noted"); process.stdin.resume();`;
    const user = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] });
    await once(user.stdout, "data");
    expect(otherUser(directory)).toBe(user.pid);
    if (signal === undefined) user.stdin.end();
    else user.kill(signal);
    await once(user, "exit");
    expect(otherUser(directory)).toBeUndefined();
  }
  expect(readdirSync(directory)).toEqual([]);
});
