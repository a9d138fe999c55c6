import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runProgram, temporaryDirectory } from "../lib/testing/program.ts";

it.each(["18.20.4", "20.18.3"])("says that Node.js %s is too old, before anything else", (version) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`;
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--import", pretend, "bin/start.mjs"], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^Webster needs Node\\.js 20\\.19 or newer; this is ${version}`));
  expect(stderr).toContain("What to do: ");
  expect(stdout).toBe("");
});

it.runIf(process.getuid?.() === 0)("as root, says where the database's user can't go and what to do", async () => {
  const [directory, remove] = temporaryDirectory();
  const closed = join(directory, "closed");
  mkdirSync(closed, { mode: 0o700 });
  const program = runProgram("bin/server.ts", ["--no-pages"], { WEBSTER_DATA_DIR: join(closed, "data") });
  expect((await program.exited).code).toBe(1);
  expect(program.output()).toMatch(/the user it runs as, ".*", can't enter/);
  expect(program.output()).toContain("WEBSTER_DATA_DIR=/var/lib/webster npm start");
  remove();
});
