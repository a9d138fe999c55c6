/** What a background task does, in Svix's words where they have one. */
export const taskKinds = [
  "endpoint.recover",
  "endpoint.replay",
  "endpoint.bulk-replay",
  "delivery.bulk-resend",
  "application.stats",
  "event-type.aggregate",
  "received-request.bulk-release",
  "application.purge_content",
] as const;
export type TaskKind = (typeof taskKinds)[number];
