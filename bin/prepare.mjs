/** Brings the clone up to date with its own files: what `npm start`, `npm test` and the other commands do first. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPrograms, programsAreCurrent } from "./bundle.mjs";
import { inTurn, isRunning } from "./inTurn.mjs";
import { contentsOf, isMadeOf, noteMadeOf } from "./madeOf.mjs";
import { noteUse, otherUser } from "./pagesUsers.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything that the built pages depend on; the API is part of them. */
const pageSources = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "next.config.ts",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
  "package-lock.json",
];

class PrepareError extends Error {
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/** Does what is stale, and only that: each step says what it does and how long it took. `programs`: also bundles them. */
export async function prepare({ pages, programs = false }) {
  process.chdir(root);
  if (!dependenciesAreCurrent()) await step("Installing dependencies", installDependencies);
  if (!clientIsCurrent()) await step("Generating the database client", generateClient);
  if (programs && !programsAreCurrent()) await step("Bundling the programs", buildPrograms);
  if (!pages) return;
  if (!pagesAreCurrent()) await step("Building the pages", buildPagesInTurn);
  noteUse(".build");
}

/** Whether npm's own record of what it installed fits the lock file; optional packages of other platforms are missing rightly. */
function dependenciesAreCurrent() {
  const wanted = readJson("package-lock.json").packages;
  const installed = readJson("node_modules/.package-lock.json")?.packages;
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.version === entry.version && found.integrity === entry.integrity;
  });
}

async function installDependencies() {
  // Development dependencies too: building the pages needs TypeScript, whatever NODE_ENV says.
  const npm = process.env.npm_execpath?.endsWith(".js")
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === "win32" ? "npm.cmd" : "npm"];
  const { status, output } = await run(npm, ["ci", "--include=dev"], { inherit: process.stdout.isTTY });
  if (status === 0) return;
  throw new PrepareError(
    `The dependencies could not be installed.${tail(output)}`,
    /ENOSPC/.test(output)
      ? "The disk is full: free some space, then start again."
      : "npm's message is above. Check the network and `npm config get registry`, then start again.",
  );
}

const clientStamp = "lib/db/generated/.stamp";
const clientIsCurrent = () => readText(clientStamp) === clientHash();
const clientHash = () => contentsOf(["prisma/schema.prisma", "node_modules/prisma/package.json"]);

async function generateClient() {
  // The generator needs no engine, but the command looks for its binary and would download it: any program will do.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
  const { status, output } = await run([process.execPath, "node_modules/prisma/build/index.js"], ["generate"], { env });
  if (status !== 0)
    throw new PrepareError(`The database client could not be generated.${tail(output)}`, "Delete node_modules and start again.");
  writeFileSync(clientStamp, clientHash());
}

const pagesStamp = ".next/webster-stamp";
const pagesAreCurrent = () => existsSync(".next/BUILD_ID") && isMadeOf(pagesStamp, pageSources);

/** What is served of the pages. Next.js itself renews its answers there (html, rsc, meta, body) while it runs. */
const builtPages = () => [".next/BUILD_ID", ...[".next/server", ".next/static"].flatMap(codeBelow)];

const codeBelow = (directory) =>
  readdirSync(directory, { recursive: true })
    .filter((path) => /\.(js|css|json)$/.test(path))
    .map((path) => join(directory, path));

/** Refuses while a Webster runs from this clone: it serves the built pages, and replaced under it they would break. */
function refuseWhileServed() {
  const pid = otherUser(".build") ?? ownerOfData();
  if (pid === undefined) return;
  throw new PrepareError(
    `The code has changed, and the pages can't be rebuilt while Webster is running from this directory (process ${pid}).`,
    "Stop it first, then start again.",
  );
}

/** The process that has the data directory: of a version that did not note what it uses. */
function ownerOfData() {
  const owner = readJson(join(process.env.WEBSTER_DATA_DIR ?? ".webster", "webster.lock"));
  return owner !== undefined && isRunning(owner) ? owner.pid : undefined;
}

/** Another start may build them: what it has built is then taken, and not built anew under a Webster that serves it by now. */
const buildPagesInTurn = () =>
  inTurn(
    ".build/pages.turn",
    async () => {
      if (pagesAreCurrent()) return;
      refuseWhileServed();
      await buildPages();
    },
    { onWait: () => process.stdout.write(" another start does that …") },
  );

async function buildPages(isRepeated = false) {
  rmSync(pagesStamp, { force: true });
  const contents = contentsOf(pageSources);
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { status, output } = await run([process.execPath, "node_modules/next/dist/bin/next"], ["build"], { env });
  if (/Another next build process is already running/.test(output)) return waitForOtherBuild(isRepeated);
  if (status !== 0)
    throw new PrepareError(
      `The pages could not be built.${tail(output)}`,
      /ENOSPC/.test(output) ? "The disk is full: free some space, then start again." : "Undo the last change, or see the message above.",
    );
  mkdirSync(".next", { recursive: true });
  noteMadeOf(pagesStamp, pageSources, contents, builtPages());
}

/** A start that was killed has left its build behind: two at once would spoil each other's. */
async function waitForOtherBuild(isRepeated) {
  if (!isRepeated) process.stdout.write(" another build is under way …");
  await new Promise((resolve) => setTimeout(resolve, betweenBuildsMs));
  await buildPages(true);
}

const betweenBuildsMs = 1_000;

async function step(title, work) {
  const started = performance.now();
  const progress = process.stdout.isTTY ? setInterval(() => process.stdout.write("."), 1000) : undefined;
  process.stdout.write(`${title} …`);
  try {
    await work();
    console.log(` done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  } finally {
    clearInterval(progress);
  }
}

function run([command, ...first], rest, { env = process.env, inherit = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...rest], {
      env,
      stdio: ["ignore", inherit ? "inherit" : "pipe", "pipe"],
      shell: command.endsWith(".cmd"),
      // A group of its own, with all that it starts, so that nothing of it outlives this process.
      detached: process.platform !== "win32",
    });
    const release = endWithUs(child);
    let output = "";
    const collect = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout?.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ status: 1, output: `${output}\n${error.message}` }));
    child.on("close", (status) => {
      release();
      resolve({ status, output });
    });
  });
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Ends a child's group when this process ends, however it is asked to; until the answer is called. */
function endWithUs(child) {
  const end = () => {
    try {
      process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
  const handlers = Object.entries(signalNumbers).map(([signal, number]) => [signal, () => process.exit(128 + number)]);
  process.once("exit", end);
  for (const [signal, leave] of handlers) process.once(signal, leave);
  return () => {
    process.off("exit", end);
    for (const [signal, leave] of handlers) process.off(signal, leave);
  };
}

const tail = (output) => `\n\n${output.trim().split("\n").slice(-30).join("\n")}`;

function readText(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function readJson(path) {
  const text = readText(path);
  return text === undefined ? undefined : JSON.parse(text);
}
