/** Path, query and headers of a received request: sealed at rest, because credentials come in all of them. */
import type { SourceSnapshot } from "../../db/sources.ts";
import { sealer } from "../../seal.ts";
import { isCredential } from "../../webhooks/forward.ts";
import { isProviderKind, providers } from "../../webhooks/verification.ts";

export type Head = {
  /** What followed the token in the URL; empty or beginning with a slash. */
  path: string;
  /** Without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** As the provider called it, token and all: some sign it. Never shown. */
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
export function openHeaders(source: Credentialed, headers: Record<string, string>): Record<string, string> {
  const own = new Set(credentialNames(source).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isCredential(name) && !own.has(name)));
}

const hidden = "•••";

/** For people: without credentials. `settingNames`: header and query names that this provider's credentials have. */
export function showHead({ path, query, headers }: Head, settingNames: string[]): Pick<Head, "path" | "query" | "headers"> {
  const own = new Set(settingNames.map((name) => name.toLowerCase()));
  const hide = (name: string, value: string): string => (isCredential(name) || own.has(name) ? hidden : value);
  const shownHeaders = Object.entries(headers).map(([name, value]) => [name, hide(name, value)] as const);
  return { path, query: showQuery(query, hide), headers: Object.fromEntries(shownHeaders) };
}

/** Written as it came, but for what is hidden. */
function showQuery(query: string, hide: (name: string, value: string) => string): string {
  if (query === "") return "";
  return query
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return pair;
      const name = nameOf(pair.slice(0, equals));
      return `${pair.slice(0, equals)}=${hide(name, pair.slice(equals + 1))}`;
    })
    .join("&");
}

function nameOf(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " ")).toLowerCase();
  } catch {
    return encoded.toLowerCase();
  }
}
