import type { Filter, FilterSubject } from "./filter.ts";

/** What an endpoint asked for; an empty list means all, as does no filter. */
export type Subscription = { eventTypes: string[]; channels: string[]; filter?: Filter | null };

/**
 * Whether a message goes to an endpoint. Event types must be equal. An endpoint with channels gets only messages that
 * share one; a message without channels therefore reaches only endpoints without channels. `subjectOf` is called only
 * if the rest matches and there is a filter.
 */
export function matches(
  subscription: Subscription,
  message: { eventType: string; channels: string[] },
  subjectOf: () => FilterSubject,
): boolean {
  const { eventTypes, channels, filter } = subscription;
  if (eventTypes.length > 0 && !eventTypes.includes(message.eventType)) return false;
  if (channels.length > 0 && !message.channels.some((channel) => channels.includes(channel))) return false;
  return filter === null || filter === undefined || filter.matches(subjectOf());
}
