/**
 * The way out through a proxy (WEBSTER_EGRESS_PROXY): a tunnel by CONNECT, for https and http alike, so that the proxy sees no
 * payload of an https:// URL. What the proxy says of the receiver is told apart from its own faults, which are nobody else's.
 */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import ipaddr from "ipaddr.js";
import { env } from "./env.ts";

/** The error code of a proxy's own fault: it is down, wants other credentials, or says nothing of the receiver. */
export const proxyFaultCode = "WEBSTER_PROXY";
/** The error code of an address that Webster, or the proxy that checks for it, does not connect to. */
export const forbiddenAddressCode = "WEBSTER_ADDRESS";

/** Of an attempt's time, the share that a proxy may take: when it is over, the proxy is to blame and not the receiver. */
const proxysShare = 0.8;

const maximumHeadBytes = 16_384;

/** The proxy through which a host is reached; null: it is reached directly. */
export function proxyFor(hostname: string): URL | null {
  const { egress } = env();
  if (egress === null) return null;
  const host = bare(hostname);
  // No proxy reaches this machine's own loopback.
  if (host === "localhost" || host.endsWith(".localhost") || isLoopback(host)) return null;
  return egress.except.some((place) => isAt(host, place)) ? null : new URL(egress.proxyUrl);
}

/** Whether the proxy is asked by name, because it resolves and checks addresses itself. */
export const proxyChecks = (): boolean => env().egress?.check === "proxy";

/** Whether a host is a domain, or below it, or an address in a network. */
export function isAt(host: string, place: string): boolean {
  if (ipaddr.isValidCIDR(place)) return ipaddr.isValid(host) && sameKindInside(host, place);
  const domain = place.replace(/^\*?\./, "").toLowerCase();
  const name = host.toLowerCase().replace(/\.$/, "");
  return name === domain || name.endsWith(`.${domain}`);
}

export type TunnelTarget = { host: string; port: number };

/**
 * Opens a tunnel, within a share of `timeoutMs`. Answers the socket to the proxy at once; `done` is called once, with the tunnel or an error whose `code` is one
 * of Node.js about the receiver, or `proxyFaultCode`.
 */
export function openTunnel(
  proxy: URL,
  { host, port }: TunnelTarget,
  timeoutMs: number,
  done: (error: NodeJS.ErrnoException | null, socket: Socket) => void,
): Socket {
  const isSecure = proxy.protocol === "https:";
  const proxyHost = bare(proxy.hostname);
  const proxyPort = Number(proxy.port) || (isSecure ? 443 : 80);
  const socket = isSecure
    ? connectTls({ host: proxyHost, port: proxyPort, ...(isIP(proxyHost) === 0 ? { servername: proxyHost } : {}) })
    : connectTcp({ host: proxyHost, port: proxyPort });
  let head = Buffer.alloc(0);
  const end = (error: NodeJS.ErrnoException | null): void => {
    socket.off("error", onError).off("close", onClose).off("timeout", onTimeout).off("data", onData).setTimeout(0);
    if (error !== null) socket.on("error", () => undefined).destroy();
    done(error, socket);
  };
  const fail = (what: string): void => end(fault(proxyFaultCode, what));
  const onError = (error: NodeJS.ErrnoException): void => fail(`The proxy can't be reached (${error.code ?? error.message})`);
  const onClose = (): void => fail("The proxy closed the connection");
  const onTimeout = (): void => fail("The proxy did not answer in time");
  const onData = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const at = head.indexOf("\r\n\r\n");
    if (at < 0) return head.length > maximumHeadBytes ? fail("The proxy's answer was not HTTP") : undefined;
    const text = head.subarray(0, at).toString("latin1");
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
    if (status < 200 || status > 299) return end(refusal(status, text));
    socket.pause();
    if (head.length > at + 4) socket.unshift(head.subarray(at + 4));
    end(null);
  };
  socket.on("error", onError).on("close", onClose).on("timeout", onTimeout).on("data", onData);
  socket.setTimeout(timeoutMs * proxysShare);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const account = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const credentials = proxy.username === "" ? "" : `Proxy-Authorization: Basic ${Buffer.from(account).toString("base64")}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`);
  return socket;
}

/** A tunnel for node:http and node:https: the options of a request to `url`, whose checked address is `address`. */
export function tunnelOptions(url: URL, address: string | undefined, timeoutMs: number) {
  const proxy = proxyFor(url.hostname);
  if (proxy === null) return {};
  const host = proxyChecks() || address === undefined ? bare(url.hostname) : address;
  const isSecure = url.protocol === "https:";
  const target = { host, port: Number(url.port) || (isSecure ? 443 : 80) };
  const servername = isIP(bare(url.hostname)) === 0 ? { servername: serverNameOf(url.hostname) } : {};
  return {
    // Beside an agent, even none, the way to connect is not asked for.
    agent: undefined,
    createConnection: (_options: unknown, created: (error: Error | null, socket: Socket) => void): undefined => {
      openTunnel(proxy, target, timeoutMs, (error, socket) => {
        created(error, error !== null || !isSecure ? socket : connectTls({ socket, ...servername }));
        // node:http listens a moment later, and does not set a paused socket going.
        if (!isSecure) setImmediate(() => socket.resume());
      });
    },
  };
}

/**
 * What a refused CONNECT says. Of the receiver only what the proxy says in so many words: by Proxy-Status (RFC 9209, section
 * 2.3), or by smokescreen's or squid's own header. A bare 502 may be either's fault, so it is not held against the receiver.
 */
function refusal(status: number, head: string): NodeJS.ErrnoException {
  const told = /^proxy-status:.*?\berror=([a-z_]+)/im.exec(head)?.[1] ?? "";
  const smokescreen = /^x-smokescreen-error:\s*(.*)$/im.exec(head)?.[1] ?? "";
  const squid = /^x-squid-error:\s*(.*?)\s*$/im.exec(head)?.[1] ?? "";
  const code = byStatusError[told] ?? bySquid[squid] ?? bySmokescreen.find(([pattern]) => pattern.test(smokescreen))?.[1];
  if (code !== undefined) return fault(code, "The proxy could not connect to the receiver");
  return fault(proxyFaultCode, status === 0 ? "The proxy's answer was not HTTP" : `The proxy answered ${status}`);
}

const byStatusError: Record<string, string> = {
  dns_error: "ENOTFOUND",
  connection_refused: "ECONNREFUSED",
  destination_unavailable: "ECONNREFUSED",
  destination_ip_unroutable: "EHOSTUNREACH",
  connection_timeout: "ETIMEDOUT",
  connection_terminated: "ECONNRESET",
  destination_ip_prohibited: forbiddenAddressCode,
};

/** By the number of the system's error, as Linux has them. Whether a name does not exist or nobody could be asked, squid does not say. */
const bySquid: Record<string, string> = {
  "ERR_CONNECT_FAIL 101": "EHOSTUNREACH",
  "ERR_CONNECT_FAIL 104": "ECONNRESET",
  "ERR_CONNECT_FAIL 110": "ETIMEDOUT",
  "ERR_CONNECT_FAIL 111": "ECONNREFUSED",
  "ERR_CONNECT_FAIL 113": "EHOSTUNREACH",
  "ERR_DNS_FAIL 0": "EAI_AGAIN",
};

const bySmokescreen: [RegExp, string][] = [
  [/denied|deny/i, forbiddenAddressCode],
  [/no such host/i, "ENOTFOUND"],
  [/connection refused/i, "ECONNREFUSED"],
  [/no route to host|network is unreachable/i, "EHOSTUNREACH"],
  [/failed to resolve/i, "EAI_AGAIN"],
  [/timed out connecting|i\/o timeout/i, "ETIMEDOUT"],
  // It does not always say why.
  [/failed to connect to remote host/i, "ECONNREFUSED"],
];

const fault = (code: string, message: string): NodeJS.ErrnoException => Object.assign(new Error(message), { code });

/** A host as TLS names it: without the dot at its end (RFC 6066, section 3), which some servers refuse and others don't know. Of an address: empty. */
export const serverNameOf = (hostname: string): string => (isIP(bare(hostname)) === 0 ? hostname.replace(/\.$/, "") : "");

const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

const isLoopback = (host: string): boolean => ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";

function sameKindInside(host: string, cidr: string): boolean {
  const [network, length] = ipaddr.parseCIDR(cidr);
  const address = ipaddr.process(host);
  return address.kind() === network.kind() && address.match(network, length);
}
