/** How the requests of an environment present themselves to receivers, beside their signature. */
import * as z from "zod/mini";
import { plainText } from "./shared.ts";

export const userAgent = z
  .nullable(
    plainText.check(
      z.trim(),
      z.minLength(1, "Give a text, or null for Webster's own"),
      z.maxLength(256),
      z.regex(/^[\u0020-\u007e]*$/, "must be ASCII, as headers are"),
    ),
  )
  .check(z.meta({ description: "The `User-Agent` of deliveries; null: Webster's own.", examples: ["Acme-Webhooks/1.0"] }));

export const idHeader = z
  .nullable(
    plainText.check(
      z.trim(),
      z.maxLength(64),
      // RFC 9110, section 5.6.2.
      z.regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be a header's name, such as X-Request-Id"),
    ),
  )
  .check(
    z.meta({
      description:
        "The header under which each request has the id of its attempt; null: none. An endpoint's own header of that name wins. Not one that Webster or HTTP gives another meaning.",
      examples: ["X-Request-Id"],
    }),
  );

export const traceHeaders = z
  .boolean()
  .check(z.meta({ description: "Whether receivers are told the trace that a delivery is a part of (`traceparent`, `tracestate`)." }));
