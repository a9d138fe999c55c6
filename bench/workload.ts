/** The workload of all runs: the endpoints, their keys, and the payload. */
import { createHash } from "node:crypto";
import { formatSecret, parseSecret } from "../lib/webhooks/signature.ts";
import type { SigningKey } from "../lib/webhooks/signature.ts";

export const endpointCount = 8;

/** One key per endpoint, the same in each process. Beyond `endpointCount` they begin anew, and so do types and paths. */
export const keyOf = (endpoint: number): SigningKey => ({
  kind: "hmac",
  key: createHash("sha256")
    .update(`bench endpoint ${endpoint % endpointCount}`)
    .digest()
    .subarray(0, 24),
});
export const secretOf = (endpoint: number): string => formatSecret(keyOf(endpoint));
export const verifyingKeys = Array.from({ length: endpointCount }, (_, endpoint) => {
  const key = parseSecret(secretOf(endpoint));
  if (key.kind !== "hmac") throw new Error("an HMAC key was made");
  return key;
});

/** Message number i has this type, and the endpoint of that number wants no other: one delivery per message. */
export const eventTypeOf = (endpoint: number): string => `bench.type${endpoint % endpointCount}`;
export const pathOf = (endpoint: number): string => `/endpoint/${endpoint % endpointCount}`;

/** A payload of about 200 bytes, no two alike. */
export const payloadOf = (number: number): string =>
  JSON.stringify({
    type: "invoice.paid",
    number,
    customer: { id: `cus_${number}`, name: "Café Größenwahn", country: "DE" },
    lines: [{ sku: "espresso", quantity: 2, amount: 560 }],
    total: { amount: 1040, currency: "EUR" },
  });
