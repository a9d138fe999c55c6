/** What `npm run ship` makes runs where there is nothing else; the Dockerfile finds what it takes. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emptyDatabase } from "../lib/testing/database.ts";
import { temporaryDirectory } from "../lib/testing/program.ts";
import { until } from "../lib/testing/until.ts";

const filesBelow = (directory: string): string[] => readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();

const secret = "a master secret for tests of the image";

it("runs from its directory alone, without a write to it, and ends when asked", async () => {
  const [directory, remove] = temporaryDirectory();
  const shipped = join(directory, "shipped");
  const made = spawnSync(process.execPath, ["bin/ship.mjs", shipped, "--no-pages"], { encoding: "utf8" });
  expect(made).toMatchObject({ status: 0 });
  const program = join(shipped, "bin", "image.mjs");
  const settings = { WEBSTER_SECRET: secret, WEBSTER_OPERATIONS_PORT: "0", WEBSTER_URL: "http://a", WEBSTER_PROCESSES: "2" };
  const env = { PATH: process.env["PATH"], NODE_ENV: "production", ...settings } as const;

  const bare = spawnSync(process.execPath, [program], { env, cwd: directory, encoding: "utf8" });
  expect(bare.stderr).toContain("Set DATABASE_URL to a PostgreSQL");
  expect(bare.status).toBe(1);
  // Nobody listens at port 1.
  const healthy = (operationsPort = "1") =>
    spawnSync(process.execPath, [program, "healthy"], { env: { ...env, WEBSTER_OPERATIONS_PORT: operationsPort } }).status;
  expect(healthy()).toBe(1);

  const withDatabase = { ...env, DATABASE_URL: await emptyDatabase() };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { env: withDatabase, cwd: directory, encoding: "utf8" });
  expect(run("migrate")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Applied:/) });
  expect(run("doctor").stdout).toContain("✓ Database");

  const before = filesBelow(shipped);
  const worker = spawn(process.execPath, [program, "worker"], { env: withDatabase, cwd: directory, stdio: "pipe" });
  const ended = new Promise<number | null>((resolve) => worker.once("close", resolve));
  let output = "";
  for (const stream of [worker.stdout, worker.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [, port] = await until("the worker's greeting", () => /Operations +http:\S+:(\d+)/.exec(output));
  expect(healthy(port)).toBe(0);
  worker.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(filesBelow(shipped)).toEqual(before);
  remove();
}, 240_000);

it("finds all that the Dockerfile copies, and gives it nothing else", () => {
  const dockerfile = readFileSync("Dockerfile", "utf8");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) => names.split(" "));
  const rules = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(rules[0]).toBe("*");
  const allowed = rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1));
  expect([...copied, ...allowed].filter((name) => !existsSync(name))).toEqual([]);
  expect(copied.filter((name) => name !== "." && !allowed.includes(name))).toEqual([]);
  // What pages and programs are made of, as the two lists of the build have it.
  const lists = ["bin/prepare.mjs", "bin/bundle.mjs"].map((file) => /ources = \[([^\]]*)\]/.exec(readFileSync(file, "utf8"))?.[1] ?? "");
  const sources = lists.flatMap((list) => [...list.matchAll(/"([^"/]+)/g)].map(([, name = ""]) => name));
  expect(sources).toContain("app");
  expect(sources.filter((name) => existsSync(name) && !allowed.includes(name))).toEqual([]);
});
