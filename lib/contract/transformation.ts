/** Transformations: JavaScript that changes, or cancels, what an endpoint is sent, or what a source makes of a request. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { anyObject, eventTypeName } from "./shared.ts";

export const maximumCodeLength = 51_200;

const code = z.string().check(
  z.minLength(1),
  z.maxLength(maximumCodeLength),
  z.meta({
    description:
      "Declares `handler(webhook)`, which returns the webhook: method (POST or PUT), url, headers, payload, eventType; " +
      "`webhook.cancel = true` ends the delivery. JSON, forms and XML are objects; a text as payload is sent as it is. Bytes that " +
      'are no text are their base64, with `webhook.payloadEncoding` "base64"; it may answer bytes in the same way. What it leaves ' +
      "alone keeps its digits and its place, and all of it its bytes. No network, no modules; 500 ms, 64 MB.",
    examples: ["function handler(webhook) {\n  webhook.payload.seen = true;\n  return webhook;\n}"],
  }),
);
const variables = z
  .record(z.string().check(z.minLength(1), z.maxLength(128)), z.string().check(z.maxLength(4_096)))
  .check(z.meta({ description: "What the code finds in `variables`. Stored sealed." }));
const version = z.int().check(z.gte(1), z.lte(2_147_483_647));

export const EndpointTransformationPatch = z
  .object({
    code: z.nullish(code).check(z.meta({ description: "Null: none any more." })),
    enabled: z.optional(z.boolean()),
    variables: z.nullish(variables),
  })
  .check(z.meta({ id: "EndpointTransformationPatch" }));

export const EndpointTransformationOut = z
  .object({
    code: z.nullable(z.string()),
    enabled: z.boolean(),
    variables: z.nullable(z.record(z.string(), z.string())),
    updatedAt: z.nullable(z.iso.datetime()),
    version: z.nullable(z.int()).check(z.meta({ description: "The version that counts." })),
  })
  .check(z.meta({ id: "EndpointTransformationOut" }));

export const TransformationVersionsOut = z
  .object({
    data: z.array(
      z.object({
        version: z.int(),
        code: z.string(),
        createdAt: z.iso.datetime(),
        createdBy: z
          .nullable(z.string())
          .check(
            z.meta({ description: "The name, at that time, of whoever saved it. Null for callers with a portal token, who are not told." }),
          ),
        current: z.boolean(),
      }),
    ),
  })
  .check(z.meta({ id: "TransformationVersionsOut" }));

export const TransformationRollBackIn = z.object({ version }).check(z.meta({ id: "TransformationRollBackIn", examples: [{ version: 1 }] }));

/** The code and variables to try out; where they are left out, the saved ones are meant. */
export const draft = { code: z.nullish(code), variables: z.nullish(variables) };

export const TransformationTestIn = z
  .object({
    ...draft,
    eventType: z.nullish(eventTypeName),
    payload: z.nullish(anyObject),
    messageId: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "In place of both: a message of the application." })),
  })
  .check(z.meta({ id: "TransformationTestIn", examples: [{ eventType: "invoice.paid", payload: { amount: 42 } }] }));

export const TransformationResult = z
  .object({
    status: z.enum(["ready", "cancelled", "failed"]),
    error: z.nullable(z.string()).check(z.meta({ description: "Why it failed." })),
    request: z
      .nullable(
        z.object({
          method: z
            .nullable(z.enum(["POST", "PUT"]))
            .check(z.meta({ description: "Null for a source or a polling endpoint, which send nothing." })),
          url: z.nullable(z.string()).check(z.meta({ description: "Null for a source or a polling endpoint, which send nothing." })),
          headers: z.record(z.string(), z.string()),
          contentType: z.string(),
          eventType: z.string(),
          payload: z.string().check(z.meta({ description: "The text that would be sent, unpacked." })),
          payloadEncoding: z.nullable(z.enum(["base64"])).check(z.meta({ description: "base64: it is no text, and these are its bytes." })),
        }),
      )
      .check(
        z.meta({
          description:
            "What would be signed and sent, without sensitive headers; of a source, what the message would say; of a polling endpoint, what would be given.",
        }),
      ),
    logs: z.array(z.string()).check(z.meta({ description: "What it wrote with console.log." })),
    durationMs: z.int(),
  })
  .check(z.meta({ id: "TransformationResult" }));

/** The results of two versions of the code, one beside the other. */
export const compared = { different: z.boolean(), before: TransformationResult, after: TransformationResult };

export const TransformationCompareIn = z
  .object({ ...draft, limit: z._default(z.int().check(z.gte(1), z.lte(20)), 10) })
  .check(z.meta({ id: "TransformationCompareIn" }));

export const TransformationCompareOut = z
  .object({
    data: z.array(
      z.object({
        messageId: z.string(),
        eventType: z.string(),
        timestamp: z.iso.datetime(),
        ...compared,
      }),
    ),
  })
  .check(z.meta({ id: "TransformationCompareOut" }));

export type EndpointTransformationPatch = z.output<typeof EndpointTransformationPatch>;
export type EndpointTransformationOut = z.output<typeof EndpointTransformationOut>;
export type TransformationVersion = z.output<typeof TransformationVersionsOut>["data"][number];
export type TransformationTestIn = z.output<typeof TransformationTestIn>;
export type TransformationResult = z.output<typeof TransformationResult>;
export type TransformationCompareIn = z.output<typeof TransformationCompareIn>;
export type TransformationCompareOut = z.output<typeof TransformationCompareOut>;

const tag = "Endpoint";
const path = "/api/v1/app/{app_id}/endpoint/{endpoint_id}/transformation";
const access = "apiKeyOrPortal";
// Variables may be credentials.
const role = "member";

export const getEndpointTransformation = operation({
  operationId: "v1.endpoint.transformation-get",
  method: "get",
  path,
  tag,
  summary: "Get the transformation",
  access,
  capability: "ManageTransformations",
  role,
  responses: { 200: { description: "The transformation", schema: EndpointTransformationOut } },
});

export const patchEndpointTransformation = operation({
  operationId: "v1.endpoint.patch-transformation",
  method: "patch",
  path,
  tag,
  summary: "Set, change, enable or remove the transformation",
  description: "Changed code or variables are a new version; the last 20 are kept. Counts from the next attempt on, retries included.",
  access,
  setsUp: "endpoints",
  capability: "ManageTransformations",
  body: EndpointTransformationPatch,
  responses: { 204: { description: "Done; no content" } },
});

export const listTransformationVersions = operation({
  operationId: "v1.endpoint.list-transformation-versions",
  method: "get",
  path: `${path}/version`,
  tag,
  summary: "List the transformation's versions, newest first",
  access,
  capability: "ManageTransformations",
  role,
  responses: { 200: { description: "The versions", schema: TransformationVersionsOut } },
});

export const rollBackTransformation = operation({
  operationId: "v1.endpoint.roll-back-transformation",
  method: "post",
  path: `${path}/roll-back`,
  tag,
  summary: "Make another version the one that counts",
  access,
  setsUp: "endpoints",
  capability: "ManageTransformations",
  body: TransformationRollBackIn,
  responses: { 200: { description: "The transformation", schema: EndpointTransformationOut } },
});

export const testTransformation = operation({
  operationId: "v1.endpoint.test-transformation",
  method: "post",
  path: `${path}/test`,
  tag,
  summary: "Run a transformation without sending anything",
  access,
  waits: true,
  setsUp: "endpoints",
  capability: "ManageTransformations",
  body: TransformationTestIn,
  responses: { 200: { description: "What it made", schema: TransformationResult } },
});

export const compareTransformation = operation({
  operationId: "v1.endpoint.compare-transformation",
  method: "post",
  path: `${path}/compare`,
  tag,
  summary: "Run a transformation on the last messages, beside what is sent today",
  description: "Tests the messages that the endpoint asks for. Sends and changes nothing.",
  access,
  waits: true,
  setsUp: "endpoints",
  capability: "ManageTransformations",
  body: TransformationCompareIn,
  responses: { 200: { description: "Each message, the newest first", schema: TransformationCompareOut } },
});
