/** Messages of an application taken together: whether anybody would get one, and deleting what they hold. */
import * as z from "zod/mini";
import { taskShown } from "./backgroundTask.ts";
import { operation } from "./operation.ts";
import { channel, eventTypeName, orElse } from "./shared.ts";

export const MessagePrecheckIn = z
  .object({ eventType: eventTypeName, channels: z.nullish(z.array(channel).check(z.minLength(1), z.maxLength(5))) })
  .check(z.meta({ id: "MessagePrecheckIn", examples: [{ eventType: "invoice.paid" }] }));
export type MessagePrecheckIn = z.output<typeof MessagePrecheckIn>;

export const BulkExpungeContentsIn = z
  .object({
    ids: orElse(z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(1000)), []),
  })
  .check(z.meta({ id: "BulkExpungeContentsIn" }));

const tag = "Message";
const base = "/api/v1/app/{app_id}/msg" as const;
const access = "apiKey";

export const precheckMessage = operation({
  operationId: "v1.message.precheck",
  method: "post",
  path: `${base}/precheck/active`,
  tag,
  summary: "Ask whether any endpoint would get such a message",
  description: "By event type and channels. Asking first saves sending what nobody listens to.",
  access,
  body: MessagePrecheckIn,
  responses: {
    200: {
      description: "The answer",
      schema: z
        .object({ active: z.boolean().check(z.meta({ description: "An enabled endpoint would get it." })) })
        .check(z.meta({ id: "MessagePrecheckOut" })),
    },
  },
});

export const bulkExpungeContents = operation({
  operationId: "v1.message.bulk-expunge-content",
  method: "post",
  path: `${base}/bulk-expunge`,
  tag,
  summary: "Delete the payloads of up to 1,000 messages",
  description: "By id or eventId.",
  access,
  body: BulkExpungeContentsIn,
  responses: {
    200: {
      description: "What became of each",
      schema: z
        .object({ results: z.record(z.string(), z.enum(["expunged", "not-found"])) })
        .check(z.meta({ id: "BulkExpungeContentsOut" })),
    },
  },
});

export const expungeAllContents = operation({
  operationId: "v1.message.expunge-all-contents",
  method: "post",
  path: `${base}/expunge-all-contents`,
  tag,
  summary: "Delete the payloads of all messages of an application",
  description: "A background task, for every message that exists now.",
  access,
  responses: { 202: { description: "Under way", schema: z.object(taskShown).check(z.meta({ id: "ExpungeAllContentsOut" })) } },
});
