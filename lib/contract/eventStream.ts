/** A stream of what changes in an environment, as it changes. */
import * as z from "zod/mini";
import { DeliveryOut } from "./delivery.ts";
import { operation } from "./operation.ts";
import { ReceivedRequestOut } from "./receivedRequest.ts";

/** The data of an event `delivery.changed`. */
export const DeliveryChanged = z
  .object({
    deliveries: z.array(DeliveryOut).check(z.meta({ description: "As they are now; new ones too." })),
    more: z.boolean().check(z.meta({ description: "Others changed as well: ask the log." })),
  })
  .check(z.meta({ id: "DeliveryChanged" }));
export type DeliveryChanged = z.output<typeof DeliveryChanged>;

/** The data of an event `received-request.changed`. */
export const ReceivedRequestChanged = z
  .object({
    receivedRequests: z.array(ReceivedRequestOut).check(z.meta({ description: "As they are now; new ones too." })),
    more: z.boolean().check(z.meta({ description: "Others changed as well: ask the log." })),
  })
  .check(z.meta({ id: "ReceivedRequestChanged" }));
export type ReceivedRequestChanged = z.output<typeof ReceivedRequestChanged>;

export const openEventStream = operation({
  operationId: "v1.event-stream.open",
  method: "get",
  path: "/api/v1/event-stream",
  tag: "Event Stream",
  summary: "Follow an environment's deliveries and received requests",
  description:
    "Server-sent events: `ready` first, then at most twice a second `delivery.changed` and `received-request.changed` (their data: `DeliveryChanged`, `ReceivedRequestChanged`). " +
    "The stream ends when the session or key may no longer read.",
  access: "apiKey",
  query: z.object({ environment: z.nullish(z.string()).check(z.meta({ description: "For a session: which environment." })) }),
  responses: { 200: { description: "The stream", contentTypes: ["text/event-stream"] } },
});
