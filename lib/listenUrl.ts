/**
 * The addresses at which developers' machines are reached: `/in/listen_…` at Webster's own server, whose relay passes on what
 * comes there. The one address inside Webster's own network that an endpoint may always have.
 */
import { createHmac } from "node:crypto";
import { env, reachableUrl } from "./env.ts";
import { parseUrl } from "./words/url.ts";

// A source's token has 32 characters, so none has this form.
const form = /^listen_[0-9a-f]{32}$/;

export const isListenToken = (token: string): boolean => form.test(token);

/**
 * The token in the URL, derived from the one that the machine has chosen. Many see the URL; whoever knows it can send there,
 * but can't listen in the machine's place.
 */
export function listenTokenOf(chosen: string): string {
  const { secret } = env();
  if (secret === null) throw new Error("No master secret: the programs set it before anybody listens");
  return `listen_${createHmac("sha256", secret).update("listen/1\0").update(chosen).digest("hex").slice(0, 32)}`;
}

export const listenUrlOf = (token: string): string => `${reachableUrl(env())}/in/${token}/`;

/**
 * How this process reaches a URL of the relay; null: it is none, or not at this Webster. `origin`: the process's own front
 * server, whatever stands before that on the Internet; for a process without one, the public address.
 */
export function listenTarget(url: string): { origin: string; path: string } | null {
  const { listen, publicUrl, host, port, roles } = env();
  const own = roles.web && port !== 0 ? `http://${reachable(host)}:${port}` : null;
  const known = publicUrl ?? own;
  const parsed = parseUrl(url);
  if (listen === "off" || known === null || parsed === null) return null;
  const { origin, pathname, search, username, password } = parsed;
  const token = /^\/in\/([^/]+)\/?$/.exec(pathname)?.[1] ?? "";
  if (username !== "" || password !== "" || origin !== new URL(known).origin || !isListenToken(token)) return null;
  return { origin: own ?? origin, path: pathname + search };
}

/** The host at which a server on this machine is reached: "every network" is no address. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
