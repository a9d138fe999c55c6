/** What a filter asks about a message. */
import type { FilterSubject } from "./filter.ts";
import type { Forward } from "./forward.ts";
import { parseBody } from "./parsedBody.ts";

export type FilteredMessage = {
  eventType: string;
  channels: readonly string[];
  tags: readonly string[];
  metadata?: Readonly<Record<string, string>> | null;
  /** Null: application/json. */
  contentType: string | null;
  payload: Uint8Array;
  /** Of a received request. */
  forward?: Pick<Forward, "headers"> | null;
};

/** The payload is parsed at most once, when it is first asked for. */
export function subjectOf({ eventType, channels, tags, metadata, contentType, payload, forward }: FilteredMessage): FilterSubject {
  let parsed: { value: unknown } | null = null;
  return {
    eventType,
    channels,
    tags,
    metadata: metadata ?? {},
    headers: { ...Object.fromEntries(forward?.headers ?? []), "content-type": contentType ?? "application/json" },
    payload: () => (parsed ??= { value: parseBody(contentType, payload) }).value,
  };
}
