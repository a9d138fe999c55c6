/** URLs of databases as libpq has them: several hosts, and which of their servers is wanted (target_session_attrs). */
import { parseUrl } from "./words/url.ts";

const wishes = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"] as const;

export type Wish = (typeof wishes)[number];

export type DatabaseHost = { host: string; port: number };

export type DatabaseTarget = {
  hosts: DatabaseHost[];
  wish: Wish;
  /** Whether more than one server may be meant, so that it must be asked which is the right one. */
  isChoice: boolean;
  user: string;
  name: string;
  /** The URL for one of the hosts alone. */
  urlOf: (host: DatabaseHost) => string;
};

const defaultPort = 5432;

/** The parts of a database URL; null if it is none. Hosts stand before the path, or in `?host=`, as for sockets. */
export function parseDatabaseUrl(url: string): DatabaseTarget | null {
  const [, scheme, account = "", before = "", rest = ""] = /^(postgres(?:ql)?:\/\/)([^@/]*@)?([^/?]*)(.*)$/s.exec(url) ?? [];
  // With one host in place of all, the rest is a URL as any other.
  const shown = `${scheme}${account}placeholder${rest}`;
  const parsed = scheme === undefined ? null : parseUrl(shown);
  if (parsed === null) return null;
  const given = parsed.searchParams.get("host");
  const ports = parsed.searchParams.get("port")?.split(",") ?? [];
  const texts = given === null ? before.split(",") : given.split(",");
  const hosts = texts.map((text, i) => hostOf(text, ports.length === 1 ? ports[0] : ports[i], texts.length > 1));
  const wish = parsed.searchParams.get("target_session_attrs") ?? "any";
  if (hosts.some((host) => host === null) || !isWish(wish)) return null;
  for (const name of ["host", "port", "target_session_attrs", "load_balance_hosts"]) parsed.searchParams.delete(name);
  return {
    hosts: hosts as DatabaseHost[],
    wish,
    isChoice: hosts.length > 1 || wish !== "any",
    user: decodeURIComponent(parsed.username),
    name: decodeURIComponent(parsed.pathname.slice(1)),
    urlOf: ({ host, port }) => {
      const one = new URL(parsed.href);
      one.searchParams.set("host", host);
      one.searchParams.set("port", String(port));
      return strictTls(one.href);
    },
  };
}

/** What libpq and drivers know of TLS, and the modes of it. */
const tlsParameter =
  /^ssl(|mode|rootcert|cert|key|password|negotiation|certmode|sni|crl|crldir|compression|accept|_(min|max)_protocol_version)$/;
const tlsModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** What a URL says of TLS that means nothing, in words: drivers pass over it, and connect without. Null: there is no such thing. */
export function tlsFaultOf(url: string): string | null {
  for (const [name, value] of new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])) {
    if (/ssl|tls/i.test(name) && !tlsParameter.test(name)) return `${name} is no parameter; sslmode and sslrootcert say how TLS is spoken`;
    if (name === "sslmode" && !tlsModes.includes(value)) return `sslmode=${value} is none of ${tlsModes.join(", ")}`;
  }
  return null;
}

/**
 * The URL as the driver is to have it: what it takes for verify-full anyhow is called so, which spares its warning of a version that
 * will not.
 */
export const strictTls = (url: string): string =>
  /[?&]uselibpqcompat=/.test(url) ? url : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=[&#]|$)/, "$1verify-full");

/** Where the servers are, for people: without user and password. */
export const hostsOf = ({ hosts }: DatabaseTarget): string =>
  hosts.map(({ host, port }) => (host.startsWith("/") ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`)).join(", ");

const isWish = (text: string): text is Wish => (wishes as readonly string[]).includes(text);

function hostOf(text: string, givenPort: string | undefined, isOneOfSeveral: boolean): DatabaseHost | null {
  if (text.startsWith("/")) return { host: text, port: Number(givenPort ?? defaultPort) };
  const [, name, after] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  const port = Number(after ?? givenPort ?? defaultPort);
  const host = name === undefined ? "" : decodeURIComponent(name.replace(/^\[|\]$/g, ""));
  const isNone = name === undefined || (host === "" && (isOneOfSeveral || after !== undefined)) || !/^[\w.:/%-]*$/.test(host);
  return isNone || !(port > 0 && port < 65_536) ? null : { host: host === "" ? "localhost" : host, port };
}
