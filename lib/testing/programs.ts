/** Programs that a file's tests start, each test in a directory of its own; all are ended after it. To be called at the file's top. */
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Program, runProgram, temporaryDirectory } from "./program.ts";

export type Programs = {
  /** The running test's directory. */
  readonly directory: string;
  /** Starts a program on a data directory there. */
  start: (file: string, args: string[], env: Record<string, string>) => Program;
};

export function programsOfEachTest(): Programs {
  let directory = "";
  let remove = (): void => undefined;
  const started = new Set<Program>();
  beforeEach(() => {
    [directory, remove] = temporaryDirectory();
  });
  afterEach(async () => {
    for (const program of started) {
      program.kill("SIGTERM");
      await program.exited;
    }
    started.clear();
    remove();
  });
  return {
    get directory() {
      return directory;
    },
    start: (file, args, env) => {
      const program = runProgram(file, args, { WEBSTER_DATA_DIR: join(directory, "data"), ...env });
      started.add(program);
      return program;
    },
  };
}
