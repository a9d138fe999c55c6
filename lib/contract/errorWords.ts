/** What went wrong, in a word or two. Apart from its schema: pages ask this without zod. */
import type { DeliveryOut } from "./delivery.ts";

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
