/**
 * One HTTP request, from bytes to an Outcome. It never throws and never takes longer than its deadline, which covers
 * connecting, headers and body together: timeouts per step begin anew with every dripped byte.
 */
import packageJson from "../../package.json" with { type: "json" };
import type { EndpointSnapshot } from "../db/applications.ts";
import { env } from "../env.ts";
import { listenTarget } from "../listenUrl.ts";
import { log } from "../log.ts";
import type { Whose } from "../names.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import { authenticationHeaderName, type ClientCertificate, secretsOf, staticHeader } from "../webhooks/authentication.ts";
import { isCredential } from "../webhooks/credentialNames.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { signatureHeaderNames, signatureHeaders } from "../webhooks/signatureStyle.ts";
import { type ConnectionOptions, Connections } from "./connect.ts";
import { Deadlines } from "./deadlines.ts";
import { Exchange } from "./exchange.ts";
import type { Failure } from "./failure.ts";
import { type Ask, Tokens } from "./tokens.ts";

/** Where an endpoint's requests go; made once for each version of the endpoint. */
export type Target =
  | {
      ok: true;
      origin: string;
      path: string;
      contentType: string | null;
      headers: string[];
      certificate: ClientCertificate | null;
      /** For whom the name is resolved. */
      whose: Whose;
      /** What is struck out of the answer, as it is kept. */
      secrets: string[];
    }
  | { ok: false; failure: Failure };

export type Sending = {
  /** The URL as the attempt shows it; the request goes to `target`. */
  url: string;
  target: Target;
  /** Whether the endpoint's code chose another receiver, which must not get the endpoint's credentials. */
  isElsewhere?: boolean;
  method: "POST" | "PUT";
  /** The message's id, which signatures cover. */
  messageId: string;
  eventType: string;
  endpoint: Pick<EndpointSnapshot, "signingKeys" | "signature" | "svixHeaders">;
  payload: Buffer;
  contentType: string | null;
  /** Null: Webster's own. */
  userAgent?: string | null;
  /** More headers, names and values in turns. Those that are there already win, but for a trace, which is of this request. */
  more?: string[];
  /** The moment to sign, in milliseconds of the database's clock. */
  nowMs: number;
  /** performance.now() from which the deadline counts, if the attempt began before the request. */
  startedMs?: number;
  /** Answers what to send instead, once, after a 401. */
  renew?: () => Promise<Sending>;
};

export function targetOf(endpoint: Pick<EndpointSnapshot, "url" | "headers" | "signature" | "authentication">, whose: Whose): Target {
  const listening = listenTarget(endpoint.url);
  const rules = { httpsOnly: env().httpsOnly, allowedNetworks: parseNetworks(env().allowedNetworks), allowedHosts: env().allowedHosts };
  const checked = listening === null ? checkUrl(endpoint.url, rules) : { ok: true as const, url: endpoint.url };
  if (!checked.ok) return { ok: false, failure: { errorClass: "address", detail: checked.plainReason } };
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
  const hidden = Object.entries(endpoint.headers).filter(([name]) => isCredential(name));
  const secrets = [...(authentication === null ? [] : secretsOf(authentication)), ...hidden.map(([, value]) => value)];
  const { origin, path } = listening ?? { origin: url.origin, path: url.pathname + url.search };
  return { ok: true, origin, path, contentType, headers, certificate, whose, secrets };
}

/** In whose turn a delivery's name is resolved: it waits with its endpoint's, and they with its application's. */
export const whoseOf = ({ id, applicationId }: Pick<EndpointSnapshot, "id" | "applicationId">): Whose => ({
  tenant: applicationId,
  owner: id,
});

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

  /** `options`: only tests give any. */
  constructor(options: ConnectionOptions = {}) {
    this.#connections = new Connections(options);
    this.#deadlines = new Deadlines((exchange) => exchange.expire());
    this.tokens = new Tokens(this.#ask);
  }

  /** Makes a request. Calls `done` exactly once, never before it returns; not at all once closed. */
  send(sending: Sending, done: (outcome: Outcome) => void): void {
    const { target, method, payload, renew } = sending;
    const startedMs = sending.startedMs ?? performance.now();
    const ended = renew === undefined ? done : (outcome: Outcome) => this.#endOrRenew(outcome, renew, startedMs, done);
    const request = { target, method, headers: (to: Reachable) => headersOf(sending, to), payload };
    this.#request(request, startedMs, this.#timeoutMs, ended);
  }

  /** A request of Webster's own, under the same rules as those of deliveries. */
  readonly #ask: Ask = (target, headers, payload, timeoutMs) =>
    new Promise((resolve) => {
      const startedMs = performance.now();
      const request = { target, method: "POST", headers: () => ["user-agent", userAgent, ...headers], payload } as const;
      this.#request(request, startedMs, timeoutMs, resolve);
    });

  #request({ target, method, headers, payload }: Request, startedMs: number, timeoutMs: number, done: (outcome: Outcome) => void): void {
    if (this.#closed) return;
    const exchange = new Exchange(startedMs, target.ok ? target.secrets : [], (outcome) => {
      this.#deadlines.remove(exchange);
      if (!this.#closed) done(outcome);
    });
    exchange.timeoutMs = timeoutMs;
    this.#deadlines.add(exchange, startedMs + timeoutMs);
    if (!target.ok) {
      const { failure } = target;
      setImmediate(() => exchange.fail(failure));
      return;
    }
    try {
      const { origin, path } = target;
      const options = { origin, path, method, headers: headers(target), body: payload };
      exchange.begin(this.#connections, target, (client) => client.dispatch(options, exchange));
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

  /** Cuts off the requests under way, without an outcome. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#deadlines.close();
    await this.#connections.close();
  }
}

const userAgent = `Webster/${packageJson.version} (+webhooks)`;

type Reachable = Target & { ok: true };
type Request = { target: Target; method: "POST" | "PUT"; headers: (target: Reachable) => string[]; payload: Buffer };

function headersOf(sending: Sending, target: Reachable): string[] {
  const { messageId, eventType, nowMs, payload } = sending;
  const { signingKeys, signature, svixHeaders } = sending.endpoint;
  const keys = signingKeys.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs).map(({ key }) => key);
  const toSign = { keys, messageId, eventType, timestampSeconds: Math.floor(nowMs / 1000), body: payload };
  return [
    "content-type",
    target.contentType ?? sending.contentType ?? "application/json",
    "user-agent",
    sending.userAgent ?? userAgent,
    ...withMore([...signatureHeaders(signature, svixHeaders, toSign), ...target.headers], sending.more),
  ];
}

function withMore(own: string[], more: string[] | undefined): string[] {
  if (more === undefined) return own;
  const nameAt = (headers: string[], i: number): string => headers[i - (i % 2)]?.toLowerCase() ?? "";
  const taken = new Set(own.map((_, i) => nameAt(own, i)));
  const added = more.filter((_, i) => isOfTrace(nameAt(more, i)) || !taken.has(nameAt(more, i)));
  const isReplaced = added.some((name) => name === "traceparent");
  return [...own.filter((_, i) => !isReplaced || !isOfTrace(nameAt(own, i))), ...added];
}

const isOfTrace = (name: string): boolean => name === "traceparent" || name === "tracestate";
