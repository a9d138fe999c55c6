import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { type Program, runProgram, temporaryDirectory } from "../lib/testing/program.ts";

it.each(["18.20.4", "20.18.3"])("says that Node.js %s is too old, before anything else", (version) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`;
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--import", pretend, "bin/start.mjs"], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^Webster needs Node\\.js 20\\.19 or newer; this is ${version}`));
  expect(stderr).toContain("What to do: ");
  expect(stdout).toBe("");
});

it.each([
  [["--port", "80"], "npm start does not know --port.", "PORT=4000 npm start"],
  [["--dev", "--port=80"], "npm start does not know --port=80.", "PORT=4000 npm start"],
  [["--run", "bin/rotateSecret.ts", "--stauts"], "npm run rotate-secret does not know --stauts.", "--status and --forget"],
  [["--run", "bin/migrateDatabase.ts", "--help"], "npm run migrate does not know --help.", "takes no arguments"],
])("does nothing when asked for %j, which it does not know", (args, fault, remedy) => {
  const [directory, remove] = temporaryDirectory();
  const data = join(directory, "data");
  const env = { ...process.env, WEBSTER_DATA_DIR: data };
  const { status, stderr, stdout } = spawnSync(process.execPath, ["bin/start.mjs", ...args], { encoding: "utf8", env, timeout: 60_000 });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^\\n${fault.replaceAll(".", "\\.")}\\n\\nWhat to do: `));
  expect(stderr).toContain(remedy);
  expect(existsSync(data)).toBe(false);
  remove();
});

it("in an image calls programs as they are called there", () => {
  const told = (...args: string[]): string =>
    spawnSync(process.execPath, ["bin/image.mjs", ...args], { encoding: "utf8", timeout: 60_000 }).stderr;
  expect(told("server", "--port", "80")).toMatch(/^\nwebster server does not know --port\.\n\nWhat to do: webster server takes /);
  expect(told("rotate-secret", "--stauts")).toContain("webster rotate-secret takes --status and --forget.");
  for (const name of ["server", "worker", "migrate", "rotate-secret"]) expect(told(name, "--help")).not.toMatch(/npm|\.env/);
});

it("in an image writes what a migration tells where it was called, and says so where it can't", async () => {
  // An image starts what was built, whatever it is.
  const prepare = `(await import("./bin/prepare.mjs")).prepare({ pages: false, programs: true })`;
  expect(spawnSync(process.execPath, ["--input-type=module", "--eval", prepare]).status).toBe(0);
  const [directory, remove] = temporaryDirectory();
  const refusing = createServer((_, response) => response.writeHead(401).end(`{"code":"authentication_failed","detail":"No"}`));
  await once(refusing.listen(0, "127.0.0.1"), "listening");
  const { port } = refusing.address() as AddressInfo;
  const env: NodeJS.ProcessEnv = { PATH: process.env["PATH"], NODE_ENV: "production", SVIX_TOKEN: "a", WEBSTER_API_KEY: "b" };
  const migrate = (...args: string[]): Promise<string> => {
    const command = [resolve("bin/image.mjs"), "migrate-svix", "--from", `http://127.0.0.1:${port}`, ...args];
    return new Promise((done) => execFile(process.execPath, command, { env, cwd: directory }, (_error, _stdout, stderr) => done(stderr)));
  };
  expect(await migrate()).toContain("does not know the key in SVIX_TOKEN");
  expect([existsSync(join(directory, "svix-migration.md")), existsSync("svix-migration.md")]).toEqual([true, false]);
  expect(await migrate("--report", "missing/report.md")).toMatch(
    /missing\/report\.md can't be written: .*\n\nWhat to do: Name a file in a directory/,
  );
  refusing.close();
  remove();
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

it("runs a program from its bundle: it serves, runs people's code, and goes on after a kill", async () => {
  const [directory, remove] = temporaryDirectory();
  const apiKey = "a-key-for-scripts-0123456789";
  const env = { WEBSTER_DATA_DIR: join(directory, "data"), WEBSTER_BOOTSTRAP_API_KEY: apiKey };
  const start = async (): Promise<{ program: Program; ask: (method: string, path: string, body?: object) => Promise<Response> }> => {
    const program = runProgram("bin/start.mjs", ["--run", "bin/server.ts", "--no-pages"], env);
    const [, url = ""] = await program.waitFor(/API +(http:\S+\/api\/v1)/, 120_000);
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const ask = (method: string, path: string, body?: object): Promise<Response> =>
      fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { program, ask };
  };
  const first = await start();
  const source = (await (await first.ask("POST", "/source", { name: "S", provider: "none" })).json()) as { id: string };
  const code = { code: "function handler(webhook) { return webhook }", enabled: true };
  expect((await first.ask("PATCH", `/source/${source.id}/transformation`, code)).status).toBe(204);
  first.program.kill("SIGKILL");
  await first.program.exited;
  const second = await start();
  expect((await second.ask("GET", `/source/${source.id}`)).status).toBe(200);
  second.program.kill("SIGTERM");
  expect((await second.program.exited).code).toBe(0);
  remove();
}, 240_000);
