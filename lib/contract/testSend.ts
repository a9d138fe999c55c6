/** A delivery's payload, edited and sent to some receiver to try things out. It is no attempt of the delivery. */
import * as z from "zod/mini";
import { errorClass } from "./delivery.ts";
import { operation } from "./operation.ts";

export const TestSendIn = z
  .object({
    url: z.string().check(z.minLength(1), z.maxLength(65_536), z.meta({ description: "Under the rules for endpoints' URLs." })),
    payload: z.string().check(z.minLength(1), z.meta({ description: "The exact text to send." })),
    headers: z._default(z.record(z.string(), z.string()), {}),
  })
  .check(z.meta({ id: "TestSendIn" }));
export type TestSendIn = z.output<typeof TestSendIn>;

export const TestSendOut = z
  .object({
    messageId: z.string().check(z.meta({ description: "The id that the request carried: a new one, of no message." })),
    statusCode: z.int().check(z.meta({ description: "0: no answer came." })),
    errorClass: z.nullable(errorClass),
    durationMs: z.int(),
    response: z.string().check(z.meta({ description: "The body, up to 20,000 bytes. Without an answer: the reason." })),
    responseHeaders: z.nullable(z.record(z.string(), z.string())),
  })
  .check(z.meta({ id: "TestSendOut" }));
export type TestSendOut = z.output<typeof TestSendOut>;

export const sendEdited = operation({
  operationId: "v1.delivery.send-edited",
  method: "post",
  path: "/api/v1/delivery/{msg_id}/{endpoint_id}/send-edited",
  tag: "Delivery",
  summary: "Send an edited payload to a test receiver",
  description:
    "Signed with the endpoint's secret, once, without its credentials and own headers. Nothing of it is kept but an audit entry.",
  access: "apiKey",
  waits: true,
  body: TestSendIn,
  responses: { 200: { description: "What the receiver answered", schema: TestSendOut } },
});
