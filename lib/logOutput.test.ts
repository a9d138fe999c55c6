import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { LogOutput, type Sink } from "./logOutput.ts";

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** A file as the system has it: with room for so much at a time, or with an error. */
class File implements Sink {
  text = "";
  fault: string | null = null;
  atOnceBytes = Infinity;

  writeNow = (chunk: Buffer): number => {
    if (this.fault !== null) throw failure(this.fault);
    const taken = chunk.subarray(0, this.atOnceBytes);
    this.text += taken.toString("latin1");
    return taken.length;
  };

  write: Sink["write"] = (chunk, done) =>
    queueMicrotask(() => {
      if (this.fault === null) done(null, this.writeNow(chunk));
      else done(failure(this.fault), 0);
    });
}

test("writes all lines in their order, however little is taken at once", async () => {
  const file = new File();
  file.atOnceBytes = 3;
  const output = new LogOutput(file);
  for (const line of ["one\n", "two\n", "three\n"]) output.write(line);
  await expect.poll(() => file.text).toBe("one\ntwo\nthree\n");
});

test("keeps lines while there is no room, goes on with them, and says how many it could not keep", async () => {
  vi.useFakeTimers();
  try {
    const file = new File();
    file.fault = "ENOSPC";
    const output = new LogOutput(file);
    output.write("first\n");
    await vi.advanceTimersByTimeAsync(10_000);
    output.write("second\n");
    output.write("x".repeat(5_000_000));
    output.write("third\n");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(file.text).toBe("");
    file.fault = null;
    await vi.advanceTimersByTimeAsync(1_000);
    const [first, second, third, lost] = file.text.split("\n");
    expect([first, second, third]).toEqual(["first", "second", "third"]);
    expect(JSON.parse(lost ?? "")).toMatchObject({ level: "warn", lines: 1, msg: "log.lines_lost" });
  } finally {
    vi.useRealTimers();
  }
});

test("forgets everything once nobody reads any more", async () => {
  const file = new File();
  file.fault = "EPIPE";
  const output = new LogOutput(file);
  output.write("unread\n");
  await new Promise((resolve) => setImmediate(resolve));
  file.fault = null;
  output.write("after\n");
  output.flushSync();
  expect(file.text).toBe("");
});

test.each(["ENOSPC", "EAGAIN"])("an end doesn't wait for what can't be written (%s)", (fault) => {
  const file = new File();
  file.fault = fault;
  const output = new LogOutput({ writeNow: file.writeNow, write: (_, done) => done(failure(fault), 0) });
  output.write("never\n");
  output.write("neither\n");
  output.flushSync();
  expect(file.text).toBe("");
});

test.runIf(existsSync("/dev/full"))("a program whose log can't be written goes on, and ends as it means to", () => {
  const script = `import { log } from "./lib/log.ts";
    log.info("one");
    process.on("uncaughtException", (error) => { log.fatal(error.message); process.exit(9); });
    setTimeout(() => { log.fatal("two"); process.stderr.write("went on"); process.exit(3); }, 300);`;
  const full = openSync("/dev/full", "w");
  try {
    const { status, stderr, signal } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ status, signal, stderr }).toEqual({ status: 3, signal: null, stderr: "went on" });
  } finally {
    closeSync(full);
  }
});

test("what is logged last before an end is there", () => {
  const script = `import { log } from "./lib/log.ts"; log.info("one"); log.info("two"); process.exit(0);`;
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8" });
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { msg: string }).msg),
  ).toEqual(["one", "two"]);
});
