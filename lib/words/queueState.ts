/** Why an endpoint's deliveries go as fast as they go, or do not. The first that holds is told. */
export const queueStates = [
  /** Nothing is sent to it by itself. */
  "disabled",
  /** Nothing waits. */
  "idle",
  /** Its own limit, or its application's. */
  "throttled",
  /** All recent attempts timed out: it is only probed. */
  "paused",
  /** It answered 429 or 503: less is sent at a time. */
  "overloaded",
  /** It answers slowly, so that little is under way at a time. */
  "slow",
  /** What waits has to come one after the other. */
  "ordered",
  /** What waits are retries, each until its moment. */
  "retrying",
  /** As fast as it answers. */
  "flowing",
] as const;
export type QueueState = (typeof queueStates)[number];
