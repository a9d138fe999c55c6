/** The log of an environment: every delivery, found by any of its properties, and each with all that happened to it. */
import * as z from "zod/mini";
import { type LogFilterName, type SnakeCase, logFilterNames, snakeCase } from "../words/logFilter.ts";
import { attemptNotes } from "../words/attemptNote.ts";
import { errorClasses } from "../words/errorClass.ts";
import { payloadShown } from "./message.ts";
import { operation } from "./operation.ts";
import {
  EmptyResponse,
  after,
  before,
  bom,
  eventTypeName,
  moment as anyMoment,
  pageOf,
  paging,
  word,
  channel as channelName,
  tag as tagName,
} from "./shared.ts";
import { EndpointSignatureOut } from "./signature.ts";

export const deliveryStatus = z.enum(["pending", "succeeded", "failed", "cancelled"]);
export type DeliveryStatus = z.output<typeof deliveryStatus>;
/** What a delivery can be looked for by: its status, or why it is `pending`: nothing was tried yet, or it has failed and is tried again. */
export const wantedStatus = z.enum([...deliveryStatus.options, "untried", "retrying"]);
export type WantedStatus = z.output<typeof wantedStatus>;

export const errorClass = z.enum(errorClasses);

const attemptNote = z.enum(attemptNotes);

const idOrName = z.string().check(z.minLength(1), z.maxLength(256), word);
const httpStatus = z.string().check(
  z.regex(
    /^([1-5][0-9][0-9](-[1-5][0-9][0-9])?|[1-5]xx|0)$/,
    "must be a status such as 503, a range such as 500-504, a class such as 5xx, or 0",
  ),
  z.refine((text) => {
    const [from = "", to = from] = text.split("-");
    return from <= to;
  }, "must begin with the lower status"),
  z.meta({ description: "`503`, `500-504`, `5xx`, or `0`: no answer came.", examples: ["5xx"] }),
);

const status = z.nullish(z.array(wantedStatus).check(z.maxLength(10))).check(
  z.meta({
    description:
      "Any of these. Of those that are pending, `untried`: the ones without an attempt; `retrying`: the ones that have failed so far.",
  }),
);
const httpStatuses = z
  .nullish(z.array(httpStatus).check(z.maxLength(50)))
  .check(z.meta({ description: "Of the last attempt; any of these." }));
const eventTypes = z.nullish(z.array(eventTypeName).check(z.maxLength(50))).check(z.meta({ description: "Any of these." }));
const endpointId = z.nullish(idOrName).check(z.meta({ description: "An endpoint's id." }));
const applicationId = z.nullish(idOrName).check(z.meta({ description: "An application's id or uid." }));
const errors = z.nullish(z.array(errorClass).check(z.maxLength(20))).check(z.meta({ description: "Of the last attempt; any of these." }));
const minAttempts = z
  .nullish(z.int().check(z.gte(0), z.lte(10_000)))
  .check(z.meta({ description: "At least so many attempts were made." }));
const attemptedAfter = z.nullish(anyMoment).check(z.meta({ description: "Only what was last attempted at this moment or later." }));
const messageId = z.nullish(idOrName).check(z.meta({ description: "A message's id or eventId, or an attempt's id." }));

const search = z.nullish(z.string().check(z.minLength(1), z.maxLength(256))).check(
  z.meta({
    description:
      "Words that the message has, all of them, in its payload, eventId, tags, metadata or the headers that are sent along: runs of " +
      "letters and digits, in any case. `order.id=4711`: behind that path, or that last name of one. For environments that turn " +
      "`payloadSearch` on; docs/dashboard.md has the syntax.",
    examples: ["order.id=4711"],
  }),
);
const channel = z.nullish(channelName).check(z.meta({ description: "The message is for that channel." }));
const messageTag = z.nullish(tagName).check(z.meta({ description: "The message has that tag." }));

const filters = {
  status,
  httpStatus: httpStatuses,
  eventTypes,
  endpointId,
  applicationId,
  errorClass: errors,
  minAttempts,
  messageId,
  search,
  channel,
  tag: messageTag,
  before,
  after,
  attemptedAfter,
} satisfies Record<LogFilterName, z.ZodMiniType>;

/** The filter in a body; in a query the same names are written in snake case. */
export const DeliveryFilter = z.object(filters).check(z.meta({ id: "DeliveryFilter" }));

type InQuery = { [N in LogFilterName as SnakeCase<N>]: (typeof filters)[N] };
const inQuery = Object.fromEntries(logFilterNames.map((name) => [snakeCase(name), filters[name]])) as InQuery;

export const DeliveryQuery = z.object(inQuery);
export type DeliveryQuery = z.output<typeof DeliveryQuery>;
export type DeliveryFilter = z.output<typeof DeliveryFilter>;

const moment = z.iso.datetime();
const row = {
  messageId: z.string(),
  endpointId: z.string(),
  endpointUrl: z.string(),
  endpointDescription: z.string(),
  endpointUid: z.nullable(z.string()),
  endpointDeleted: z.boolean().check(z.meta({ description: "Nothing more is sent to it." })),
  applicationId: z.string(),
  applicationUid: z.nullable(z.string()),
  applicationName: z.string(),
  applicationDeleted: z.boolean().check(z.meta({ description: "Its messages are no longer shown." })),
  eventType: z.string(),
  eventId: z.nullable(z.string()),
  status: deliveryStatus,
  sending: z.boolean().check(z.meta({ description: "A worker has it right now." })),
  attemptCount: z.int(),
  maxAttempts: z.int().check(z.meta({ description: "What its retry schedule allows; resends come on top." })),
  lastStatusCode: z.nullable(z.int()).check(z.meta({ description: "0: no answer came. Null: no attempt yet." })),
  lastErrorClass: z.nullable(errorClass),
  lastDurationMs: z.nullable(z.int()),
  lastAttemptAt: z.nullable(moment),
  nextAttemptAt: z.nullable(moment).check(z.meta({ description: "Null while it is being sent, and when nothing more will be." })),
  waitsForTurn: z
    .optional(z.literal(true))
    .check(z.meta({ description: "Delivered in order, and an earlier message for the same endpoint or key has not ended yet." })),
  createdAt: moment.check(z.meta({ description: "When the message was accepted." })),
};

export const DeliveryOut = z.object(row).check(z.meta({ id: "DeliveryOut" }));
export type DeliveryOut = z.output<typeof DeliveryOut>;

export const DeliveryCountOut = z
  .object({
    count: z.int(),
    capped: z.boolean().check(z.meta({ description: "There are more than that: show it as `10,000+`." })),
  })
  .check(z.meta({ id: "DeliveryCountOut" }));

const sentHeader = z.object({ name: z.string(), value: z.nullable(z.string()).check(z.meta({ description: "Null: hidden." })) });

const step = z.nullable(z.int());

const timings = z
  .object({
    reused: z.boolean().check(z.meta({ description: "The connection was open already." })),
    dnsMs: step.check(z.meta({ description: "Null: an address instead of a name, or an open connection." })),
    tcpMs: step,
    tlsMs: step,
    firstByteMs: step.check(z.meta({ description: "From the open connection to the response status. Null: there was no response." })),
  })
  .check(z.meta({ id: "AttemptTimings" }));

export const DeliveryAttemptOut = z
  .object({
    id: z.string(),
    attemptNumber: z.int(),
    trigger: z.enum(["scheduled", "manual"]),
    status: z.enum(["succeeded", "failed"]),
    url: z.string(),
    startedAt: moment,
    durationMs: z.int(),
    responseStatusCode: z.int().check(z.meta({ description: "0: no answer came." })),
    errorClass: z.nullable(errorClass),
    response: z.nullable(z.string()).check(
      z.meta({
        description:
          "The body as text, up to 20,000 bytes: unpacked, in whatever charset it came. Without an answer: the reason. Null: deleted.",
      }),
    ),
    responseBase64: z
      .nullable(z.string())
      .check(z.meta({ description: "The body as it came, if it differs from the UTF-8 of `response` and holds nothing to redact." })),
    responseHeaders: z.nullable(z.record(z.string(), z.string())),
    requestHeaders: z
      .array(sentHeader)
      .check(z.meta({ description: "Id, timestamp and signature as they were sent, your own headers as they are now." })),
    signature: z
      .nullable(z.string())
      .check(z.meta({ description: "Null: the payload, the secret or the style it was signed with is gone." })),
    signedPrefix: z
      .nullable(z.string())
      .check(z.meta({ description: "What precedes the payload in the signed content. Null: no longer known." })),
    timings: z.nullable(timings).check(z.meta({ description: "Null: no connection was asked for, or it was not measured." })),
    notes: z.array(attemptNote).check(
      z.meta({
        description:
          "The status counts as soon as it and its headers are there; what became of the body after them is said here. reconnected: " +
          "an open connection turned out to be closed, and the request was made once more on a new one.",
      }),
    ),
  })
  .check(z.meta({ id: "DeliveryAttemptOut" }));

export const DeliveryDetailOut = z
  .object({
    ...row,
    scheduledCount: z.int(),
    manualQueued: z.int().check(z.meta({ description: "Resends asked for and not yet made." })),
    retryAt: z.nullable(moment).check(z.meta({ description: "Where its retry schedule stands." })),
    retryWaits: z
      .array(z.number())
      .check(
        z.meta({ description: "The schedule as it is now: seconds between one scheduled attempt and the next, give or take a tenth." }),
      ),
    succeededAt: z.nullable(moment),
    endpointDisabled: z.boolean(),
    endpointSignature: EndpointSignatureOut,
    message: z.object({
      id: z.string(),
      eventId: z.nullable(z.string()),
      eventType: z.string(),
      channels: z.array(z.string()),
      tags: z.array(z.string()),
      ...payloadShown,
      payloadBytes: z.int(),
      deliverAt: z.nullable(moment),
      createdAt: moment,
    }),
    attempts: z.array(DeliveryAttemptOut).check(z.meta({ description: "The newest first, up to 100." })),
    newerMessageId: z.nullable(z.string()).check(z.meta({ description: "The endpoint's next delivery." })),
    olderMessageId: z.nullable(z.string()).check(z.meta({ description: "The endpoint's delivery before." })),
  })
  .check(z.meta({ id: "DeliveryDetailOut" }));
export type DeliveryDetailOut = z.output<typeof DeliveryDetailOut>;

const tag = "Delivery";
const access = "apiKey";
const base = "/api/v1/delivery";
const path = `${base}/{msg_id}/{endpoint_id}` as const;

const deliverySort = z.enum(["createdAt", "lastAttemptAt"]);
export type DeliverySort = z.output<typeof deliverySort>;

export const listDeliveries = operation({
  operationId: "v1.delivery.list",
  method: "get",
  path: base,
  tag,
  summary: "List an environment's deliveries, newest first",
  description: "An iterator is `messageId.endpointId`, of deliveries sorted by their last attempt `messageId.endpointId.milliseconds`.",
  access: "apiKeyOrPortal",
  query: z.object({
    ...paging,
    ...inQuery,
    sort: z.nullish(deliverySort).check(
      z.meta({
        description:
          "The newest first by this moment; `createdAt` if left out. `lastAttemptAt`: of the newest 10,000 that the filters find; what " +
          "was not attempted yet stands at when it was accepted.",
      }),
    ),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_DeliveryOut_", DeliveryOut) } },
});

export const countDeliveries = operation({
  operationId: "v1.delivery.count",
  method: "get",
  path: `${base}/count`,
  tag,
  summary: "Count deliveries, up to 10,000",
  access: "apiKeyOrPortal",
  query: DeliveryQuery,
  responses: { 200: { description: "How many", schema: DeliveryCountOut } },
});

export const SearchIndexOut = z
  .object({
    enabled: z.boolean(),
    since: z.nullable(moment).check(z.meta({ description: "Messages accepted before are not found yet. Null: none is." })),
    until: z.nullable(moment).check(z.meta({ description: "Messages accepted after are not found yet." })),
  })
  .check(z.meta({ id: "SearchIndexOut" }));
export type SearchIndexOut = z.output<typeof SearchIndexOut>;

export const getSearchIndex = operation({
  operationId: "v1.delivery.search-index",
  method: "get",
  path: `${base}/search-index`,
  tag,
  summary: "Which messages `search` finds by now",
  description: "Words are read in the background: of new messages within seconds, then of older ones.",
  access: "apiKeyOrPortal",
  responses: { 200: { description: "The range", schema: SearchIndexOut } },
});

export const exportDeliveries = operation({
  operationId: "v1.delivery.export",
  method: "get",
  path: `${base}/export`,
  tag,
  summary: "Download deliveries as CSV or NDJSON",
  description: "The newest 100,000 that match the filters. Noted in the audit log.",
  access,
  effect: "exports",
  query: z.object({
    ...inQuery,
    format: z._default(z.enum(["csv", "ndjson"]), "csv"),
    bom,
    environment: z.nullish(z.string()).check(z.meta({ description: "For a session: which environment." })),
  }),
  responses: { 200: { description: "The file", contentTypes: ["text/csv", "application/x-ndjson"] } },
});

export const getDelivery = operation({
  operationId: "v1.delivery.get",
  method: "get",
  path,
  tag,
  summary: "Get a delivery with its message and attempts",
  access: "apiKeyOrPortal",
  responses: { 200: { description: "The delivery", schema: DeliveryDetailOut } },
});

export const resendDelivery = operation({
  operationId: "v1.delivery.resend",
  method: "post",
  path: `${path}/resend`,
  tag,
  summary: "Send a delivery again",
  description:
    "Whatever the endpoint's filters say. A failed resend is not retried. One at a time: while a resend of the delivery is queued or " +
    "being made, asking again changes nothing.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  responses: { 202: { description: "Queued", schema: EmptyResponse } },
});

export const cancelDelivery = operation({
  operationId: "v1.delivery.cancel",
  method: "post",
  path: `${path}/cancel`,
  tag,
  summary: "Cancel what is still to be sent of a delivery",
  description: "Conflicts while an attempt is being made, and when nothing is planned any more.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  responses: { 200: { description: "Cancelled", schema: DeliveryOut } },
});
