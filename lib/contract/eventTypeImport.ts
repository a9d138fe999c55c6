/** Event types in bulk: from an OpenAPI document; and how the types are used and kept. */
import * as z from "zod/mini";
import { SchemaFault } from "./messageLog.ts";
import { operation } from "./operation.ts";
import { anyObject, moment, orElse } from "./shared.ts";

export const EventTypeImportOpenApiIn = z
  .object({
    dryRun: orElse(z.boolean(), false).check(z.meta({ description: "True: nothing is changed; the answer says what would be." })),
    replaceAll: orElse(z.boolean(), false).check(z.meta({ description: "True: types that are not in the document are archived." })),
    spec: z.nullish(anyObject).check(z.meta({ description: "An OpenAPI document (3.0 or 3.1)." })),
    specRaw: z.nullish(z.string()).check(z.meta({ description: "In its place: the document's text, JSON or YAML." })),
  })
  .check(z.meta({ id: "EventTypeImportOpenApiIn" }));

const EventTypeFromOpenApi = z
  .object({
    name: z.string(),
    description: z.string(),
    schemas: z.nullable(z.record(z.string(), z.unknown())),
    deprecated: z.boolean(),
    groupName: z.nullable(z.string()),
    featureFlags: z.nullable(z.array(z.string())),
    isNew: z.boolean(),
  })
  .check(z.meta({ id: "EventTypeFromOpenApi" }));

export const EventTypeImportOpenApiOut = z
  .object({
    data: z.object({
      modified: z.array(z.string()).check(z.meta({ description: "Created, changed or archived. Empty on a dry run." })),
      to_modify: z
        .nullable(z.array(EventTypeFromOpenApi))
        .check(z.meta({ description: "On a dry run: what would be created or changed." })),
      toArchive: z.array(z.string()).check(z.meta({ description: "Archived, or on a dry run to be." })),
      unchanged: z.array(z.string()),
    }),
  })
  .check(z.meta({ id: "EventTypeImportOpenApiOut" }));

export type EventTypeImportOpenApiIn = z.output<typeof EventTypeImportOpenApiIn>;
export type EventTypeImportOpenApiOut = z.output<typeof EventTypeImportOpenApiOut>;

const Subscriber = z
  .object({
    applicationId: z.string(),
    applicationName: z.string(),
    endpointId: z.string(),
    url: z.string(),
    disabled: z.boolean(),
  })
  .check(z.meta({ id: "EventTypeSubscriber" }));

const Violation = z
  .object({ messageId: z.string(), createdAt: moment, schemaVersion: z.string(), faults: z.array(SchemaFault) })
  .check(z.meta({ id: "SchemaViolation" }));

const capped = { count: z.int(), capped: z.boolean().check(z.meta({ description: "There are more than that." })) };

export const EventTypeUsageOut = z
  .object({
    subscribers: z
      .object({ ...capped, first: z.array(Subscriber) })
      .check(z.meta({ description: "Endpoints that ask for this type by name." })),
    catchAll: z.object(capped).check(z.meta({ description: "Endpoints that get every type." })),
    violations: z
      .object({ ...capped, latest: z.array(Violation) })
      .check(z.meta({ description: "Messages of the last 30 days whose payload does not fit the schema." })),
  })
  .check(z.meta({ id: "EventTypeUsageOut" }));
export type EventTypeUsageOut = z.output<typeof EventTypeUsageOut>;

const tag = "Event Type";

export const importOpenApi = operation({
  operationId: "v1.event-type.import-openapi",
  method: "post",
  path: "/api/v1/event-type/import/openapi",
  tag,
  summary: "Create and change event types from an OpenAPI document",
  description:
    "Takes its `webhooks` (or `x-webhooks`) and the callbacks of its operations. The schema becomes the newest version's, or version 1. " +
    "If anything in it can't be used, nothing is changed and every fault is named.",
  access: "apiKey",
  body: EventTypeImportOpenApiIn,
  responses: { 200: { description: "What changed", schema: EventTypeImportOpenApiOut } },
});

export const getEventTypeUsage = operation({
  operationId: "v1.event-type.get-usage",
  method: "get",
  path: "/api/v1/event-type/{event_type_name}/usage",
  tag,
  summary: "Get who subscribes to an event type, and which payloads did not fit its schema",
  access: "apiKey",
  responses: { 200: { description: "The usage", schema: EventTypeUsageOut } },
});
