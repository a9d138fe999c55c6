/** One request that came to a source, with its verdict. Rejected and filtered requests are kept and can be released; so can duplicates. */
import * as z from "zod/mini";
import { keptVerdicts, rejectionReasons, verdicts } from "../words/verdict.ts";
import { BackgroundTaskOut } from "./backgroundTask.ts";
import { DryRunOut } from "./deliveryResend.ts";
import { operation } from "./operation.ts";
import { after, before, moment, pageOf, paging } from "./shared.ts";

const verdict = z.enum(verdicts);
const reason = z.enum(rejectionReasons);

const id = z.string().check(z.minLength(1), z.maxLength(256));

export const ReceivedRequestOut = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    source: z.object({ id: z.string(), name: z.string(), provider: z.string() }),
    verdict: verdict.check(
      z.meta({
        description:
          "accepted: it is a message. duplicate: of an event that was, as `duplicateOf` says. rejected: it did not verify, or could not be taken. filtered: it verified, and the source's filter or transformation holds it back. pending: the source's transformation is still to run. released: it was rejected, filtered or a duplicate, and is a message since.",
      }),
    ),
    reason: z.nullable(reason).check(
      z.meta({
        description:
          "Why it is, or was, rejected or filtered. filter: the filter does not hold. cancelled: the transformation cancelled it. transformation: it failed.",
      }),
    ),
    detail: z.nullable(z.string()).check(z.meta({ description: "The reason in words." })),
    eventType: z.nullable(z.string()),
    providerEventId: z.nullable(z.string()).check(
      z.meta({
        description:
          "What the provider names the event by. Where that is several things, they stand behind each other, the id first; of a batch, the events' names with commas between, as many as there is room for.",
      }),
    ),
    messageId: z
      .nullable(z.string())
      .check(z.meta({ description: "The message made from it; for a duplicate, the message made from the first." })),
    duplicateOf: z
      .nullable(
        z.object({
          messageId: z.string().check(z.meta({ description: "Made of the first." })),
          receivedRequestId: z.nullable(z.string()).check(z.meta({ description: "The first; null: it is gone." })),
          receivedAt: z.iso.datetime().check(z.meta({ description: "When the first came, to 4 ms." })),
          by: z
            .nullable(z.string())
            .check(
              z.meta({ description: "What told that both are one event, in words: `header x-github-delivery`. Null: it was not noted." }),
            ),
        }),
      )
      .check(z.meta({ description: "For a duplicate, released or not: what it is a duplicate of." })),
    applicationId: z.string(),
    method: z.string(),
    path: z.string().check(z.meta({ description: "What followed the token in the URL; mostly empty." })),
    contentType: z.nullable(z.string()),
    remoteAddress: z.nullable(z.string()),
    bodyBytes: z.int(),
    responseStatus: z.int().check(z.meta({ description: "What the provider was answered." })),
    releasedAt: z.nullable(z.iso.datetime()),
  })
  .check(z.meta({ id: "ReceivedRequestOut" }));
export type ReceivedRequestOut = z.output<typeof ReceivedRequestOut>;

export const ReceivedRequestDetail = z
  .object({
    ...ReceivedRequestOut.shape,
    query: z.string().check(z.meta({ description: "Without the question mark." })),
    headers: z
      .record(z.string(), z.string())
      .check(z.meta({ description: "Names are in lower case. Credentials are replaced by `•••`, in the query too." })),
    body: z
      .nullable(
        z.object({
          base64: z.string().check(z.meta({ description: "The bytes as they came." })),
          text: z.nullable(z.string()).check(
            z.meta({
              description:
                "As text: inflated if it was compressed, decoded by its byte order mark, charset or XML declaration; null: it is no text.",
            }),
          ),
          fields: z
            .optional(
              z.array(
                z.object({
                  name: z.string(),
                  value: z.string().check(z.meta({ description: "Empty if it is a file." })),
                  file: z.nullable(z.object({ name: z.string(), type: z.nullable(z.string()), size: z.int() })),
                }),
              ),
            )
            .check(z.meta({ description: "For a form, urlencoded or multipart: up to 1,000 fields, in order." })),
        }),
      )
      .check(z.meta({ description: "Null: not kept, or deleted since." })),
  })
  .check(z.meta({ id: "ReceivedRequestDetail" }));
export type ReceivedRequestDetail = z.output<typeof ReceivedRequestDetail>;

export const VerifyAgainOut = z
  .object({
    ok: z
      .boolean()
      .check(z.meta({ description: "The request verifies, passes the filter, and the transformation makes a message of it." })),
    reason: z.nullable(reason),
    detail: z.nullable(z.string()),
  })
  .check(z.meta({ id: "VerifyAgainOut" }));
export type VerifyAgainOut = z.output<typeof VerifyAgainOut>;

const force = z
  ._default(z.boolean(), false)
  .check(z.meta({ description: "True: release it even if it does not verify or pass the filter. Needs an admin." }));

export const ReleaseIn = z.object({ force }).check(z.meta({ id: "ReleaseIn" }));

export const QuarantineFilter = z
  .object({
    sourceId: id.check(z.meta({ description: "Id or uid: what is released in order is released of one source." })),
    verdict: z._default(z.enum(keptVerdicts), "rejected"),
    ids: z.nullish(z.array(id).check(z.minLength(1), z.maxLength(1000))).check(z.meta({ description: "Only these." })),
    reason: z.nullish(reason),
    eventType: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
    since: z.nullish(moment),
    until: z.nullish(moment),
  })
  .check(z.meta({ id: "QuarantineFilter" }));
export type QuarantineFilter = z.output<typeof QuarantineFilter>;

export const BulkReleaseIn = z
  .object({ filter: QuarantineFilter, force, dryRun: z._default(z.boolean(), false).check(z.meta({ description: "True: only counts." })) })
  .check(z.meta({ id: "BulkReleaseIn" }));
export type BulkReleaseIn = z.output<typeof BulkReleaseIn>;

export const QuarantineOut = z
  .object({
    bytes: z.number().check(z.meta({ description: "Kept of requests that did not verify: bodies and heads." })),
    maximumBytes: z.number().check(z.meta({ description: "WEBSTER_QUARANTINE_BYTES." })),
    full: z.boolean().check(
      z.meta({
        description:
          "What is rejected now is recorded without its body, once a second a source, until some is released or gives way: days older than 24 hours do, the oldest first.",
      }),
    ),
    rejected: z
      .object({
        count: z.int(),
        capped: z.boolean().check(z.meta({ description: "There are more than that." })),
        sources: z
          .array(z.object({ id: z.string(), count: z.int() }))
          .check(z.meta({ description: "By source, the largest first; if `capped`, only of those counted." })),
      })
      .check(z.meta({ description: "Requests of the last 24 hours that were rejected, and not released since." })),
  })
  .check(z.meta({ id: "QuarantineOut" }));
export type QuarantineOut = z.output<typeof QuarantineOut>;

const tag = "Received Request";
const access = "apiKey";
const base = "/api/v1/received-request";
const path = `${base}/{request_id}` as const;

export const listReceivedRequests = operation({
  operationId: "v1.received-request.list",
  method: "get",
  path: base,
  tag,
  summary: "List what an environment's sources received, newest first",
  access,
  query: z.object({
    ...paging,
    source_id: z.nullish(id).check(z.meta({ description: "Id or uid." })),
    verdict: z.nullish(verdict),
    reason: z.nullish(reason),
    event_type: z.nullish(z.string().check(z.maxLength(256))),
    search: z.nullish(z.string().check(z.maxLength(256))).check(
      z.meta({
        description:
          "The id of a received request, or of a message with its duplicates, or what the provider names an event by: all of it, or one id in it.",
      }),
    ),
    before,
    after,
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_ReceivedRequestOut_", ReceivedRequestOut) } },
});

export const getReceivedRequest = operation({
  operationId: "v1.received-request.get",
  method: "get",
  path,
  tag,
  summary: "Get a received request with headers and body",
  access,
  responses: { 200: { description: "The request", schema: ReceivedRequestDetail } },
});

export const getQuarantine = operation({
  operationId: "v1.quarantine.get",
  method: "get",
  path: "/api/v1/quarantine",
  tag,
  summary: "See how full an environment's quarantine is",
  access,
  responses: { 200: { description: "How full it is", schema: QuarantineOut } },
});

export const verifyReceivedRequest = operation({
  operationId: "v1.received-request.verify",
  method: "post",
  path: `${path}/verify`,
  tag,
  summary: "Verify a kept request again, with the source as it is now",
  description:
    "As of the moment at which it came, so that waiting does not make it stale; with the source's filter and transformation. Nothing changes.",
  access,
  waits: true,
  responses: { 200: { description: "What it would be now", schema: VerifyAgainOut } },
});

export const releaseReceivedRequest = operation({
  operationId: "v1.received-request.release",
  method: "post",
  path: `${path}/release`,
  tag,
  summary: "Release a request that was rejected, filtered or a duplicate: it becomes a message like any other",
  description:
    "If it verifies and passes the source's filter now; 409 otherwise, unless forced. A duplicate is compared with nothing and becomes a message of its own. Released again, it is the same message.",
  access,
  waits: true,
  body: ReleaseIn,
  bodyOptional: true,
  responses: { 200: { description: "The request, released", schema: ReceivedRequestOut } },
});

export const bulkReleaseReceivedRequests = operation({
  operationId: "v1.received-request.bulk-release",
  method: "post",
  path: `${base}/bulk-release`,
  tag,
  summary: "Release all that a filter finds of what a source rejected, filtered or took for duplicates, in the order in which it came",
  description: "Releases those that now verify and pass the filter; the others stay, unless forced.",
  access,
  body: BulkReleaseIn,
  responses: {
    200: { description: "With dryRun: how many there are, counted up to 10,000", schema: DryRunOut },
    202: { description: "Under way", schema: BackgroundTaskOut },
  },
});
