/** Messages that another server has sent: they are stored as history, and go to nobody. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { channel, eventTypeName, formerId, moment, tag as messageTag, uid } from "./shared.ts";

const text = z.nullish(z.string());

const ImportedMessage = z.object({
  id: formerId("msg"),
  timestamp: moment.check(z.meta({ description: "When it was sent; the moment in its id, within two seconds." })),
  eventType: eventTypeName,
  rawPayload: text.check(z.meta({ description: "The text that was sent, byte for byte. Null: it has been deleted.", examples: ["{}"] })),
  contentType: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))).check(z.meta({ description: "Null: application/json." })),
  eventId: z.nullish(uid),
  channels: z.nullish(z.array(channel).check(z.minLength(1), z.maxLength(10))),
  tags: z.nullish(z.array(messageTag).check(z.maxLength(10))),
});

export const MessageImportIn = z
  .object({ messages: z.array(ImportedMessage).check(z.minLength(1), z.maxLength(250)) })
  .check(z.meta({ id: "MessageImportIn" }));
export type ImportedMessage = z.output<typeof ImportedMessage>;

export const MessageImportOut = z
  .object({
    imported: z.int(),
    existing: z.int().check(z.meta({ description: "Those whose id or eventId the application has already." })),
    refused: z.array(z.object({ id: z.string(), detail: z.string() })).check(z.meta({ description: "Each with the reason." })),
  })
  .check(z.meta({ id: "MessageImportOut" }));
export type MessageImportOut = z.output<typeof MessageImportOut>;

export const importMessages = operation({
  operationId: "v1.message.import",
  method: "post",
  path: "/api/v1/app/{app_id}/msg/import",
  tag: "Message",
  summary: "Take over up to 250 messages that another server has sent",
  description:
    "With their ids and moments. They are in the log and can be resent, and their eventIds are taken; nothing is sent to anybody, and " +
    "polling endpoints don't get them. The same call again changes nothing. Messages beyond the server's retention are refused.",
  access: "apiKey",
  role: "admin",
  body: MessageImportIn,
  responses: { 200: { description: "What became of them", schema: MessageImportOut } },
});
