/** Programs of the system that proofs run: whether they are there, and what they say. */
import { execFile, spawnSync } from "node:child_process";

/** Ends the proof unless all of them are there; `packages` says where to get them. */
export function requirePrograms(names: string[], packages: string): void {
  const missing = names.filter((name) => spawnSync("which", [name]).status !== 0);
  if (missing.length === 0) return;
  console.error(`This machine has no ${missing.join(", no ")}. ${packages}`);
  process.exit(1);
}

type Options = { input?: string; show?: boolean; env?: Record<string, string> };

/** What a command printed, without the blanks around it. Throws with all that it said if it fails; `show`: it prints as it goes. */
export function run(command: string, args: string[], options: Options = {}): string {
  const { status, stdout, stderr } = tryRun(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout.trim();
}

export function tryRun(command: string, args: string[], { input, show = false, env = {} }: Options = {}) {
  const stdio = show ? (["ignore", "inherit", "inherit"] as const) : (["pipe", "pipe", "pipe"] as const);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: [...stdio],
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...env },
    ...(input === undefined ? {} : { input }),
  });
  return { status: error === undefined ? status : 1, stdout: stdout ?? "", stderr: error?.message ?? stderr ?? "" };
}

/** The same while this program goes on with what else it does; its status and what it printed. */
export const ask = (command: string, args: string[]): Promise<{ status: number; output: string }> =>
  new Promise((resolve) =>
    execFile(command, args, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : typeof error.code === "number" ? error.code : 1, output: `${stdout}${stderr}` }),
    ),
  );
