/** Inboxes: receivers of Webster's own, each with its URL, that keep what they are sent, so that a first delivery needs nothing outside. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, pageOf, paging, plainText } from "./shared.ts";

const answerStatus = z.int().check(z.gte(200), z.lte(599), z.meta({ description: "What it answers with.", examples: [200] }));
const name = plainText.check(z.minLength(1), z.maxLength(100));

export const InboxIn = z.object({ name, statusCode: z._default(answerStatus, 200) }).check(z.meta({ id: "InboxIn" }));
export const InboxPatch = z.object({ name: z.optional(name), statusCode: z.optional(answerStatus) }).check(z.meta({ id: "InboxPatch" }));

export const InboxOut = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().check(z.meta({ description: "Where it receives: any method, up to 256 KiB." })),
    statusCode: z.int(),
    refusal: z
      .nullable(z.string())
      .check(z.meta({ description: "Why the operator's rules for addresses allow no endpoint with this URL. Null: they do." })),
    createdAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "InboxOut" }));

export const InboxRequestOut = z
  .object({
    id: z.string(),
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().check(z.meta({ description: "As text; what is not UTF-8 is replaced." })),
    bodyBytes: z.int(),
    signature: z.object({
      verified: z.boolean(),
      reason: z.nullable(z.string()).check(z.meta({ description: "Null: verified." })),
      endpointId: z.nullable(z.string()).check(z.meta({ description: "Whose secret verified it." })),
      headers: z.array(z.string()).check(z.meta({ description: "The headers that it was verified by." })),
    }),
    createdAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "InboxRequestOut" }));

export type InboxIn = z.output<typeof InboxIn>;
export type InboxPatch = z.output<typeof InboxPatch>;
export type InboxOut = z.output<typeof InboxOut>;
export type InboxRequestOut = z.output<typeof InboxRequestOut>;

const tag = "Inbox";
const access = "apiKey";
const base = "/api/v1/inbox";
const path = `${base}/{inbox_id}` as const;

export const listInboxes = operation({
  operationId: "v1.inbox.list",
  method: "get",
  path: base,
  tag,
  summary: "List inboxes",
  // Whoever knows an inbox's URL can write into it.
  role: "member",
  access,
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_InboxOut_", InboxOut) } },
});

export const createInbox = operation({
  operationId: "v1.inbox.create",
  method: "post",
  path: base,
  tag,
  summary: "Create an inbox",
  description: "Up to ten an environment.",
  access,
  body: InboxIn,
  responses: { 201: { description: "Created", schema: InboxOut } },
});

export const patchInbox = operation({
  operationId: "v1.inbox.patch",
  method: "patch",
  path,
  tag,
  summary: "Change an inbox's name, or what it answers with",
  access,
  body: InboxPatch,
  responses: { 200: { description: "The inbox", schema: InboxOut } },
});

export const deleteInbox = operation({
  operationId: "v1.inbox.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete an inbox and what it received",
  access,
  responses: deleted,
});

export const listInboxRequests = operation({
  operationId: "v1.inbox.list-requests",
  method: "get",
  path: `${path}/request`,
  tag,
  summary: "List what an inbox received, newest first",
  description: "The last 100. Each is verified with the secrets of the environment's endpoints that have the inbox's URL.",
  role: "member",
  access,
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_InboxRequestOut_", InboxRequestOut) } },
});
