/** Programs of the system that proofs run: whether they are there, and what they say. */
import { execFile, spawnSync } from "node:child_process";

/** Ends the proof unless all of them are there; `packages` says where to get them. */
export function requirePrograms(names: string[], packages: string): void {
  const missing = names.filter((name) => spawnSync("which", [name]).status !== 0);
  if (missing.length === 0) return;
  console.error(`This machine has no ${missing.join(", no ")}. ${packages}`);
  process.exit(1);
}

/** What a command printed, without the blanks around it. Throws with all that it said if it fails. */
export function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = tryRun(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Its status and what it printed; `input`: what it reads. */
export function tryRun(command: string, args: string[], input = ""): { status: number; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 256 * 1024 * 1024, input });
  return { status: error === undefined ? (status ?? 1) : 1, stdout: stdout ?? "", stderr: error?.message ?? stderr ?? "" };
}

/** The same while this program goes on with what else it does; its status and what it printed. */
export const ask = (command: string, args: string[]): Promise<{ status: number; output: string }> =>
  new Promise((resolve) =>
    execFile(command, args, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : typeof error.code === "number" ? error.code : 1, output: `${stdout}${stderr}` }),
    ),
  );
