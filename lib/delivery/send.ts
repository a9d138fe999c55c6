/**
 * One HTTP request, from bytes to an Outcome. It never throws and never takes longer than its deadline, which covers
 * connecting, headers and body together: timeouts per step begin anew with every dripped byte.
 */
import { readFileSync } from "node:fs";
import type { Client, Dispatcher } from "undici";
import type { EndpointSnapshot } from "../db/applications.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { signatureHeaderNames, signatureHeaders } from "../webhooks/signatureStyle.ts";
import { Connections, type Resolve } from "./connect.ts";
import { type Deadline, Deadlines, type Timed } from "./deadlines.ts";
import { type Failure, failureOf, timeoutFailure } from "./failure.ts";

/** Of a response's body this much is kept; a little more is read, so that the connection can be used again. */
export const keptResponseBytes = 20_000;
const readResponseBytes = keptResponseBytes + 64 * 1024;
const maxResponseHeaders = 256;

/** Where an endpoint's requests go; made once for each version of the endpoint. */
export type Target =
  | { ok: true; origin: string; path: string; contentType: string | null; headers: string[] }
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
};

export function targetOf(endpoint: Pick<EndpointSnapshot, "url" | "headers" | "signature">): Target {
  const checked = checkUrl(endpoint.url, { httpsOnly: env().httpsOnly, allowedNetworks: parseNetworks(env().allowedNetworks) });
  if (!checked.ok) return { ok: false, failure: { errorClass: "address", detail: checked.reason } };
  const url = new URL(checked.url);
  let contentType: string | null = null;
  const headers: string[] = [];
  const taken = signatureHeaderNames(endpoint.signature);
  for (const [name, value] of Object.entries(endpoint.headers)) {
    if (name.toLowerCase() === "content-type") contentType = value;
    else if (!taken.includes(name.toLowerCase())) headers.push(name, value);
  }
  return { ok: true, origin: url.origin, path: url.pathname + url.search, contentType, headers };
}

export class Sender {
  readonly #connections: Connections;
  readonly #deadlines: Deadlines<Exchange>;
  readonly #timeoutMs = env().attemptTimeoutMs;
  #closed = false;

  constructor(resolve?: Resolve) {
    this.#connections = new Connections(resolve);
    this.#deadlines = new Deadlines((exchange) => exchange.fail(timeoutFailure(this.#timeoutMs)));
  }

  /** Calls `done` exactly once, never before it returns; not at all once closed. */
  send(sending: Sending, done: (outcome: Outcome) => void): void {
    if (this.#closed) return;
    const exchange = new Exchange((outcome) => {
      this.#deadlines.remove(exchange);
      if (!this.#closed) done(outcome);
    });
    this.#deadlines.add(exchange, exchange.startedMs + this.#timeoutMs);
    const { target } = sending;
    if (!target.ok) {
      const { failure } = target;
      setImmediate(() => exchange.fail(failure));
      return;
    }
    try {
      const headers = headersOf(sending, target);
      const client = exchange.over(this.#connections, target.origin);
      client.dispatch({ origin: target.origin, path: target.path, method: sending.method, headers, body: sending.payload }, exchange);
    } catch (error) {
      setImmediate(() => exchange.onError(error as Error));
    }
  }

  /** What is under way is cut off; nobody knows what became of it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#deadlines.close();
    await this.#connections.close();
  }
}

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
const userAgent = `Webster/${version} (+webhooks)`;

function headersOf(sending: Sending, target: Target & { ok: true }): string[] {
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
  readonly startedMs = performance.now();
  readonly #onEnd: (outcome: Outcome) => void;
  #letGo: ((reusable: boolean) => void) | null = null;
  #ended = false;
  #statusCode = 0;
  #headers: Buffer[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(onEnd: (outcome: Outcome) => void) {
    this.#onEnd = onEnd;
  }

  /** Takes a connection, and gives it back when it ends. */
  over(connections: Connections, origin: string): Client {
    const client = connections.take(origin);
    this.#letGo = (reusable) => (reusable ? connections.release(origin, client) : connections.drop(client));
    return client;
  }

  fail({ errorClass, detail }: Failure): void {
    this.#end({ kind: "unreachable", errorClass, detail, durationMs: performance.now() - this.startedMs }, false);
  }

  onConnect(): void {
    // undici wants to be asked; ending drops the connection, and with it the request.
  }

  onHeaders(statusCode: number, headers: Buffer[]): boolean {
    // Informational: the real ones are yet to come.
    if (statusCode < 200) return true;
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
    const durationMs = performance.now() - this.startedMs;
    this.#end({ kind: "answered", statusCode: this.#statusCode, headers: parseHeaders(this.#headers), body, durationMs }, complete);
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
