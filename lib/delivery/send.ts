/**
 * One HTTP request, from bytes to an Outcome. It never throws and never takes longer than its deadline, which covers
 * connecting, headers and body together: timeouts per step begin anew with every dripped byte.
 */
import packageJson from "../../package.json" with { type: "json" };
import type { Client, Dispatcher } from "undici";
import type { EndpointSnapshot } from "../db/applications.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import { authenticationHeaderName, type ClientCertificate, redact, secretsOf, staticHeader } from "../webhooks/authentication.ts";
import type { Outcome, Timings } from "../webhooks/outcome.ts";
import { signatureHeaderNames, signatureHeaders } from "../webhooks/signatureStyle.ts";
import { type ConnectionOptions, Connections, type Line } from "./connect.ts";
import { type Deadline, Deadlines, type Timed } from "./deadlines.ts";
import { reusedTimings } from "./dial.ts";
import { type Failure, failureOf, timeoutFailure } from "./failure.ts";
import { type Ask, Tokens } from "./tokens.ts";

/** Of a response's body this much is kept; a little more is read, so that the connection can be used again. */
export const keptResponseBytes = 20_000;
const readResponseBytes = keptResponseBytes + 64 * 1024;
const maxResponseHeaders = 256;

/** Where an endpoint's requests go; made once for each version of the endpoint. */
export type Target =
  | {
      ok: true;
      origin: string;
      path: string;
      contentType: string | null;
      headers: string[];
      certificate: ClientCertificate | null;
      /** What is struck out of the answer, as it is kept. */
      secrets: string[];
    }
  | { ok: false; failure: Failure };

export type Sending = {
  /** Told in the attempt; what is asked is `target`. */
  url: string;
  target: Target;
  method: "POST" | "PUT";
  /** For signatures. */
  messageId: string;
  eventType: string;
  endpoint: Pick<EndpointSnapshot, "signingKeys" | "signature" | "svixHeaders">;
  payload: Buffer;
  contentType: string | null;
  /** By the database's clock. */
  nowMs: number;
  /** performance.now() from which the deadline counts, if the attempt began before the request. */
  startedMs?: number;
  /** What to send, once, instead of something that was answered 401. */
  renew?: () => Promise<Sending>;
};

export function targetOf(endpoint: Pick<EndpointSnapshot, "url" | "headers" | "signature" | "authentication">): Target {
  const checked = checkUrl(endpoint.url, { httpsOnly: env().httpsOnly, allowedNetworks: parseNetworks(env().allowedNetworks) });
  if (!checked.ok) return { ok: false, failure: { errorClass: "address", detail: checked.reason } };
  const url = new URL(checked.url);
  const { authentication } = endpoint;
  const fault = faultOf(authentication, url);
  if (authentication === "unreadable" || fault !== null)
    return { ok: false, failure: { errorClass: "authentication", detail: fault ?? unreadable } };
  let contentType: string | null = null;
  const headers: string[] = [];
  const own = authentication === null ? null : staticHeader(authentication);
  if (own !== null) headers.push(own.name, own.value);
  const taken = signatureHeaderNames(endpoint.signature);
  if (authentication !== null) taken.push(authenticationHeaderName(authentication) ?? "");
  for (const [name, value] of Object.entries(endpoint.headers)) {
    if (name.toLowerCase() === "content-type") contentType = value;
    else if (!taken.includes(name.toLowerCase())) headers.push(name, value);
  }
  const certificate = authentication?.kind === "mtls" ? authentication : null;
  const secrets = authentication === null ? [] : secretsOf(authentication);
  return { ok: true, origin: url.origin, path: url.pathname + url.search, contentType, headers, certificate, secrets };
}

const unreadable = "The endpoint's credentials can't be read: enter them again";

const faultOf = (authentication: EndpointSnapshot["authentication"], { protocol }: URL): string | null =>
  authentication !== null && authentication !== "unreadable" && authentication.kind === "mtls" && protocol !== "https:"
    ? "A client certificate needs an https:// URL"
    : null;

export class Sender {
  readonly #connections: Connections;
  readonly #deadlines: Deadlines<Exchange>;
  readonly #timeoutMs = env().attemptTimeoutMs;
  #closed = false;
  readonly tokens: Tokens;

  /** `options`: for tests. */
  constructor(options: ConnectionOptions = {}) {
    this.#connections = new Connections(options);
    this.#deadlines = new Deadlines((exchange) => exchange.fail(timeoutFailure(exchange.timeoutMs)));
    this.tokens = new Tokens(this.#ask);
  }

  /** Calls `done` exactly once, never before it returns; not at all once closed. */
  send(sending: Sending, done: (outcome: Outcome) => void): void {
    const { target, method, payload, renew } = sending;
    const startedMs = sending.startedMs ?? performance.now();
    const ended = renew === undefined ? done : (outcome: Outcome) => this.#endOrRenew(outcome, renew, startedMs, done);
    const request = { target, method, headers: (to: Reachable) => headersOf(sending, to), payload };
    this.#request(request, startedMs, startedMs + this.#timeoutMs, ended);
  }

  /** A request of Webster's own, under the same rules as those of deliveries. */
  readonly #ask: Ask = (target, headers, payload, timeoutMs) =>
    new Promise((resolve) => {
      const startedMs = performance.now();
      const request = { target, method: "POST", headers: () => ["user-agent", userAgent, ...headers], payload } as const;
      this.#request(request, startedMs, startedMs + timeoutMs, resolve);
    });

  #request({ target, method, headers, payload }: Request, startedMs: number, deadlineMs: number, done: (outcome: Outcome) => void): void {
    if (this.#closed) return;
    const exchange = new Exchange(startedMs, (outcome) => {
      this.#deadlines.remove(exchange);
      if (!this.#closed) done(target.ok && target.secrets.length > 0 ? redacted(outcome, target.secrets) : outcome);
    });
    exchange.timeoutMs = deadlineMs - startedMs;
    this.#deadlines.add(exchange, deadlineMs);
    if (!target.ok) {
      const { failure } = target;
      setImmediate(() => exchange.fail(failure));
      return;
    }
    try {
      const sent = headers(target);
      const client = exchange.over(this.#connections, target);
      client.dispatch({ origin: target.origin, path: target.path, method, headers: sent, body: payload }, exchange);
    } catch (error) {
      setImmediate(() => exchange.onError(error as Error));
    }
  }

  #endOrRenew(outcome: Outcome, renew: () => Promise<Sending>, startedMs: number, done: (outcome: Outcome) => void): void {
    if (outcome.kind === "answered" && outcome.statusCode === 401) void this.#sendAgain(outcome, renew, startedMs, done);
    else done(outcome);
  }

  async #sendAgain(outcome: Outcome, renew: () => Promise<Sending>, startedMs: number, done: (outcome: Outcome) => void): Promise<void> {
    let again: Sending;
    try {
      again = await renew();
    } catch (error) {
      log.error({ error: (error as Error).message }, "delivery.renew_failed");
      return done(outcome);
    }
    this.send({ ...again, startedMs }, done);
  }

  /** What is under way is cut off; nobody knows what became of it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#deadlines.close();
    await this.#connections.close();
  }
}

const userAgent = `Webster/${packageJson.version} (+webhooks)`;

type Reachable = Target & { ok: true };
type Request = { target: Target; method: "POST" | "PUT"; headers: (target: Reachable) => string[]; payload: Buffer };

function redacted(outcome: Outcome, secrets: string[]): Outcome {
  if (outcome.kind === "unreachable") return outcome;
  const headers = Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, redact(value, secrets)]));
  return { ...outcome, headers, body: redact(outcome.body, secrets) };
}

function headersOf(sending: Sending, target: Reachable): string[] {
  const { messageId, eventType, nowMs, payload } = sending;
  const { signingKeys, signature, svixHeaders } = sending.endpoint;
  const keys = signingKeys.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs).map(({ key }) => key);
  const toSign = { keys, messageId, eventType, timestampSeconds: Math.floor(nowMs / 1000), body: payload };
  return [
    "content-type",
    target.contentType ?? sending.contentType ?? "application/json",
    "user-agent",
    userAgent,
    ...signatureHeaders(signature, svixHeaders, toSign),
    ...target.headers,
  ];
}

/** One request and its response, as undici tells it. Whatever comes after the first ending is ignored. */
class Exchange implements Dispatcher.DispatchHandler, Timed<Exchange> {
  deadline: Deadline<Exchange> | null = null;
  timeoutMs = 0;
  readonly #startedMs: number;
  readonly #onEnd: (outcome: Outcome) => void;
  #letGo: ((reusable: boolean) => void) | null = null;
  #line: Line | null = null;
  #beganMs = 0;
  #headersMs: number | null = null;
  #ended = false;
  #statusCode = 0;
  #headers: Buffer[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** `startedMs`: performance.now() from which its duration counts. */
  constructor(startedMs: number, onEnd: (outcome: Outcome) => void) {
    this.#startedMs = startedMs;
    this.#onEnd = onEnd;
  }

  /** Takes a connection, and gives it back when it ends. */
  over(connections: Connections, { origin, certificate }: Reachable): Client {
    const line = connections.take(origin, certificate);
    this.#line = line;
    this.#beganMs = performance.now();
    this.#letGo = (reusable) => (reusable ? connections.release(line) : connections.drop(line));
    return line.client;
  }

  fail({ errorClass, detail }: Failure): void {
    const endedMs = performance.now();
    const timings = this.#timings(endedMs);
    this.#end({ kind: "unreachable", errorClass, detail, durationMs: endedMs - this.#startedMs, timings }, false);
  }

  onConnect(): void {
    // undici wants to be asked; ending drops the connection, and with it the request.
  }

  onHeaders(statusCode: number, headers: Buffer[]): boolean {
    // Informational: the real ones are yet to come.
    if (statusCode < 200) return true;
    this.#headersMs = performance.now();
    this.#statusCode = statusCode;
    this.#headers = headers;
    if (headers.length > 2 * maxResponseHeaders)
      this.fail({ errorClass: "protocol", detail: `The response has more than ${maxResponseHeaders} headers` });
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#ended) return true;
    // A copy: undici's chunk is a view of a larger buffer, which would be held with it.
    if (this.#bytes < keptResponseBytes) this.#chunks.push(Buffer.from(chunk.subarray(0, keptResponseBytes - this.#bytes)));
    this.#bytes += chunk.length;
    if (this.#bytes > readResponseBytes) this.#answered(false);
    return true;
  }

  onComplete(): void {
    this.#answered(true);
  }

  onError(error: Error): void {
    if (this.#ended) return;
    const failure = failureOf(error);
    if (failure.errorClass === "internal") log.error({ error: error.message }, "delivery.send_failed");
    this.fail(failure);
  }

  #answered(complete: boolean): void {
    const body = this.#chunks.length === 0 ? "" : textOf(this.#chunks);
    const endedMs = performance.now();
    const answer = { kind: "answered", statusCode: this.#statusCode, headers: parseHeaders(this.#headers), body } as const;
    this.#end({ ...answer, durationMs: endedMs - this.#startedMs, timings: this.#timings(endedMs) }, complete);
  }

  #timings(endedMs: number): Timings | undefined {
    if (this.#line === null) return undefined;
    const { dial, isReused } = this.#line;
    if (dial !== null) return dial.timings(this.#headersMs, endedMs);
    return isReused ? reusedTimings(this.#headersMs, this.#beganMs) : undefined;
  }

  #end(outcome: Outcome, reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#letGo?.(reusable);
    this.#onEnd(outcome);
  }
}

function parseHeaders(raw: Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString("latin1").toLowerCase() ?? "";
    const value = raw[i + 1]?.toString("latin1") ?? "";
    // It would set the prototype, and nobody needs it.
    if (name === "__proto__") continue;
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

// PostgreSQL's text holds no NUL.
const textOf = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8").replaceAll("\u0000", "");
