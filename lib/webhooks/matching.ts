/** What an endpoint asked for; an empty list means all. */
export type Subscription = { eventTypes: string[]; channels: string[] };

/**
 * Whether a message goes to an endpoint. Event types must be equal. An endpoint with channels gets only messages that
 * share one; a message without channels therefore reaches only endpoints without channels.
 */
export function matches(subscription: Subscription, message: { eventType: string; channels: string[] }): boolean {
  const { eventTypes, channels } = subscription;
  if (eventTypes.length > 0 && !eventTypes.includes(message.eventType)) return false;
  return channels.length === 0 || message.channels.some((channel) => channels.includes(channel));
}
