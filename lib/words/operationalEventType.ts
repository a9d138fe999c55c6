/** Events that operational webhooks tell of. */
export const operationalEventTypes = [
  "endpoint.created",
  "endpoint.updated",
  "endpoint.deleted",
  "endpoint.disabled",
  "endpoint.enabled",
  "message.attempt.failing",
  "message.attempt.exhausted",
  "message.attempt.recovered",
  "background_task.finished",
  "ingest.endpoint.disabled",
  "ingest.message.attempt.failing",
  "ingest.message.attempt.exhausted",
  "ingest.message.attempt.recovered",
  "message.attempt.log",
] as const;
