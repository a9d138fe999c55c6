/** What the pages call what the API names. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";

export type ShownStatus = "succeeded" | "failed" | "cancelled" | "sending" | "queued" | "retrying";

type Stands = Pick<DeliveryOut, "status" | "sending" | "attemptCount">;

export function shownStatus({ status, sending, attemptCount }: Stands): ShownStatus {
  if (status !== "pending") return status;
  if (sending) return "sending";
  return attemptCount === 0 ? "queued" : "retrying";
}

export const statusWords: Record<ShownStatus, string> = {
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
  sending: "Sending",
  queued: "Queued",
  retrying: "Retrying",
};

type ErrorClass = NonNullable<DeliveryOut["lastErrorClass"]>;

export const errorWords: Record<ErrorClass, string> = {
  status: "Not 2xx",
  timeout: "Timed out",
  dns: "Unknown host",
  dns_unavailable: "DNS down",
  refused: "Refused",
  reset: "Broke off",
  tls: "TLS error",
  address: "Forbidden address",
  protocol: "Not HTTP",
  request: "Bad request",
  authentication: "Authentication failed",
  transformation: "Transformation failed",
  transformation_cancelled: "Cancelled by transformation",
  internal: "Internal",
};

/** The last answer in a word or two, or why there was none; null: no attempt yet. */
export function answerOf({ lastStatusCode, lastErrorClass }: Pick<DeliveryOut, "lastStatusCode" | "lastErrorClass">): string | null {
  if (lastStatusCode === null) return lastErrorClass === null ? null : errorWords[lastErrorClass];
  if (lastStatusCode > 0) return String(lastStatusCode);
  return lastErrorClass === null ? "No answer" : errorWords[lastErrorClass];
}
