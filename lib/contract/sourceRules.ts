/** A source's own rules: which requests become messages, and what of them; tried out on what it has received. */
import * as z from "zod/mini";
import { FilterDryRunOut, filterDocument } from "./filter.ts";
import { operation } from "./operation.ts";
import { anyObject, deleted, eventTypeName } from "./shared.ts";
import {
  EndpointTransformationOut,
  EndpointTransformationPatch,
  TransformationCompareIn,
  TransformationResult,
  TransformationRollBackIn,
  TransformationVersionsOut,
  compared,
  draft,
} from "./transformation.ts";

export const SourceFilterDryRunIn = z
  .object({
    filter: z.nullish(filterDocument),
    limit: z._default(z.int().check(z.gte(1), z.lte(1_000)), 100).check(z.meta({ description: "The newest so many requests." })),
  })
  .check(z.meta({ id: "SourceFilterDryRunIn" }));

export const SourceTransformationTestIn = z
  .object({
    ...draft,
    eventType: z.nullish(eventTypeName),
    payload: z.nullish(anyObject),
    receivedRequestId: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "In place of both: a request that the source received." })),
  })
  .check(z.meta({ id: "SourceTransformationTestIn", examples: [{ eventType: "invoice.paid", payload: { amount: 42 } }] }));

export const SourceTransformationCompareOut = z
  .object({
    data: z.array(z.object({ receivedRequestId: z.string(), eventType: z.string(), timestamp: z.iso.datetime(), ...compared })),
  })
  .check(z.meta({ id: "SourceTransformationCompareOut" }));

export type SourceFilterDryRunIn = z.output<typeof SourceFilterDryRunIn>;
export type SourceTransformationTestIn = z.output<typeof SourceTransformationTestIn>;
export type SourceTransformationCompareOut = z.output<typeof SourceTransformationCompareOut>;

const tag = "Source";
const access = "apiKey";
const source = "/api/v1/source/{source_id}";
const path = `${source}/transformation` as const;
// Variables may be credentials.
const role = "member";

export const dryRunSourceFilter = operation({
  operationId: "v1.source.dry-run-filter",
  method: "post",
  path: `${source}/filter/dry-run`,
  tag,
  summary: "See for which of the last verified requests a filter would hold",
  description: "Changes nothing. A fault in the filter is answered 422 and names the place.",
  access,
  role: "viewer",
  body: SourceFilterDryRunIn,
  responses: { 200: { description: "Each request, the newest first", schema: FilterDryRunOut } },
});

export const getSourceTransformation = operation({
  operationId: "v1.source.get-transformation",
  method: "get",
  path,
  tag,
  summary: "Get the transformation of what a source receives",
  access,
  role,
  responses: { 200: { description: "The transformation", schema: EndpointTransformationOut } },
});

export const patchSourceTransformation = operation({
  operationId: "v1.source.patch-transformation",
  method: "patch",
  path,
  tag,
  summary: "Set, change, enable or remove the transformation",
  description:
    "It runs after the provider was answered and before the message is made, and may change payload and eventType, or cancel: " +
    "the request is then `filtered`. One that fails is `rejected`, kept, and can be released after the code is mended. " +
    "Method, url and headers are those of the request, to be read. Changed code or variables are a new version; the last 20 are kept.",
  access,
  body: EndpointTransformationPatch,
  responses: deleted,
});

export const listSourceTransformationVersions = operation({
  operationId: "v1.source.list-transformation-versions",
  method: "get",
  path: `${path}/version`,
  tag,
  summary: "List the transformation's versions, newest first",
  access,
  role,
  responses: { 200: { description: "The versions", schema: TransformationVersionsOut } },
});

export const rollBackSourceTransformation = operation({
  operationId: "v1.source.roll-back-transformation",
  method: "post",
  path: `${path}/roll-back`,
  tag,
  summary: "Make another version the one that counts",
  access,
  body: TransformationRollBackIn,
  responses: { 200: { description: "The transformation", schema: EndpointTransformationOut } },
});

export const testSourceTransformation = operation({
  operationId: "v1.source.test-transformation",
  method: "post",
  path: `${path}/test`,
  tag,
  summary: "Run a transformation without making a message",
  access,
  waits: true,
  body: SourceTransformationTestIn,
  responses: { 200: { description: "What it made", schema: TransformationResult } },
});

export const compareSourceTransformation = operation({
  operationId: "v1.source.compare-transformation",
  method: "post",
  path: `${path}/compare`,
  tag,
  summary: "Run a transformation on the last verified requests, beside what becomes of them today",
  description: "Makes and changes nothing.",
  access,
  waits: true,
  body: TransformationCompareIn,
  responses: { 200: { description: "Each request, the newest first", schema: SourceTransformationCompareOut } },
});
