/** From start to end of a program: faults told in words, signals that drain, an exit code that is true. */
import { settingsPlace } from "../lib/commands.ts";
import { ConfigurationError, describeUnknownSettings, isRunByNpm } from "../lib/env.ts";
import { log } from "../lib/log.ts";
import { outdated, whenOutdated } from "../lib/db/outdated.ts";
import { StartError } from "../lib/db/startError.ts";
import { Told } from "./processes/told.ts";
import { explainFewFiles } from "./fewFiles.mjs";

// One Ctrl-C may arrive twice: from the terminal and again from npm.
const sameKeystrokeMs = 1_000;
const lookAtParentMs = 250;
/** The exit code of a program that a newer version has overtaken. */
const outdatedCode = 3;

/**
 * `start` answers how to stop; what it is given comes when it is to give up, and it then rejects with its reason. SIGINT, SIGTERM and
 * SIGHUP stop; a second one later ends the process at once.
 */
export async function runProgram(start: (asked: AbortSignal) => Promise<() => Promise<void>>): Promise<void> {
  let firstSignalAt: number | null = null;
  const stopping = new AbortController();
  const asked = stopping.signal;
  const stopRequested = new Promise<void>((resolve) => asked.addEventListener("abort", () => resolve()));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (firstSignalAt !== null && performance.now() - firstSignalAt > sameKeystrokeMs) process.exit(130);
      firstSignalAt ??= performance.now();
      stopping.abort(new Told("Asked to stop before it had started."));
    });
  if (isRunByNpm()) whenParentHasEnded(() => process.kill(process.pid, "SIGTERM"));
  for (const unknown of describeUnknownSettings()) log.warn(unknown);
  try {
    const stop = await start(asked);
    const why = await Promise.race([stopRequested, whenOutdated()]);
    if (why !== undefined) return await endOutdated(why, stop);
    say("\nStopping: letting what is under way finish. Ctrl-C again ends it at once.");
    await stop();
    say("Stopped.");
    process.exit(0);
  } catch (error) {
    if (error === asked.reason) {
      say("\nStopped before it had started.");
      process.exit(0);
    }
    const why = await outdated();
    if (why !== null) return endOutdated(why);
    console.error(`\n${explain(error)}`);
    process.exit(1);
  }
}

/** Whatever of the end the changed tables keep from being done. */
async function endOutdated(why: Error, stop: () => Promise<void> = () => Promise.resolve()): Promise<never> {
  console.error(`\n${explain(why)}`);
  await stop().catch((error: Error) => log.error({ error: error.message }, "process.stop_failed"));
  process.exit(outdatedCode);
}

/**
 * A signal that is for npm alone ends the shell that npm has put between, and npm, without a word to the program: it would go on, and keep
 * its port and its data directory, and nobody would know of it.
 */
function whenParentHasEnded(then: () => void): void {
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    then();
  }, lookAtParentMs).unref();
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What happened and what to do, for faults that a person can act on; the stack for those that are ours. */
export function explain(error: unknown): string {
  if (error instanceof Told) return error.message;
  if (error instanceof StartError) return `${error.message}\n\nWhat to do: ${error.remedy}`;
  if (error instanceof ConfigurationError)
    return `The configuration is not valid:\n${indent(error.message)}\n\nWhat to do: correct ${settingsPlace()}; docs/settings.md explains each setting.`;
  const fewFiles = explainFewFiles(error);
  if (fewFiles !== null) return fewFiles;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const indent = (text: string): string => text.replaceAll(/^/gm, "  ");
