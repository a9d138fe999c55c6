/** Filters on what a message holds, beyond its event type and channels. */
import * as z from "zod/mini";
import { bodyPaths } from "./bodyPath.ts";
import { operation } from "./operation.ts";
import { channel, eventTypeName } from "./shared.ts";

/** A filter as it is given. Its rules are those of lib/webhooks/filter.ts, which says what is wrong and where. */
export const filterDocument = z.record(z.string(), z.unknown()).check(
  z.meta({
    description:
      "Only messages for which it holds; null: all. `{and: […]}`, `{or: […]}`, `{not: …}`, or a condition: `path` (begins with " +
      "payload, headers, metadata, eventType, channels or tags; names joined by dots, or a list of them; `*` is any element) with " +
      "one or more of equals, notEquals, in, gt, gte, lt, lte, exists, prefix, suffix and contains, which must all hold. " +
      bodyPaths,
    examples: [
      {
        and: [
          { path: "payload.amount", gte: 100 },
          { path: "payload.currency", in: ["EUR", "USD"] },
        ],
      },
    ],
  }),
);

export type FilterDocument = z.output<typeof filterDocument>;

export const FilterDryRunIn = z
  .object({
    filter: z.nullish(filterDocument),
    eventTypes: z.nullish(z.array(eventTypeName).check(z.maxLength(500))),
    channels: z.nullish(z.array(channel).check(z.maxLength(10))),
    limit: z._default(z.int().check(z.gte(1), z.lte(1_000)), 100).check(z.meta({ description: "The newest so many messages." })),
  })
  .check(z.meta({ id: "FilterDryRunIn" }));

export const FilterDryRunOut = z
  .object({
    looked: z
      .int()
      .check(z.meta({ description: "How many messages were tested: fewer than requested if there are no more, or they are large." })),
    matched: z.int(),
    data: z.array(
      z.object({
        id: z.string(),
        eventType: z.string(),
        timestamp: z.iso.datetime(),
        matched: z.boolean(),
        refusedBy: z
          .nullable(z.enum(["eventTypes", "channels", "filter", "noContent"]))
          .check(z.meta({ description: "What it failed; noContent: the payload is deleted." })),
        unjudged: z
          .boolean()
          .check(z.meta({ description: "The filter would have to look at more of it than filters may: it lets the message pass." })),
      }),
    ),
  })
  .check(z.meta({ id: "FilterDryRunOut" }));

export type FilterDryRunIn = z.output<typeof FilterDryRunIn>;
export type FilterDryRunOut = z.output<typeof FilterDryRunOut>;

export const dryRunFilter = operation({
  operationId: "v1.endpoint.dry-run-filter",
  method: "post",
  path: "/api/v1/app/{app_id}/filter/dry-run",
  tag: "Endpoint",
  summary: "See which of the last messages a filter would have matched",
  description: "Changes nothing. A fault in the filter is answered 422 and names the place.",
  access: "apiKeyOrPortal",
  setsUp: "endpoints",
  role: "viewer",
  body: FilterDryRunIn,
  responses: { 200: { description: "Each message, the newest first", schema: FilterDryRunOut } },
});
