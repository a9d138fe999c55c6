/** What `npm run ship` makes runs where there is nothing else; the Dockerfile finds what it takes. */
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emptyDatabase } from "../lib/testing/database.ts";
import { temporaryDirectory } from "../lib/testing/program.ts";
import { until } from "../lib/testing/until.ts";

const filesBelow = (directory: string): string[] => readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();

type Ended = { status: number; stdout: string; stderr: string };

/** Runs Node.js to its end, while this process goes on. */
const node = (args: string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Promise<Ended> =>
  new Promise((resolve) =>
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    ),
  );

const settings = {
  WEBSTER_SECRET: "a master secret for tests of the image",
  WEBSTER_OPERATIONS_PORT: "0",
  WEBSTER_URL: "http://a",
  WEBSTER_PROCESSES: "2",
};

it("runs from its directory alone, without a write to it, and ends when asked", async () => {
  const [directory, remove] = temporaryDirectory();
  const shipped = join(directory, "shipped");
  expect(await node(["bin/ship.mjs", shipped, "--no-pages"])).toMatchObject({ status: 0 });
  const program = join(shipped, "bin", "image.mjs");
  const env: NodeJS.ProcessEnv = { PATH: process.env["PATH"], NODE_ENV: "production", ...settings };

  const bare = await node([program], { env, cwd: directory });
  expect(bare).toMatchObject({ status: 1, stderr: expect.stringContaining("Set DATABASE_URL to a PostgreSQL") });
  const healthy = async (operationsPort: string): Promise<number> =>
    (await node([program, "healthy"], { env: { ...env, WEBSTER_OPERATIONS_PORT: operationsPort } })).status;
  // Nobody listens at port 1.
  expect(await healthy("1")).toBe(1);

  const withDatabase = { env: { ...env, DATABASE_URL: await emptyDatabase() }, cwd: directory };
  expect(await node([program, "migrate"], withDatabase)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Applied:/) });
  expect((await node([program, "doctor"], withDatabase)).stdout).toContain("✓ Database");
  expect((await node([program, "reset-link"], withDatabase)).stderr).toContain("webster reset-link ada@example.com, or");

  const before = filesBelow(shipped);
  const worker = spawn(process.execPath, [program, "worker"], { ...withDatabase, stdio: "pipe" });
  const ended = new Promise<number | null>((resolve) => worker.once("close", resolve));
  let output = "";
  for (const stream of [worker.stdout, worker.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [, port = ""] = await until("the worker's greeting", () => /Operations +http:\S+:(\d+)\//.exec(output), 120_000);
  expect(await healthy(port)).toBe(0);
  worker.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(filesBelow(shipped)).toEqual(before);
  remove();
}, 240_000);

it("says at once what keeps it from its directory", async () => {
  const [directory, remove] = temporaryDirectory();
  writeFileSync(join(directory, "file"), "");
  for (const [target, why] of [
    [directory, "is there already"],
    [join(directory, "file", "below"), "can't be made"],
    // There Node.js 20 would try for ever.
    ...(process.platform === "linux" ? [["/proc/shipped", "can't be made"] as const] : []),
  ] as const) {
    const { status, stderr } = await node(["bin/ship.mjs", target, "--no-pages"]);
    expect([status, stderr.split("\n")]).toEqual([1, [expect.stringMatching(`^${target} ${why}`), ""]]);
  }
  remove();
});

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
