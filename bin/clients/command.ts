/** Programs of other languages, run for `npm run clients`. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { foreignEnvironment } from "../../lib/env.ts";

/** Runs a command; resolves to what it printed. Throws what it said if it fails. */
export async function runIn(directory: string, command: string[], variables: Record<string, string> = {}): Promise<string> {
  const [program = "", ...parameters] = command;
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { ...foreignEnvironment(), NODE_ENV: "production", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number>((resolve, reject) => child.once("error", reject).once("close", (code) => resolve(code ?? 1)));
  const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${output.slice(-2000)}\n${complaint.slice(-4000)}`);
  return output;
}

export const worksHere = (command: string[]): Promise<boolean> =>
  runIn(".", command).then(
    () => true,
    () => false,
  );
