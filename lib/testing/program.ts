/** Runs one of our programs as its own process, the way a user does, and watches what it prints. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = join(import.meta.dirname, "..", "..");

/** What Node.js is given to run one of our programs: its bundle, if it has one. Loading all of a server's sources takes four times as long. */
export const argumentsOf = (file: string): string[] =>
  /^bin\/\w+\.ts$/.test(file) ? [join(import.meta.dirname, "run.mjs"), file] : ["--import", "tsx", file];

export type Program = {
  pid: number;
  /** The program's output so far, of both streams. */
  output: () => string;
  /** The match, once the output has one; throws if the program ends or the time is over before. */
  waitFor: (pattern: RegExp, timeoutMs?: number) => Promise<RegExpMatchArray>;
  /** Closes the other end of its output, as a log collector that dies. */
  stopReading: () => void;
  kill: (signal: NodeJS.Signals) => void;
  /** The program's end: its exit code, or the signal. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/**
 * `env` is all it sees of Webster's configuration. At a free port, and as one process, however many cores the machine has; on a busy
 * one PostgreSQL takes its time to let somebody in, as in `testEnv`.
 */
export function runProgram(file: string, args: string[], env: Record<string, string>): Program {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(WEBSTER_|OTEL_|DATABASE_(OWNER_)?URL$|PORT$|HOST$|VITEST|NODE_ENV$)/.test(name),
  );
  const child = spawn(process.execPath, [...argumentsOf(file), ...args], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      NODE_ENV: "production",
      PORT: "0",
      WEBSTER_PROCESSES: "1",
      WEBSTER_DATABASE_WAIT_SECONDS: "20",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += stripVTControlCharacters(text);
      for (const check of waiting) check();
    });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  const waitFor = (pattern: RegExp, timeoutMs = 110_000): Promise<RegExpMatchArray> =>
    new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${why} before it printed ${pattern}:\n${output}`));
      const timer = setTimeout(() => fail(`${timeoutMs} ms were over`), timeoutMs);
      const check = (): void => {
        const match = pattern.exec(output);
        if (match === null) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve(match);
      };
      waiting.add(check);
      void exited.then(() => fail("It ended"));
      check();
    });
  const stopReading = (): void => {
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  };
  return { pid: child.pid ?? 0, output: () => output, waitFor, stopReading, kill: (signal) => void child.kill(signal), exited };
}

/** A directory of the test's own, which the database's user can enter; removed by the second answer. */
export function temporaryDirectory(): [path: string, remove: () => void] {
  const path = mkdtempSync(join(tmpdir(), "webster-program-"));
  chmodSync(path, 0o711);
  return [path, () => rmSync(path, { recursive: true, force: true })];
}
