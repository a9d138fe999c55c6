/** What a filter asks about a message. */
import type { Body } from "./body/body.ts";
import { type FilterSubject, newFilterWork } from "./filter.ts";
import type { Forward } from "./forward.ts";
import { type MessageContent, messageBody } from "./messageBody.ts";

export type FilteredMessage = {
  eventType: string;
  channels: readonly string[];
  tags: readonly string[];
  metadata?: Readonly<Record<string, string>> | null;
  /** Null: application/json. */
  contentType: string | null;
  /** The headers that are sent along, of a received request. */
  forward?: Pick<Forward, "headers"> | null;
};

/** `body` is read when a filter first asks for it. */
export function subjectOf({ eventType, channels, tags, metadata, contentType, forward }: FilteredMessage, body: Body): FilterSubject {
  return {
    eventType,
    channels,
    tags,
    metadata: metadata ?? {},
    headers: { ...Object.fromEntries(forward?.headers ?? []), "content-type": contentType ?? "application/json" },
    payload: () => body.value,
    work: newFilterWork(),
  };
}

/** `maximumBytes`: what the payload may become by unpacking. */
export const messageSubject = (message: FilteredMessage & MessageContent, maximumBytes: number): FilterSubject =>
  subjectOf(message, messageBody(message, maximumBytes));
