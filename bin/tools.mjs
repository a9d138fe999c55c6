/** Runs the project's own tools: the programs of installed packages, in a process group that ends with them. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./prepare.mjs";

const running = new Set();
const graceMs = 10_000;

/** Runs a tool; resolves to its status, all it printed, and how long it took. `show`: print as it comes. `timeoutMs`: then it is ended. */
export function runTool(packageName, bin, args, { env = {}, show = false, timeoutMs = 600_000 } = {}) {
  return runCommand(process.execPath, [programOf(packageName, bin), ...args], { env, show, timeoutMs });
}

export function runCommand(command, args, { env = {}, show = false, timeoutMs = 600_000 } = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NO_UPDATE_NOTIFIER: "1", NEXT_TELEMETRY_DISABLED: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // The group is the tool's own, so that what it leaves behind can be ended with it.
      detached: true,
    });
    running.add(child);
    let output = "";
    const collect = (chunk) => {
      output = (output + chunk).slice(-200_000);
      if (show) process.stdout.write(chunk);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    let force;
    const timer = setTimeout(() => {
      const reason = `\n${basename(args[0] ?? command)} took longer than ${timeoutMs / 1000} s and was ended.\n`;
      output += reason;
      if (show) process.stdout.write(reason);
      // SIGTERM asks first: a test runner then closes its browsers, which are in groups of their own.
      endGroup(child, "SIGTERM");
      force = setTimeout(() => endGroup(child, "SIGKILL"), graceMs);
    }, timeoutMs);
    const finish = (status) => {
      clearTimeout(timer);
      clearTimeout(force);
      running.delete(child);
      resolve({ status, output, seconds: (performance.now() - started) / 1000 });
    };
    child.on("error", (error) => {
      output += error.message;
      finish(1);
    });
    child.on("exit", (status) => {
      // Processes that the tool left behind hold its pipes open, and one that left the group too must not keep us.
      endGroup(child, "SIGKILL");
      const late = setTimeout(() => finish(status ?? 1), 2_000);
      child.on("close", () => {
        clearTimeout(late);
        finish(status ?? 1);
      });
    });
  });
}

/** Ends every tool that still runs, and what it started. */
export function endTools() {
  for (const child of running) endGroup(child, "SIGKILL");
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has no process any more.
  }
}

function programOf(packageName, bin) {
  const directory = join(root, "node_modules", packageName);
  const { bin: bins } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  return join(directory, typeof bins === "string" ? bins : bins[bin]);
}
