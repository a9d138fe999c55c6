/** What a command has of the world outside, and how it says that something is wrong. */
import type { Readable, Writable } from "node:stream";

export type Io = {
  /** Writes what was asked for to the standard output. */
  out: (text: string) => void;
  /** Writes what is said beside it, to the standard error. */
  err: (text: string) => void;
  /** The standard output, for what is no text. */
  stdout: Writable;
  stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  environment: Record<string, string | undefined>;
  /** The directory from which files are meant. */
  cwd: string;
  /** Aborted by Ctrl-C. */
  stop: AbortSignal;
};

/** An error for people: what is wrong, and what to do about it. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly remedy: string;

  constructor(message: string, remedy: string, options: ErrorOptions = {}) {
    super(message, options);
    this.remedy = remedy;
  }
}

export const say = (io: Io, line: string): void => io.err(`${line}\n`);
export const print = (io: Io, line: string): void => io.out(`${line}\n`);

/** A text that comes from elsewhere, without the characters that terminals obey. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => (character === "\t" ? " " : "\ufffd"));

export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}
