/** Path, query and headers of a received request: sealed at rest, because credentials come in all of them. */
import type { SourceSnapshot } from "../../db/sources.ts";
import { sealer } from "../../seal.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { isProviderKind, providers } from "../../webhooks/verification.ts";

export type Head = {
  /** What followed the token in the URL; empty or beginning with a slash. */
  path: string;
  /** The query, without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The URL as the provider called it, token and all: some sign it. Never shown. */
  url: string;
};

export const sealHead = (id: string, head: Head): Buffer => sealer().seal(id, JSON.stringify(head));

export const openHead = (id: string, sealed: Buffer): Head => JSON.parse(sealer().open(id, sealed).toString()) as Head;

type Credentialed = Pick<SourceSnapshot, "provider" | "config">;

/** Names of headers and fields of the query that a source's credentials have, beside those that everybody's have. */
export function credentialNames({ provider, config }: Credentialed): string[] {
  const fields = isProviderKind(provider) ? providers[provider].fields : [];
  const own = fields.filter(({ namesCredential }) => namesCredential === true);
  return ["token", ...own.map(({ name, default: preset }) => config.settings[name] || preset || "").filter((name) => name !== "")];
}

/** What rules and code may see of a request's headers. */
export const openHeaders = (source: Credentialed, headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(withoutOwn(source, { headers, query: "" }).headers).filter(([name]) => !isCredential(name)));

/**
 * The head without what the source lets its provider in by, wherever in headers and query that stands: whoever is sent it, or
 * whose code sees it, could send as the provider.
 */
export function withoutOwn<H extends Pick<Head, "headers" | "query">>(source: Credentialed, head: H): H {
  const { names, secrets } = ownOf(source);
  const isOwn = (name: string, value: string): boolean => names.has(name) || secrets.some((secret) => value.includes(secret));
  const headers = Object.fromEntries(Object.entries(head.headers).filter(([name, value]) => !isOwn(name, value)));
  const query = pairsOf(head.query)
    .filter(({ name, value }) => !isOwn(name, value) && !isCredential(name))
    .map(({ text }) => text)
    .join("&");
  return { ...head, headers, query };
}

type Own = { names: ReadonlySet<string>; secrets: readonly string[] };

/** Names in lower case, and secrets, of a source's credentials: found once for each version of it. */
function ownOf(source: Credentialed): Own {
  const known = owns.get(source.config);
  if (known !== undefined) return known;
  const names = new Set(credentialNames(source).map((name) => name.toLowerCase()));
  const secrets = source.config.secrets.map(({ value }) => value).filter((value) => value.length >= shortestSecret);
  const own = { names, secrets };
  owns.set(source.config, own);
  return own;
}

const owns = new WeakMap<Credentialed["config"], Own>();

/** The shortest secret that is looked for in values; shorter ones stand in others by chance. */
const shortestSecret = 6;

const hidden = "•••";

/** The head for people, without credentials. `settingNames`: header and query names that this provider's credentials have. */
export function showHead({ path, query, headers }: Head, settingNames: string[]): Pick<Head, "path" | "query" | "headers"> {
  const own = new Set(settingNames.map((name) => name.toLowerCase()));
  const hide = (name: string, value: string): string => (isCredential(name) || own.has(name) ? hidden : value);
  const shownHeaders = Object.entries(headers).map(([name, value]) => [name, hide(name, value)] as const);
  return { path, query: showQuery(query, hide), headers: Object.fromEntries(shownHeaders) };
}

/** A query written as it came, but for what is hidden. */
const showQuery = (query: string, hide: (name: string, value: string) => string): string =>
  pairsOf(query)
    .map(({ text, name }) => {
      const equals = text.indexOf("=");
      return equals < 0 ? text : `${text.slice(0, equals)}=${hide(name, text.slice(equals + 1))}`;
    })
    .join("&");

/** The pairs of a query. `text`: as it came; name and value decoded, the name in lower case. */
function pairsOf(query: string): { text: string; name: string; value: string }[] {
  if (query === "") return [];
  return query.split("&").map((text) => {
    const [name = ""] = text.split("=", 1);
    return { text, name: decoded(name).toLowerCase(), value: decoded(text.slice(name.length + 1)) };
  });
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return encoded;
  }
}
