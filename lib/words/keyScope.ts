/** What an API key may do: all of a permission, or what its scopes name. */

/** Permissions, each of which may do what those before it may. */
export const permissions = ["read", "write", "manage"] as const;
export type Permission = (typeof permissions)[number];

export const covers = (held: Permission, asked: Permission): boolean => permissions.indexOf(held) >= permissions.indexOf(asked);

/**
 * Nouns that a scope can name, each the second word of an operation's id. Keys, environments and their settings are left
 * out: with them a limited key could give itself, or others, what it lacks.
 */
export const scopeNouns = [
  "application",
  "authentication",
  "autoconfig-subscription",
  "background-task",
  "connector",
  "delivery",
  "destination",
  "endpoint",
  "event-stream",
  "event-type",
  "incident",
  "inbox",
  "ingest",
  "integration",
  "message",
  "message-attempt",
  "operational-webhook",
  "overview",
  "poller",
  "quarantine",
  "received-request",
  "source",
  "source-provider",
  "statistics",
] as const;

export type Grant = { permission: Permission; limited: boolean };

/** What scopes grant. A whole permission stands alone: `read`, `write` or `manage`. Null: a key can't be limited to them, or there are none. */
export function grantOf(scopes: readonly string[]): Grant | null {
  const whole = scopes.length === 1 ? permissions.find((one) => one === scopes[0]?.toLowerCase().replace(/ment$/, "")) : undefined;
  if (whole !== undefined) return { permission: whole, limited: false };
  const parts = scopes.map(partsOf);
  if (parts.length === 0 || parts.some((part) => part === null)) return null;
  return { permission: parts.some((part) => part?.verb === "write") ? "write" : "read", limited: true };
}

/** By which an operation can be named. Polling belongs to messages, and can be given alone. */
export function nounsOf(operationId: string): string[] {
  const [, noun = "", second] = operationId.split(".");
  return second === "poller" ? [noun, second] : [noun];
}

export function isWithinScopes(scopes: readonly string[], operationId: string, isReading: boolean): boolean {
  const nouns = nounsOf(operationId).map(plain);
  return scopes.some((scope) => {
    const part = partsOf(scope);
    return part !== null && nouns.includes(part.noun) && (part.verb === "write" || isReading);
  });
}

type Part = { noun: string; verb: "read" | "write" };

/** `event-type:Read`, `EventType:read` and `event_type:Read` are one. */
function partsOf(scope: string): Part | null {
  const [noun = "", verb = "", ...rest] = scope.split(":");
  const named = { noun: plain(noun), verb: verb.toLowerCase() };
  if (rest.length > 0 || !plainNouns.has(named.noun) || (named.verb !== "read" && named.verb !== "write")) return null;
  return { noun: named.noun, verb: named.verb };
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, "");
const plainNouns = new Set(scopeNouns.map(plain));
