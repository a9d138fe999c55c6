/** What a source does with a request beyond verifying it. lib/contract/source.ts says the rules' shapes to clients. */

export type EventTypeRule = { from: "provider" | "header" | "body" | "fixed"; value: string | null };

export type DedupeRule = { by: "provider" | "header" | "body" | "bodyHash" | "none"; value: string | null; windowSeconds: number };

/** `names`: with `listed`, in any case. */
export type ForwardRule = { headers: "all" | "listed" | "none"; names: string[]; path: boolean; query: boolean };

export type ResponseRule = { status: number; headers: Record<string, string>; body: string };

/** A request to be looked into: `body` inflated. */
export type Legible = { headers: Record<string, string>; body: Buffer };

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

/** The text, number or boolean at `a.b.0.c` of JSON, or the field of a form. */
function bodyAt({ headers, body }: Legible, path: string | null): string | null {
  if (path === null) return null;
  if (/^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "")) return new URLSearchParams(body.toString()).get(path);
  let value = jsonOf(body);
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return null;
  }
}

const nameOf = (text: string): string =>
  text
    .replaceAll(/[^a-zA-Z0-9\-_.]+/g, ".")
    .replaceAll(/^\.+|\.+$/g, "")
    .slice(0, 256);
