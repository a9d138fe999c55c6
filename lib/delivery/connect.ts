/**
 * Connections to receivers, kept alive, each with one request at a time. Names are resolved once, every answer is checked,
 * and the checked addresses are those connected to. No redirects, no proxy but WEBSTER_EGRESS_PROXY, TLS always verified.
 *
 * Not undici's Pool: it walks through all its connections for each request, and opens another one after each abort.
 */
import { createHash } from "node:crypto";
import type { LookupAddress } from "node:dns";
import { EventEmitter } from "node:events";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { rootCertificates } from "node:tls";
import { LRUCache } from "lru-cache";
import { buildConnector, Client } from "undici";
import { forbiddenAddressCode, openTunnel, proxyChecks, proxyFor, serverNameOf } from "../egress.ts";
import { env } from "../env.ts";
import { resolveNameFor, type Whose } from "../names.ts";
import { checkAddress, isAllowedHost, type Network, parseNetworks } from "../webhooks/address.ts";
import type { ClientCertificate } from "../webhooks/authentication.ts";
import { Dial } from "./dial.ts";
import { Interim } from "./interim.ts";

// Below the 5 s after which a Node.js receiver closes: a request into a closing connection would be lost.
const keepAliveMs = 4_000;

/** So long before the receiver closes a connection, by its own `Keep-Alive`, no request begins on it any more. */
const keepAliveThresholdMs = 1_000;

/** So long a connection is used again: a name that points elsewhere by now would be followed by new ones alone. */
const maxAgeMs = 60_000;

/**
 * Connections that wait for another request. With thousands of receivers nearly all of them only wait to be closed, for memory and
 * descriptors that those under way need.
 */
const maxIdle = 1_000;

/** The most header bytes read: many are no reason to fail. Each request under way holds so much for a moment. */
const maxResponseHeaderBytes = 65_536;

type Done = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** How names become addresses; tests put in their own. */
export type Resolve = (hostname: string, done: Done, whose: Whose) => void;

// With an error there are no addresses, although the callback's type promises some.
const resolveByDns: Resolve = (hostname, done, whose) =>
  resolveNameFor(hostname, whose, (error, addresses: LookupAddress[] | undefined) => done(error, addresses ?? []));

/** Options for tests: how names become addresses; which certificates (PEM) are trusted besides those of the system. */
export type ConnectionOptions = { resolve?: Resolve | undefined; trusted?: string | undefined };

/** A connection with at most one request. */
export type Line = {
  /** Connections with the same key may take each other's requests: same origin, same client certificate. */
  key: string;
  client: Client;
  /** How the connection was opened, for the request that opened it; null for later ones. */
  dial: Dial | null;
  /** What is being opened, or was; null before. */
  opening: Opening | null;
  /** Whether a request went over the connection before. */
  isReused: boolean;
  /** performance.now() of its first request. */
  openedMs: number;
  interim: Interim;
  /** The first error of the open connection: undici tells of the last, which is that it ended. */
  fault: Error | null;
};

type Opening = Pick<EventEmitter, "on" | "once"> & { destroy(): void };

const nobody: Whose = { tenant: "", owner: "" };

const maxConnectors = 1_000;

export class Connections {
  /** Connections without a request, by key; the one used last is used next. */
  readonly #idle = new Map<string, Line[]>();
  /** The same, whatever their key: the one that has waited for the longest first. */
  readonly #idleLines = new Set<Line>();
  readonly #all = new Set<Line>();
  readonly #networks: Network[];
  readonly #resolve: Resolve;
  readonly #connect: buildConnector.connector;
  readonly #trusted: string[] | undefined;
  /** Connectors, one for each client certificate, because a resumed TLS session keeps the certificate it began with. */
  readonly #connectors = new LRUCache<string, buildConnector.connector>({ max: maxConnectors });
  /** For whom a connection is being opened, while `connect` runs: it asks for addresses before it returns. */
  #opening: Whose = nobody;

  constructor({ resolve = resolveByDns, trusted }: ConnectionOptions = {}) {
    this.#resolve = resolve;
    this.#trusted = trusted === undefined ? undefined : [...rootCertificates, trusted];
    this.#networks = parseNetworks(env().allowedNetworks);
    this.#connect = this.#connector(null);
  }

  /**
   * Takes a connection for one request; afterwards it is given to `release` or `drop`. Connections with other certificates stay
   * apart. `whose`: for whom the name is resolved. `fresh`: not one that was used before.
   */
  take(origin: string, certificate: ClientCertificate | null, whose: Whose, fresh = false): Line {
    const key = certificate === null ? origin : `${origin} ${hashOf(certificate)}`;
    const idle = fresh ? undefined : this.#idle.get(key)?.pop();
    if (idle !== undefined) {
      this.#idleLines.delete(idle);
      idle.interim.await();
      return idle;
    }
    const connect = certificate === null ? this.#connect : this.#connectorOf(certificate);
    const client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: keepAliveThresholdMs,
      maxHeaderSize: maxResponseHeaderBytes,
      // The attempt's own deadline covers all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        line.dial = new Dial(options);
        this.#opening = whose;
        const opened: buildConnector.Callback = (...[error, socket]) => {
          if (error !== null) return callback(error, null);
          socket.once("error", (first) => (line.fault = first));
          callback(null, line.interim.watch(socket));
        };
        line.opening = this.#open(connect, { ...options, servername: serverNameOf(options.hostname) }, opened);
        line.dial.watch(line.opening);
        this.#opening = nobody;
      },
    });
    const line: Line = {
      key,
      client,
      dial: null,
      opening: null,
      isReused: false,
      openedMs: performance.now(),
      interim: new Interim(),
      fault: null,
    };
    line.interim.await();
    client.on("disconnect", () => this.#disconnected(line));
    this.#all.add(line);
    return line;
  }

  /**
   * Takes a connection back whose response is complete. One that is too old is closed; beyond `maxIdle`, the one that has waited for
   * the longest.
   */
  release(line: Line): void {
    if (performance.now() - line.openedMs > maxAgeMs) return this.drop(line);
    line.dial = null;
    line.opening = null;
    line.isReused = true;
    const idle = this.#idle.get(line.key);
    if (idle === undefined) this.#idle.set(line.key, [line]);
    else idle.push(line);
    this.#idleLines.add(line);
    if (this.#idleLines.size <= maxIdle) return;
    const [oldest = line] = this.#idleLines;
    this.#disconnected(oldest);
  }

  /** Closes a connection at once, because something went wrong on it. */
  drop(line: Line): void {
    this.#all.delete(line);
    if (this.#idle.get(line.key)?.length === 0) this.#idle.delete(line.key);
    void giveUp(line);
  }

  /** Closes all connections, and cuts off the requests under way. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map(giveUp));
    this.#all.clear();
    this.#idle.clear();
    this.#idleLines.clear();
  }

  /** Opens a connection, or a tunnel through the proxy, in which TLS is the receiver's own. */
  #open(connect: buildConnector.connector, options: buildConnector.Options, callback: buildConnector.Callback): Opening {
    const proxy = proxyFor(options.hostname);
    // The connector returns the socket at once, although its type does not say so.
    if (proxy === null) return connect(options, callback) as unknown as Socket;
    let secured: Socket | null = null;
    const steps = Object.assign(new EventEmitter(), { destroy: () => void secured?.destroy() });
    const tunnelTo = (host: string): void => {
      // Whoever watches the steps is given them when this has returned.
      queueMicrotask(() => steps.emit("lookup"));
      const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80);
      openTunnel(proxy, { host, port }, env().attemptTimeoutMs, (error, socket) => {
        if (error !== null) return callback(error, null);
        steps.emit("connect");
        if (options.protocol !== "https:") return callback(null, socket);
        secured = connect({ ...options, httpSocket: socket }, callback) as unknown as Socket;
        secured.once("secureConnect", () => steps.emit("secureConnect"));
      });
    };
    const host = options.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 || proxyChecks()) tunnelTo(host);
    else
      this.#addressesOf(host, (error, [first]) => {
        if (error !== null || first === undefined) callback(error ?? notFound(host), null);
        else tunnelTo(first.address);
      });
    return steps;
  }

  #connectorOf(certificate: ClientCertificate): buildConnector.connector {
    const hash = hashOf(certificate);
    const known = this.#connectors.get(hash);
    if (known !== undefined) return known;
    const made = this.#connector(certificate);
    this.#connectors.set(hash, made);
    return made;
  }

  #connector(certificate: ClientCertificate | null): buildConnector.connector {
    return buildConnector({
      lookup: this.#lookup,
      autoSelectFamily: true,
      // None of its own: the attempt's deadline covers it. undici keeps each of its timers, and with it the socket and all that hangs
      // by it, for half a second after it was cleared.
      timeout: 0,
      allowH2: false,
      rejectUnauthorized: true,
      ...(this.#trusted === undefined ? {} : { ca: this.#trusted }),
      ...(certificate === null ? {} : { cert: certificate.certificate, key: certificate.privateKey }),
    });
  }

  /** Forgets a connection that the receiver, or its own idle timeout, closed, or that is too many. A request on it ends with an error of its own. */
  #disconnected(line: Line): void {
    const idle = this.#idle.get(line.key);
    const at = idle?.indexOf(line) ?? -1;
    if (idle === undefined || at < 0) return;
    idle.splice(at, 1);
    this.#idleLines.delete(line);
    this.drop(line);
  }

  /** The look-up of net.connect and tls.connect, which call it for names only: addresses in URLs are checked by `checkUrl`. */
  readonly #lookup: LookupFunction = (hostname, options, callback) => {
    this.#addressesOf(hostname, (error, addresses) => {
      const first = addresses[0];
      if (error !== null || first === undefined) callback(error ?? notFound(hostname), "");
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  #addressesOf(hostname: string, done: Done): void {
    this.#resolve(
      hostname,
      (error, addresses) => {
        const fault = error ?? this.#fault(hostname, addresses);
        done(fault, fault === null ? addresses : []);
      },
      this.#opening,
    );
  }

  #fault(hostname: string, addresses: LookupAddress[]): NodeJS.ErrnoException | null {
    if (isAllowedHost(hostname, env().allowedHosts)) return null;
    if (addresses.every(({ address }) => checkAddress(address, this.#networks) === "allowed")) return null;
    return Object.assign(new Error("The name points to an address that Webster does not connect to"), { code: forbiddenAddressCode });
  }
}

const notFound = (hostname: string): NodeJS.ErrnoException => Object.assign(new Error(`No address for ${hostname}`), { code: "ENOTFOUND" });

/** Ends a connection. undici itself does not end one that is still being opened. */
async function giveUp({ client, opening }: Line): Promise<void> {
  const ended = client.destroy().catch(() => undefined);
  opening?.destroy();
  await ended;
}

const hashes = new WeakMap<ClientCertificate, string>();

function hashOf(certificate: ClientCertificate): string {
  let hash = hashes.get(certificate);
  if (hash === undefined) {
    hash = createHash("sha256").update(certificate.certificate).update("\0").update(certificate.privateKey).digest("base64");
    hashes.set(certificate, hash);
  }
  return hash;
}
