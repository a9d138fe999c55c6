/**
 * One request and its response, as undici tells it. As soon as the status and its headers are there, the answer is known: what
 * becomes of the body after them is a note. Whatever comes after the first ending is ignored.
 */
import type { Client, Dispatcher } from "undici";
import { InTurn } from "../inTurn.ts";
import { log } from "../log.ts";
import type { Whose } from "../names.ts";
import { type ClientCertificate, redact } from "../webhooks/authentication.ts";
import { type Answered, readAnswer } from "../webhooks/body/answer.ts";
import { type Start, unpackStart } from "../webhooks/body/coding.ts";
import type { Outcome, Timings } from "../webhooks/outcome.ts";
import { singleton } from "../singleton.ts";
import type { AttemptNote } from "../words/attemptNote.ts";
import type { Connections, Line } from "./connect.ts";
import type { Deadline, Timed } from "./deadlines.ts";
import { reusedTimings } from "./dial.ts";
import { bodyNoteOf, type Failure, failureOf, type Progress, timeoutFailure, unresolvedFailure } from "./failure.ts";
import { keptHeaders } from "./responseHeaders.ts";

/** How much of a response's body is kept. A little more is read, so that the connection can be used again. */
export const keptResponseBytes = 20_000;
const readResponseBytes = keptResponseBytes + 64 * 1024;

/** A body as it is kept. */
type Shown = { body: string; bytes?: Buffer };

type Destination = { origin: string; certificate: ClientCertificate | null; whose: Whose };

export class Exchange implements Dispatcher.DispatchHandler, Timed<Exchange> {
  deadline: Deadline<Exchange> | null = null;
  timeoutMs = 0;
  readonly #startedMs: number;
  readonly #secrets: string[];
  readonly #onEnd: (outcome: Outcome) => void;
  #connections: Connections | null = null;
  #destination: Destination | null = null;
  #dispatch: ((client: Client) => void) | null = null;
  #line: Line | null = null;
  #beganMs = 0;
  #headersMs: number | null = null;
  #ended = false;
  #statusCode = 0;
  #headers: Buffer[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;
  #notes: AttemptNote[] = [];

  /** `startedMs`: performance.now() from which its duration counts. `secrets`: struck out of the answer. */
  constructor(startedMs: number, secrets: string[], onEnd: (outcome: Outcome) => void) {
    this.#startedMs = startedMs;
    this.#secrets = secrets;
    this.#onEnd = onEnd;
  }

  /** Takes a connection for `dispatch`, and gives it back when it ends. Throws what `dispatch` throws. */
  begin(connections: Connections, destination: Destination, dispatch: (client: Client) => void, fresh = false): void {
    this.#connections = connections;
    this.#destination = destination;
    this.#dispatch = dispatch;
    this.#line = connections.take(destination.origin, destination.certificate, destination.whose, fresh);
    this.#beganMs = performance.now();
    dispatch(this.#line.client);
  }

  fail(failure: Failure): void {
    if (this.#ended) return;
    const note = this.#headersMs === null ? null : bodyNoteOf(failure);
    // A 304 may tell the length of what it leaves out (RFC 9110, section 8.6), in which undici sees a body that is too short.
    if (note !== null && this.#statusCode === 304) return this.#answered(false);
    if (note !== null) return this.#answered(false, hasNoBody(this.#statusCode) ? "body_malformed" : note);
    const endedMs = performance.now();
    // As long as the name is being looked up, nobody but our own name server was slow, whichever timer is the first to end it.
    const isUnresolved = failure.errorClass === "timeout" && this.#line?.dial?.isResolving === true;
    const { errorClass, detail } = isUnresolved ? unresolvedFailure(this.timeoutMs) : failure;
    const durationMs = endedMs - this.#startedMs;
    const timings = this.#timings(endedMs);
    this.#leave(false);
    this.#onEnd({ kind: "unreachable", errorClass, detail, durationMs, timings, notes: this.#told() });
  }

  /** Its deadline has passed. */
  expire(): void {
    this.fail(timeoutFailure(this.timeoutMs));
  }

  onConnect(): void {
    // undici requires this method. Nothing needs its `abort`: ending drops the connection, and with it the request.
  }

  onHeaders(statusCode: number, headers: Buffer[]): boolean {
    // Informational: the real ones are yet to come.
    if ((statusCode >= 100 && statusCode < 200) || this.#ended) return true;
    if (statusCode < 100) {
      this.fail({ errorClass: "protocol", detail: `${statusCode} is no status of a response` });
      return true;
    }
    this.#headersMs = performance.now();
    this.#statusCode = statusCode;
    this.#headers = headers;
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#ended) return true;
    // A copy: undici's chunk is a view of a larger buffer, which would be held with it.
    if (this.#bytes < keptResponseBytes) this.#chunks.push(Buffer.from(chunk.subarray(0, keptResponseBytes - this.#bytes)));
    this.#bytes += chunk.length;
    if (this.#bytes > readResponseBytes) this.#answered(false, "body_left_unread");
    return true;
  }

  onComplete(): void {
    this.#answered(true);
  }

  onError(error: Error): void {
    if (this.#ended) return;
    const failure = failureOf(this.#line?.fault ?? error, this.#progress);
    if (failure.errorClass === "reset" && this.#wasStale()) return this.#reconnect();
    if (failure.errorClass === "internal") log.error({ error: error.message }, "delivery.send_failed");
    this.fail(failure);
  }

  get #progress(): Progress {
    if (this.#headersMs !== null) return "body";
    if (this.#hasBegun) return "head";
    return this.#line?.dial?.isSecuring === true ? "handshake" : "none";
  }

  /** Whether a byte of an answer came, if only of an interim one. */
  get #hasBegun(): boolean {
    return this.#line?.interim.hasBegun === true;
  }

  /**
   * Whether a reset means that the receiver closed a kept-open connection before, or just as, the request came, so that it may
   * be made again: RFC 9112, section 9.3.1. On a new connection, or after a first byte, that would be guessing.
   */
  #wasStale(): boolean {
    return this.#line !== null && this.#line.isReused && this.#line.dial === null && !this.#hasBegun;
  }

  #reconnect(): void {
    const [connections, destination, dispatch, line] = [this.#connections, this.#destination, this.#dispatch, this.#line];
    if (connections === null || destination === null || dispatch === null || line === null) return;
    connections.drop(line);
    this.#line = null;
    this.#notes.push("reconnected");
    try {
      this.begin(connections, destination, dispatch, true);
    } catch (error) {
      this.fail(failureOf(error, "none"));
    }
  }

  #answered(complete: boolean, note?: AttemptNote): void {
    if (this.#ended) return;
    if (note !== undefined) this.#notes.push(note);
    const { headers, areCut } = keptHeaders(this.#headers);
    if (areCut) this.#notes.push("headers_cut");
    const endedMs = performance.now();
    // A body after a status that has none would be taken for the next answer: such a connection is not used again.
    const isClean = !hasNoBody(this.#statusCode) || !isFramed(headers);
    const durationMs = endedMs - this.#startedMs;
    const timings = this.#timings(endedMs);
    this.#leave(complete && isClean);
    const tell = ({ body, bytes }: Shown): void =>
      this.#onEnd({
        kind: "answered",
        statusCode: this.#statusCode,
        headers: struckOut(headers, this.#secrets),
        body,
        bytes,
        durationMs,
        timings,
        notes: this.#told(),
      });
    if (this.#chunks.length === 0) return tell({ body: "" });
    const bytes = Buffer.concat(this.#chunks);
    const { "content-type": contentType = null, "content-encoding": contentEncoding = null } = headers;
    const isCut = !complete || this.#bytes > keptResponseBytes;
    const shown = (start: Start | null) => tell(this.#shown({ bytes, isCut, contentType, start }));
    if (contentEncoding === null) shown({ body: bytes, isWhole: true });
    else void unpackInTurn(bytes, contentEncoding, this.#destination?.whose).then(shown);
  }

  #shown(answered: Answered): Shown {
    const { bytes } = answered;
    const { text, isSame, isSeen } = readAnswer(answered);
    const body = redact(text, this.#secrets);
    if (isSame) return { body };
    // The bytes must not hold a secret that is struck out of the text, also not one hidden by an encoding.
    const isRead = isSeen && !text.includes("\ufffd");
    const isClean = this.#secrets.length === 0 || (isRead && body === text && !isIn(bytes, this.#secrets));
    return isClean ? { body, bytes } : { body };
  }

  #told(): AttemptNote[] | undefined {
    return this.#notes.length === 0 ? undefined : this.#notes;
  }

  #timings(endedMs: number): Timings | undefined {
    if (this.#line === null) return undefined;
    const { dial, isReused } = this.#line;
    if (dial !== null) return dial.timings(this.#headersMs, endedMs);
    return isReused ? reusedTimings(this.#headersMs, this.#beganMs) : undefined;
  }

  /** Whatever comes after it is ignored. */
  #leave(reusable: boolean): void {
    this.#ended = true;
    if (this.#line !== null) this.#connections?.[reusable ? "release" : "drop"](this.#line);
  }
}

/** A few bytes may become megabytes in a window of Brotli's before the first of them is there. */
const unpacking = (): InTurn =>
  singleton(
    "unpackingAnswers",
    () => new InTurn({ most: () => ({ together: 2, perTenant: 1, perOwner: 1 }), waitingOfTenant: 1_000, patienceMs: 5_000 }),
  );

/** Null: nobody knows the coding, or too much waits: the answer is shown as it came. */
async function unpackInTurn(bytes: Buffer, contentEncoding: string, whose: Whose = nobody): Promise<Start | null> {
  const unpack = (): Promise<Start | null> => unpackStart(bytes, contentEncoding, keptResponseBytes);
  return unpacking()
    .run(whose, unpack)
    .catch(() => null);
}

const nobody: Whose = { tenant: "", owner: "" };

const hasNoBody = (statusCode: number): boolean => statusCode === 204 || statusCode === 304;

const isFramed = (headers: Record<string, string>): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

const struckOut = (headers: Record<string, string>, secrets: string[]): Record<string, string> =>
  secrets.length === 0 ? headers : Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value, secrets)]));

function isIn(bytes: Buffer, secrets: string[]): boolean {
  const text = bytes.toString("latin1");
  return redact(text, secrets) !== text;
}
