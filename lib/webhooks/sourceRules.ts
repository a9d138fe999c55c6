/** What a source does with a request beyond verifying it. lib/contract/source.ts says the rules' shapes to clients. */
import type { Body } from "./body/body.ts";

export type EventTypeRule = { from: "provider" | "header" | "body" | "fixed"; value: string | null };

export type DedupeRule = { by: "provider" | "header" | "body" | "bodyHash" | "none"; value: string | null; windowSeconds: number };

/** `names`: with `listed`, in any case. */
export type ForwardRule = { headers: "all" | "listed" | "none"; names: string[]; path: boolean; query: boolean };

export type ResponseRule = { status: number; headers: Record<string, string>; body: string };

/** A request to be looked into. */
export type Legible = { headers: Record<string, string>; body: Body };

/** `described`: what the provider's row says of it. Whatever is found becomes a name that event types can have. */
export function eventTypeOf({ from, value }: EventTypeRule, request: Legible, described: string | null, fallback: string): string {
  const found = {
    provider: () => described,
    fixed: () => value,
    header: () => headerAt(request, value),
    body: () => bodyAt(request, value),
  };
  return nameOf(found[from]() ?? "") || fallback;
}

/** Two requests with the same `key` are the same event; `by` says to people what told it. */
export type Sameness = { key: string; by: string };

/**
 * Null: nothing is a duplicate, or the rule found nothing. `identity`: what the provider's row says of it. Equal bodies are one
 * event only where somebody has chosen so.
 */
export function samenessOf({ by, value }: DedupeRule, request: Legible, identity: Sameness | null, bodyHash: string): Sameness | null {
  switch (by) {
    case "none":
      return null;
    case "bodyHash":
      return { key: `hash:${bodyHash}`, by: "the body" };
    case "provider":
      return identity === null ? null : { key: `event:${identity.key}`, by: identity.by };
    case "header":
      return found("header:", headerAt(request, value), `header ${value}`);
    case "body":
      return found("body:", bodyAt(request, value), `${value} in the body`);
  }
}

const found = (prefix: string, text: string | null, by: string): Sameness | null =>
  text === null || text === "" ? null : { key: prefix + text, by };

function headerAt({ headers }: Legible, name: string | null): string | null {
  const key = name?.toLowerCase() ?? "";
  return Object.hasOwn(headers, key) ? (headers[key] ?? null) : null;
}

const bodyAt = ({ body }: Legible, path: string | null): string | null => (path === null ? null : body.textAt(path));

const nameOf = (text: string): string =>
  text
    .replaceAll(/[^a-zA-Z0-9\-_.]+/g, ".")
    .replaceAll(/^\.+|\.+$/g, "")
    .slice(0, 256);
