/** The program as people start it, and what shells make of its completion. */
import { execFile, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it, test } from "vitest";
import { type Cli, newCli } from "../../lib/testing/cli.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");

let cli: Cli;
beforeEach(() => (cli = newCli({})));
afterEach(() => cli.close());

it("runs from wherever it is called, and means files from there", async () => {
  writeFileSync(join(cli.directory, "request"), "webhook-id: 1\n\n{}");
  const { INIT_CWD: _npm, ...environment } = process.env;
  const webster = (...args: string[]) =>
    run(process.execPath, [join(root, "bin/webster.mjs"), ...args], { cwd: cli.directory, env: environment });
  expect((await webster("--help")).stdout).toMatch(/listen[^]*docs\/cli\.md/);
  const failed = await webster("verify", "request", "--secret", "x").catch((error: { code: number; stdout: string }) => error);
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("does not hold") as unknown });
});

it.runIf(existsSync("/dev/full"))("says so where its output has no room", () => {
  const full = openSync("/dev/full", "w");
  const command = [join(root, "bin/webster.mjs"), "completion", "bash"];
  const { status, stderr } = spawnSync(process.execPath, command, { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
  closeSync(full);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^The output can't be written: ENOSPC\.\n\nWhat to do: /)]);
});

it("tells what was asked wrongly, with an exit status of its own", async () => {
  expect(await cli.run(["nonsense"])).toMatchObject({ status: 2, err: expect.stringContaining("unknown command 'nonsense'") as unknown });
  expect(await cli.run(["listen"])).toMatchObject({ status: 2, err: expect.stringContaining("--forward-to") as unknown });
  expect(await cli.run(["tail", "--status", "lost"])).toMatchObject({
    status: 1,
    err: expect.stringContaining("pending, succeeded") as unknown,
  });
  expect(await cli.run(["listen", "--forward-to", "ftp://x"])).toMatchObject({
    status: 1,
    err: expect.stringContaining("http://localhost:4000") as unknown,
  });
  expect(await cli.run(["completion", "tcsh"])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/bash, zsh, fish[^]*--help/) as unknown,
  });
  expect((await cli.run(["--version"])).status).toBe(0);
});

test.each(["bash", "zsh", "fish"])("%s understands the completion, and each command is in it", async (shell) => {
  const { out, status } = await cli.run(["completion", shell]);
  expect(status).toBe(0);
  for (const word of ["listen", "trigger", "send", "resend", "tail", "verify", "login", "completion", "forward-to", "min-attempts"])
    expect(out).toContain(word);
  const path = join(cli.directory, `completion.${shell}`);
  writeFileSync(path, out);
  const isThere = await run("which", [shell]).then(
    () => true,
    () => false,
  );
  if (isThere) await run(shell, ["-n", path]);
});

it("bash completes commands, options and shells", async () => {
  const path = join(cli.directory, "completion.bash");
  writeFileSync(path, (await cli.run(["completion", "bash"])).out);
  const complete = async (...words: string[]): Promise<string[]> => {
    const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const { stdout } = await run("bash", ["-c", `source ${path}; ${set}; _webster; printf '%s\\n' "\${COMPREPLY[@]}"`]);
    return stdout.trim().split("\n");
  };
  expect(await complete("webster", "re")).toEqual(["resend", "restore"]);
  expect(await complete("webster", "listen", "--fo")).toEqual(["--forward-to"]);
  expect(await complete("webster", "completion", "f")).toEqual(["fish"]);
});
