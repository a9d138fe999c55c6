/** Runs the TypeScript programs once everything is ready. */
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import module from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import v8 from "node:v8";
import { pathToFileURL } from "node:url";
import { bundleOf } from "./bundle.mjs";
import { mapStacks } from "./sourceMaps.mjs";

/**
 * By how much the heap grows before it is collected, in percent of what was in use then. By itself V8 lets it grow to some four
 * times that where the machine has memory: beside a backlog most of a process's memory was what nobody used any more.
 */
const heapGrowth = "--heap-growing-percent";
const heapGrowthPercent = 100;

/** Runs a program in this process, from its bundle if it has one: signals and exit codes are then its own. */
export async function program(root, file, args) {
  if (file === undefined) throw new Error("--run needs the path of a program");
  const path = resolve(root, file);
  process.argv = [process.execPath, path, ...args];
  const bundle = bundleOf(relative(root, path));
  await runFile(bundle === null ? path : resolve(root, bundle));
}

/** Runs a bundle, or a source by a loader unless there is one already. */
export async function runFile(path) {
  if (!process.execArgv.some((argument) => argument.startsWith(heapGrowth))) v8.setFlagsFromString(`${heapGrowth}=${heapGrowthPercent}`);
  if (path.endsWith(".mjs")) return runBundle(path);
  if (!process.execArgv.some((argument) => argument.includes("tsx"))) {
    const { register } = await import("tsx/esm/api");
    register();
  }
  await import(pathToFileURL(path).href);
}

async function runBundle(path) {
  // Keeps what V8 has compiled: Node.js 22.8 and later.
  module.enableCompileCache?.(join(dirname(dirname(path)), "compiled"));
  mapStacks(dirname(path));
  await import(pathToFileURL(path).href);
}

/** Runs the server in a child that is started again when the code it runs from has changed. */
export async function develop(root) {
  let child;
  let restart = false;
  const start = () => {
    restart = false;
    child = spawn(process.execPath, ["--import", "tsx", join(root, "bin/server.ts"), "--dev"], { cwd: root, stdio: "inherit" });
    child.once("exit", (code, signal) => {
      // A server that fails because of the code waits for the next change to it.
      if (restart || (code !== 0 && signal === null && !stopping)) return restart ? start() : console.log("Waiting for a change …");
      process.exit(code ?? 1);
    });
  };
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      stopping = true;
      if (child.exitCode !== null) process.exit(0);
      child.kill(signal);
    });
  const changed = (name) => {
    if (name === null || !/\.(ts|sql)$/.test(name) || /\.test\.ts$|generated/.test(name) || stopping) return;
    if (child.exitCode !== null) return start();
    if (restart) return;
    restart = true;
    console.log(`\n${name} changed: restarting`);
    child.kill("SIGTERM");
  };
  for (const directory of ["bin", "lib", "prisma"]) watch(join(root, directory), { recursive: true }, (_event, name) => changed(name));
  start();
}
