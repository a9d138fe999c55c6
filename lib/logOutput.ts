/**
 * Where a log's lines go: to a file, whose disk may be full, or to a pipe that nobody reads any more. Neither may end or hold up what
 * logs (as with SonicBoom, which pino takes by itself: its error ends the process, and its last flush tries for ever). Lines wait in
 * memory, up to a bound; of those beyond it the log says how many there were.
 */
import { write, writeSync } from "node:fs";

export type Sink = {
  write: (chunk: Buffer, done: (error: NodeJS.ErrnoException | null, writtenBytes: number) => void) => void;
  /** Answers how many bytes it has taken. Throws what the system says. */
  writeNow: (chunk: Buffer) => number;
};

const keptBytes = 4_194_304;
const againMs = 200;
const lastTries = 20;
const betweenLastTriesMs = 10;

const standardOutput: Sink = {
  write: (chunk, done) => write(1, chunk, done),
  writeNow: (chunk) => writeSync(1, chunk),
};

export class LogOutput {
  readonly #sink: Sink;
  #lines: string[] = [];
  #linesBytes = 0;
  /** What has been begun, and comes before the lines. */
  #begun: Buffer = Buffer.alloc(0);
  /** `waiting`: what has been begun is tried again in a moment. */
  #state: "idle" | "writing" | "waiting" | "closed" = "idle";
  #lost = 0;

  constructor(sink: Sink = standardOutput) {
    this.#sink = sink;
  }

  write(line: string): void {
    if (this.#state === "closed") return;
    const bytes = Buffer.byteLength(line);
    if (this.#linesBytes + bytes > keptBytes) return void this.#lost++;
    this.#lines.push(line);
    this.#linesBytes += bytes;
    if (this.#state !== "idle") return;
    // What is logged right before an end is all still here then, in its order.
    this.#state = "writing";
    queueMicrotask(() => this.#writeOn());
  }

  /** Writes what waits, and gives up soon where that can't be. */
  flushSync(): void {
    let chunk = Buffer.concat([this.#takeBegun(), this.#takeLines()]);
    for (let tries = 0; chunk.length > 0 && tries < lastTries; tries++)
      try {
        chunk = chunk.subarray(this.#sink.writeNow(chunk));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, betweenLastTriesMs);
      }
  }

  #writeOn(): void {
    const begun = this.#takeBegun();
    const chunk = begun.length > 0 ? begun : this.#takeLines();
    this.#state = chunk.length > 0 ? "writing" : "idle";
    if (this.#state === "writing") this.#sink.write(chunk, (error, writtenBytes) => this.#wrote(chunk, error, writtenBytes));
  }

  #wrote(chunk: Buffer, error: NodeJS.ErrnoException | null, writtenBytes: number): void {
    if (error?.code === "EPIPE" || error?.code === "EBADF") return this.#close();
    this.#begun = error === null ? chunk.subarray(writtenBytes) : chunk;
    if (error === null) return this.#writeOn();
    this.#state = "waiting";
    setTimeout(() => this.#writeOn(), againMs).unref();
  }

  /** Nothing while it is written: that is the system's. */
  #takeBegun(): Buffer {
    const begun = this.#begun;
    this.#begun = Buffer.alloc(0);
    return begun;
  }

  #takeLines(): Buffer {
    const lines = this.#lines;
    if (this.#lost > 0 && lines.length > 0) lines.push(lostLine(this.#lost));
    if (lines.length > 0) this.#lost = 0;
    this.#lines = [];
    this.#linesBytes = 0;
    return Buffer.from(lines.join(""));
  }

  /** Nobody reads it any more, nor will. */
  #close(): void {
    this.#state = "closed";
    this.#lines = [];
  }
}

const lostLine = (lines: number): string =>
  `${JSON.stringify({ level: "warn", time: new Date().toISOString(), lines, msg: "log.lines_lost" })}\n`;
