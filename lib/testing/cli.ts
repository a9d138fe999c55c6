/** The commands of `webster` in this process, with a terminal and settings of the test's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { main } from "../../bin/cli/main.ts";

export type Cli = {
  directory: string;
  run: (args: string[], options?: RunOptions) => Promise<Ended>;
  start: (args: string[], options?: RunOptions) => Running;
  /** Ends the commands that still run. */
  close: () => Promise<void>;
};

type RunOptions = { environment?: Record<string, string>; stdin?: string | Buffer };
export type Ended = { status: number; out: string; err: string; bytes: Buffer };

export type Running = {
  out: () => string;
  err: () => string;
  /** The match of the pattern, once one of the two streams has one. */
  waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Ends the command as Ctrl-C does. */
  stop: () => Promise<Ended>;
  ended: Promise<Ended>;
};

export function newCli(environment: Record<string, string>): Cli {
  const directory = mkdtempSync(join(tmpdir(), "webster-cli-"));
  const running = new Set<Running>();
  const usual = { WEBSTER_PROFILES: join(directory, "profiles", "profiles.json"), ...environment };
  const start = (args: string[], options: RunOptions = {}): Running => {
    const one = begin(args, directory, { ...usual, ...options.environment }, options.stdin ?? "");
    running.add(one);
    return one;
  };
  return {
    directory,
    start,
    run: (args, options) => start(args, options).ended,
    close: async () => {
      for (const one of running) await one.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function begin(args: string[], cwd: string, environment: Record<string, string>, stdin: string | Buffer): Running {
  const printed = { out: "", err: "" };
  const waiting = new Set<() => void>();
  const stop = new AbortController();
  const write = (stream: "out" | "err") => (text: string) => {
    printed[stream] += text;
    for (const check of waiting) check();
  };
  const written: Buffer[] = [];
  const stdout = new Writable({ write: (chunk: Buffer, _encoding, done) => (written.push(chunk), done()) });
  const streams = { out: write("out"), err: write("err"), stdout, stdin: Readable.from([Buffer.from(stdin)]) };
  const ended = main(args, { ...streams, environment, cwd, stop: stop.signal }).then((status) => ({
    status,
    ...printed,
    bytes: Buffer.concat(written),
  }));
  const waitFor = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(printed.out) ?? pattern.exec(printed.err);
        if (match === null) return;
        waiting.delete(check);
        resolve(match);
      };
      waiting.add(check);
      ended.then(() => reject(new Error(`It ended before it printed ${pattern}:\n${printed.out}${printed.err}`)), reject);
      check();
    });
  return {
    out: () => printed.out,
    err: () => printed.err,
    waitFor,
    ended,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}
