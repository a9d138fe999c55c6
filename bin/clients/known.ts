/** Operations that a client can't do whatever the server says, with the reason: told in the table, and no failure. */

/** Reasons by language, then by operation. */
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

/** The operations that OkHttp refuses to send, because of what these SDKs hand it. */
function noBody(...operations: string[]): Record<string, string> {
  return Object.fromEntries(
    operations.map((operation) => [operation, "it hands its HTTP client a request without a body, which that refuses"]),
  );
}
