/** What went wrong, in a word or two. Apart from its schema: pages ask this without zod. */
import type { DeliveryDetailOut, DeliveryOut } from "./delivery.ts";

export type ErrorClass = NonNullable<DeliveryOut["lastErrorClass"]>;

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

export type AttemptNote = DeliveryDetailOut["attempts"][number]["notes"][number];

/** What else there is to say of an attempt, in a sentence. */
export const noteWords: Record<AttemptNote, string> = {
  body_broken_off: "The connection ended before the response's body did. The status counts.",
  body_timed_out: "The response's body had not ended when the time was over. The status counts.",
  body_malformed: "The response's body was not as HTTP has it. The status counts.",
  body_left_unread: "The response's body went on beyond what is read. The status counts.",
  headers_cut: "The response had more headers than are kept.",
  reconnected: "The open connection turned out to be closed; the request was made again on a new one.",
};
