/** Every column that holds sealed values (lib/seal.ts): what is sealed anew when the secret is rotated. */

/** `rowId`: SQL for what the value is bound to. A null is a value that is not there. */
export type SealedColumn = { table: string; column: string; rowId: string };

const column = (table: string, name: string, rowId = `"id"`): SealedColumn => ({ table, column: name, rowId });

export const sealedColumns: readonly SealedColumn[] = [
  column("endpoint_secret", "sealed"),
  column("endpoint", "sealedHeaders"),
  column("endpoint", "sealedAuthentication"),
  column("endpoint_transformation", "sealedVariables", `"endpointId"`),
  column("poller", "sealedVariables"),
  column("source", "sealedConfig"),
  column("source_token", "sealed"),
  column("source_transformation", "sealedVariables", `"sourceId"`),
  column("integration", "sealedKey"),
  column("autoconfig_subscription", "sealedSecret"),
  column("alert_channel", "sealedUrl"),
  column("inbox", "sealedToken"),
  column("idempotency", "response", `'idempotency:' || encode("keyHash", 'hex')`),
  column("message", "sealedForward"),
  column("received_request", "sealedHead"),
  column("authenticator_app", "sealedSecret"),
];

/** Columns of bytes that hold nothing sealed: a test finds any that stands in neither list. */
export const unsealedColumns: Readonly<Record<string, readonly string[]>> = {
  hashes: [
    "api_key.hash",
    "autoconfig_subscription.tokenHash",
    "idempotency.keyHash",
    "idempotency.requestHash",
    "inbox.tokenHash",
    "integration.keyHash",
    "invitation.hash",
    "login_failure.keyHash",
    "one_time_token.hash",
    "pending_sign_in.hash",
    "portal_access.hash",
    "recovery_code.hash",
    "source_dedupe.bodyHash",
    "source_dedupe.keyHash",
    "source_token.hash",
    "used_challenge.hash",
  ],
  bodies: [
    "attempt.responseBytes",
    "inbox_request.body",
    "listen_request.answerBody",
    "listen_request.body",
    "message.payload",
    "received_request.body",
  ],
  publicKeys: ["passkey.publicKey"],
  traces: ["message.traceContext"],
  keyIds: ["seal_key.id", "setting.value"],
};
