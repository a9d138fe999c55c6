/** What a client can't do whatever the server says, with the reason: told in the table, and no failure. */

/** By language, then by operation. */
export const known: Record<string, Record<string, string>> = {
  Java: noBody(
    "authentication.dashboardAccess",
    "authentication.logout",
    "authentication.streamLogout",
    "environment.export",
    "ingest.source.rotateToken",
    "integration.rotateKey",
    "message.expungeAllContents",
    "messageAttempt.resend",
    "statistics.aggregateEventTypes",
  ),
  Kotlin: noBody(
    "authentication.dashboardAccess",
    "authentication.logout",
    "authentication.streamLogout",
    "ingest.source.rotateToken",
    "integration.rotateKey",
    "message.expungeAllContents",
    "messageAttempt.resend",
    "statistics.aggregateEventTypes",
  ),
};

/** OkHttp refuses what these SDKs hand it, before anything is sent. */
function noBody(...operations: string[]): Record<string, string> {
  return Object.fromEntries(
    operations.map((operation) => [operation, "it hands its HTTP client a request without a body, which that refuses"]),
  );
}
