/** The shape that an event type's payloads really have, as samples of them show. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";

const type = z.enum(["object", "array", "string", "integer", "number", "boolean", "null"]);
const moment = z.iso.datetime();
const count = z.int();

const PayloadField = z
  .object({
    path: z.string().check(
      z.meta({
        description: 'Names with dots between them; `[]` is any item of a list, `*` any name of a map, `["a.b"]` one unusual name.',
      }),
    ),
    types: z.array(z.object({ type, count, firstSeenAt: moment, lastSeenAt: moment })),
    format: z.nullable(z.string()).check(z.meta({ description: "What all its texts are: date-time, date, uuid or uri." })),
    count: count.check(z.meta({ description: "How often it was there." })),
    share: z.nullable(z.number()).check(
      z.meta({
        description: "The share of the surrounding objects that have it, from 0 to 1. Null: it is a list's item or a map's value.",
      }),
    ),
    required: z.boolean().check(z.meta({ description: "No object was without it." })),
    gone: z.boolean().check(z.meta({ description: "It was usual, and the last 20 objects were without it." })),
    firstSeenAt: moment,
    lastSeenAt: moment,
    lastMissingAt: z.nullable(moment),
  })
  .check(z.meta({ id: "PayloadField" }));

const PayloadChange = z
  .object({
    at: moment,
    path: z.string(),
    kind: z.enum(["appeared", "returned", "disappeared", "optional", "null", "type"]).check(
      z.meta({
        description:
          "`optional`: it was missing for the first time; `null`: it was null; `type`: it was of a type that it had not been of.",
      }),
    ),
    from: z.array(type),
    to: z.array(type),
  })
  .check(z.meta({ id: "PayloadChange" }));

const PayloadRefusal = z
  .object({ messageId: z.string(), createdAt: moment, path: z.array(z.string()), message: z.string() })
  .check(z.meta({ id: "PayloadRefusal" }));

export const PayloadShapeOut = z
  .object({
    observed: count.check(z.meta({ description: "Payloads that were looked into." })),
    unread: count.check(z.meta({ description: "Payloads that have no fields to look at, or are larger than 256 kB." })),
    since: z.nullable(moment),
    until: z.nullable(moment),
    cut: z.boolean().check(z.meta({ description: "There are more fields than the thousand that are kept." })),
    fields: z.array(PayloadField),
    changes: z.array(PayloadChange).check(z.meta({ description: "The newest first, a hundred at the most." })),
    refusals: z.nullable(z.object({ schemaVersion: z.string(), checked: count, count, latest: z.array(PayloadRefusal) })).check(
      z.meta({
        description: "The payloads that the newest schema would refuse. Null: there is no schema, or nothing was checked against it yet.",
      }),
    ),
    schema: z
      .nullable(z.record(z.string(), z.unknown()))
      .check(z.meta({ description: "A JSON Schema (draft 7) that all of them fit. Null: none was observed." })),
  })
  .check(z.meta({ id: "PayloadShapeOut" }));
export type PayloadShapeOut = z.output<typeof PayloadShapeOut>;

export const getPayloadShape = operation({
  operationId: "v1.event-type.get-payload-shape",
  method: "get",
  path: "/api/v1/event-type/{event_type_name}/payload-shape",
  tag: "Event Type",
  summary: "Get the shape that an event type's payloads have",
  description:
    "Fields by path with their types, how often they are there, what changed when, and a JSON Schema made of it. Read from samples in the " +
    "background: some seconds old (of types that were quiet for long, up to 15 minutes), of busy types a part of the messages. No value is kept, and no name that looks like an id or an address.",
  access: "apiKey",
  responses: { 200: { description: "The shape", schema: PayloadShapeOut } },
});
