/** Shapes of the source's answers, as far as they are read. Members that only newer or other servers have may be missing. */

type Rates = { throttleRate?: number | null; rateLimit?: number | null };

export type EventType = {
  name: string;
  description: string;
  archived?: boolean;
  deprecated?: boolean;
  schemas?: Record<string, unknown> | null;
  groupName?: string | null;
  featureFlag?: string | null;
  featureFlags?: string[] | null;
};

export type Application = Rates & { id: string; uid?: string | null; name: string; metadata?: Record<string, string> };

export type Endpoint = Rates & {
  id: string;
  uid?: string | null;
  url: string;
  version?: number;
  description?: string;
  disabled?: boolean;
  eventTypes?: string[] | null;
  filterTypes?: string[] | null;
  channels?: string[] | null;
  metadata?: Record<string, string>;
  /** The schedule of an endpoint of a Webster. */
  retrySchedule?: number[] | null;
  signature?: { style: string };
  ordering?: string;
  filter?: unknown;
};

export type Secret = { key: string };
export type Headers = { headers: Record<string, string>; sensitive: string[] };
export type Transformation = { code?: string | null; enabled?: boolean; variables?: Record<string, string> | null };
export type Integration = { id: string; name: string; featureFlags?: string[] };
export type Message = {
  id: string;
  timestamp: string;
  eventType: string;
  eventId?: string | null;
  channels?: string[] | null;
  tags?: string[] | null;
  rawPayloadBase64?: string;
};
export type Connector = {
  id: string;
  uid?: string | null;
  name: string;
  kind?: string;
  logo?: string | null;
  description?: string;
  instructions?: string;
  allowedEventTypes?: string[] | null;
  transformation: string;
  featureFlags?: string[] | null;
  productType?: string;
};
export type Source = {
  id: string;
  uid?: string | null;
  name: string;
  type: string;
  config?: Record<string, unknown>;
  metadata?: Record<string, string>;
};
export type Destination = {
  id: string;
  uid?: string | null;
  type: string;
  status?: string;
  eventTypes?: string[] | null;
  channels?: string[] | null;
  metadata?: Record<string, string>;
  batchSize?: number | null;
  filter?: unknown;
};

/** The limit, in messages a second. Null: none, which is what a rate of 0 means too. */
export const rateOf = ({ throttleRate, rateLimit }: Rates): number | null => (throttleRate ?? rateLimit) || null;

/** The event types that an endpoint wants. Null: all. */
export const typesOf = ({ eventTypes, filterTypes }: { eventTypes?: string[] | null; filterTypes?: string[] | null }): string[] | null =>
  orNull(eventTypes ?? filterTypes);

export const orNull = <T>(list: T[] | null | undefined): T[] | null => (list && list.length > 0 ? list : null);

/** Names of the members of `wanted` that `found` has otherwise. Order within objects and lists of words does not matter. */
export function differences(wanted: object, found: object): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => canonical(value) !== canonical((found as Record<string, unknown>)[name]))
    .map(([name]) => name);
}

function canonical(value: unknown): string {
  if (value === null || value === undefined || value === "") return "null";
  if (Array.isArray(value)) {
    const members = value.map(canonical);
    return members.length === 0
      ? "null"
      : `[${(value.every((member) => typeof member === "string") ? members.toSorted() : members).join()}]`;
  }
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return members.length === 0 ? "null" : `{${members.toSorted().join()}}`;
}
