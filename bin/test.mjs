/**
 * `npm test`: everything, on a fresh clone. Installs and generates, verifies, builds the pages, runs the unit,
 * integration and contract tests on a PostgreSQL of their own, drives the pages in Chromium. The last line counts.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { prepare, root } from "./prepare.mjs";
import { failuresOfPlaywright, failuresOfVitest } from "./failures.mjs";
import { endTools, runCommand, runTool } from "./tools.mjs";
import { verify } from "./verify.mjs";

/** The end of all stages. Where nothing hangs they take less than half of that: what one leaves, the next may take. */
const endsAtMs = performance.now() + 1_500_000;
const testTimeoutMs = 800_000;
/** The headless shell is without the frame of windows and tabs, and takes a fifth less time. */
const aptPackages = ["chromium-headless-shell", "chromium"];
const pythonPackages = ["flask==3.1.2", "standardwebhooks==1.1.0", "svix==2.9.1"];
const counts = { passed: 0, failed: 0 };
const summary = [];
const failed = [];
const temporary = mkdtempSync(join(tmpdir(), "wt-"));
// The database's user, who is another if we are root, must get through.
chmodSync(temporary, 0o711);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    endTools();
    cleanUp();
    process.exit(130);
  });

// What comes from elsewhere comes while the first stages work.
const python = preparePython();
const systemChromium = findSystemChromium();

await stage("Verify", verify);
await stage("Build", async () => {
  await prepare({ pages: true, programs: true });
  return { passed: 1, failed: 0 };
});
await stage("Unit, integration and contract tests", runVitest);
await stage("Browser tests", runPlaywright);
cleanUp();

for (const { stage, name, message } of failed) console.log(`\n✘ ${stage}: ${name}\n${message.replace(/^/gm, "    ")}`);
console.log(`\n${summary.join("\n")}\n\n${counts.passed} passed, ${counts.failed} failed`);
// The process does not end by itself: what a test left open must not keep us.
process.exit(counts.failed === 0 ? 0 : 1);

/** A stage that breaks is one failure, and the others still run. */
async function stage(name, work) {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const result = await work().catch((error) => {
    const message = error.remedy === undefined ? error.stack : `${error.message}\n\nWhat to do: ${error.remedy}`;
    console.log(message);
    return { passed: 0, failed: 1, failures: [{ name: "broke off", message }] };
  });
  counts.passed += result.passed;
  counts.failed += result.failed;
  failed.push(...(result.failures ?? []).map((failure) => ({ stage: name, ...failure })));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  summary.push(`${name}: ${result.passed} passed, ${result.failed} failed (${seconds} s)`);
}

/**
 * A Python of our own with the libraries that the pages' code in Python needs. Null, with a word: there is no python3 here, or
 * what it needs could not be had; then those tests are skipped.
 */
async function preparePython() {
  const python = join(temporary, "python/bin/python");
  const steps = [
    ["python3", ["-m", "venv", join(temporary, "python")]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pythonPackages]],
  ];
  for (const [command, args] of steps) {
    const { status, output } = await runCommand(command, args, { timeoutMs: 120_000 });
    if (status === 0) continue;
    console.log(`The code in Python is not run: ${output.trim().split("\n").at(-1)}`);
    return null;
  }
  return python;
}

async function runVitest() {
  const command = await python;
  const report = join(temporary, "vitest.json");
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status, output } = await runTool("vitest", "vitest", args, {
    env: { ...testEnvironment(), NODE_ENV: "test", ...(command === null ? {} : { TEST_PYTHON: command }) },
    show: true,
    timeoutMs: testTimeoutMs,
  });
  const found = readReport(report);
  if (found === null) return unreported(output);
  return honest(found.numPassedTests, found.numFailedTests, failuresOfVitest(found, root), { status, output });
}

async function runPlaywright() {
  const browser = (await systemChromium) ?? (await downloadChromium());
  const report = join(temporary, "playwright.json");
  const env = { ...testEnvironment(), ...browser, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const { status, output } = await runTool("@playwright/test", "playwright", ["test", "--reporter=list,json"], {
    env,
    show: true,
    timeoutMs: Math.max(60_000, endsAtMs - performance.now()),
  });
  const found = readReport(report);
  if (found === null) return unreported(output);
  return honest(found.stats.expected, found.stats.unexpected + found.stats.flaky, failuresOfPlaywright(found), { status, output });
}

/** A command that failed without a failed test (an error outside of all tests) has failed all the same. */
function honest(passed, failed, failures, { status, output }) {
  if (status === 0 || failed > 0 || failures.length > 0) return { passed, failed: Math.max(failed, failures.length), failures };
  return { ...unreported(output), passed };
}

/** What a command said last, where it names no test that failed. */
function unreported(output) {
  return {
    passed: 0,
    failed: 1,
    failures: [{ name: "failed, and names no test", message: output.trim().split("\n").slice(-20).join("\n") }],
  };
}

/** The environment of the tests, which nothing of the caller's own Webster reaches. */
function testEnvironment() {
  const ours = Object.keys(process.env).filter((name) => /^(WEBSTER_|DATABASE_URL$|PORT$|HOST$)/.test(name));
  return { ...Object.fromEntries(ours.map((name) => [name, undefined])), TMPDIR: temporary, CI: "1" };
}

/** Says which browser it takes, and installs one if there is none. Null: none could be installed. */
async function findSystemChromium() {
  const given = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (given !== undefined && existsSync(given)) return use(given, "PLAYWRIGHT_CHROMIUM_PATH");
  const installed = onPath([...aptPackages, "chromium-browser", "google-chrome-stable", "google-chrome"]);
  if (installed !== undefined) return use(installed, "installed on this machine");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await runCommand("apt-get", ["update", "-q"], { env });
    for (const name of aptPackages) {
      console.log(`No Chromium on this machine: apt-get install ${name}`);
      const { status } = await runCommand("apt-get", ["install", "-yq", "--no-install-recommends", name], { env });
      const found = onPath([name]);
      if (status === 0 && found !== undefined) return use(found, "just installed");
    }
  }
  return null;
}

async function downloadChromium() {
  console.log("No Chromium on this machine: playwright install chromium");
  const { status, output } = await runTool("@playwright/test", "playwright", ["install", "--only-shell", "chromium"]);
  if (status === 0) return {};
  throw Object.assign(new Error(`No Chromium could be found or installed.\n${output.trim().split("\n").slice(-10).join("\n")}`), {
    remedy: "Install Chromium, or set PLAYWRIGHT_CHROMIUM_PATH to one, then run npm test again.",
  });
}

function use(path, why) {
  console.log(`Chromium: ${path} (${why})`);
  return { PLAYWRIGHT_CHROMIUM_PATH: path };
}

function onPath(names) {
  const directories = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => directories.map((directory) => join(directory, name))).find((path) => existsSync(path));
}

function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

/** Ends databases that killed tests left running in our temporary directory, then removes it. */
function cleanUp() {
  for (const path of postmasters(temporary)) {
    try {
      process.kill(Number(readFileSync(path, "utf8").split("\n")[0]), "SIGQUIT");
    } catch {
      // The database had ended by itself.
    }
  }
  try {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } catch (error) {
    // A directory that something still writes to is no reason to keep the result back.
    console.log(`Not removed: ${temporary} (${error.message})`);
  }
}

function postmasters(directory, depth = 0) {
  if (depth > 3) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name === "postmaster.pid") return [path];
    return entry.isDirectory() ? postmasters(path, depth + 1) : [];
  });
}
