/**
 * The file of a backup, written and read in one go, so that it can come out of a pipe and go into one:
 *
 *     "WEBSTER BACKUP 1\n", then frames: a letter, the length of what follows (4 bytes, big endian), that many bytes
 *       H  JSON: the head (contents.ts), the first frame
 *       T  JSON: a table begins
 *       D  a part of its rows: PostgreSQL's COPY in text format, of each table one gzip stream
 *       E  JSON: the last frame, which counts each table's rows
 *     and the SHA-256 of all bytes before (32 bytes)
 *
 * So a file that was cut off has no end, and one that was changed has another hash.
 */
import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { StartError } from "../../lib/db/startError.ts";

export type FrameType = "H" | "T" | "D" | "E";
export type Frame = { type: FrameType; bytes: Buffer };

const magic = Buffer.from("WEBSTER BACKUP 1\n");
const magicOfAny = Buffer.from("WEBSTER BACKUP ");
const types: readonly string[] = ["H", "T", "D", "E"] satisfies FrameType[];
const frameHeadBytes = 5;
const hashBytes = 32;
const mostBytes = 64 * 1024 * 1024;

export class BackupWriter {
  readonly #hash = createHash("sha256");
  readonly #out: Writable;
  bytes = 0;

  constructor(out: Writable) {
    this.#out = out;
  }

  async begin(): Promise<void> {
    await this.#write(magic);
  }

  /** Writes a frame; E is the last. */
  async frame(type: FrameType, content: Buffer | object): Promise<void> {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const head = Buffer.alloc(frameHeadBytes);
    head.write(type, "latin1");
    head.writeUInt32BE(bytes.length, 1);
    await this.#write(Buffer.concat([head, bytes]));
    if (type === "E") await this.#write(this.#hash.copy().digest());
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
    if (this.#out.destroyed) throw this.#out.errored ?? closedEarly();
    if (!this.#out.write(bytes)) await this.#drained();
  }

  /** Rejects if that never comes. */
  async #drained(): Promise<void> {
    const over = new AbortController();
    const closed = once(this.#out, "close", { signal: over.signal }).then(() => {
      throw this.#out.errored ?? closedEarly();
    });
    await Promise.race([once(this.#out, "drain", { signal: over.signal }), closed]).finally(() => over.abort());
  }
}

const closedEarly = (): Error => new Error("The output was closed before it was whole");

/** The frames of a file; E comes only if all before is as it was written. Throws StartError if it is none, damaged, or cut off. */
export async function* framesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const hash = createHash("sha256");
  const reader = new Bytes(chunks);
  const start = await reader.take(magic.length);
  if (start === null || !start.subarray(0, magicOfAny.length).equals(magicOfAny)) throw noBackup();
  if (!start.equals(magic)) throw newerFormat();
  hash.update(start);
  for (;;) {
    const head = await reader.take(frameHeadBytes);
    if (head === null) throw cutOff();
    const type = head.toString("latin1", 0, 1);
    const length = head.readUInt32BE(1);
    if (!types.includes(type) || length > mostBytes) throw damaged();
    const bytes = await reader.take(length);
    if (bytes === null) throw cutOff();
    hash.update(head).update(bytes);
    const frame: Frame = { type: type as FrameType, bytes };
    if (type !== "E") yield frame;
    else return yield await whole(reader, hash, frame);
  }
}

async function whole(reader: Bytes, hash: Hash, last: Frame): Promise<Frame> {
  const told = await reader.take(hashBytes);
  if (told === null) throw cutOff();
  if (!told.equals(hash.digest()) || (await reader.take(1)) !== null) throw damaged();
  return last;
}

export const damaged = (cause?: unknown): StartError =>
  new StartError(
    "The backup is damaged: what is in the file is not what was written.",
    "Take another copy of it, or an earlier backup.",
    cause,
  );

const cutOff = (): StartError =>
  new StartError("The backup is cut off: its end is missing.", "Copy the file again whole, or take an earlier backup.");
const noBackup = (): StartError => new StartError("This is no backup of Webster's.", "Name a file that `webster backup` has written.");
const newerFormat = (): StartError =>
  new StartError(
    "This backup is in a format that this Webster does not know.",
    "Restore it with the version that wrote it, or a newer one.",
  );

/** Takes bytes off a stream by number. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Null if there are fewer left. */
  async take(count: number): Promise<Buffer | null> {
    const parts = [this.#rest];
    let length = this.#rest.length;
    while (length < count) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return null;
      parts.push(value);
      length += value.length;
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts);
    this.#rest = all.subarray(count);
    return all.subarray(0, count);
  }
}
