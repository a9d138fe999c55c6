/** An endpoint is a URL of an application to which its messages are sent. */
import * as z from "zod/mini";
import { filterDocument } from "./filter.ts";
import { operation } from "./operation.ts";
import {
  channel,
  deleted,
  eventTypeName,
  formerId,
  headerMap,
  metadata,
  moment,
  orElse,
  orEmpty,
  order,
  pageOf,
  paging,
  plainText,
  rateLimit,
  throttleRate,
  uid,
} from "./shared.ts";
import { EndpointAuthenticationIn } from "./authentication.ts";
import { EndpointSignatureIn, EndpointSignatureOut } from "./signature.ts";
import { disabledReasons } from "../words/disabledReason.ts";

const url = z.string().check(z.minLength(1), z.maxLength(65_536), z.meta({ examples: ["https://example.com/webhook/"] }));
const version = z.int().check(z.gte(1), z.lte(65_535), z.meta({ deprecated: true }));
const eventTypes = z.array(eventTypeName).check(z.minLength(1), z.meta({ description: "Only these; null: all." }));
const filterTypes = z
  .array(eventTypeName)
  .check(z.minLength(1), z.meta({ description: "The older name of eventTypes.", deprecated: true }));
const channels = z
  .array(channel)
  .check(z.minLength(1), z.maxLength(10), z.meta({ description: "Only messages with one of these; null: all." }));
const secret = z.string().check(
  z.maxLength(200),
  z.meta({
    description:
      "`whsec_` and 24 to 75 bytes in base64, or `whsk_` and 64 for Ed25519. With the signature styles of Stripe and GitHub any 16 to 200 characters.",
    examples: ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
  }),
);
const retrySchedule = z
  .array(z.number().check(z.gte(0), z.lte(2_592_000)))
  .check(
    z.minLength(1),
    z.maxLength(30),
    z.meta({ description: "Seconds to wait before the second, third… try; null: the server's.", examples: [[5, 300, 1800]] }),
  );

const ordering = z.enum(["none", "fifo"]).check(
  z.meta({
    description:
      "`fifo`: messages go one after the other, in the order of acceptance; one that fails holds back those after it until it " +
      "succeeds or is given up. `none`: only messages with the same `orderingKey` do.",
  }),
);

export const EndpointUpdate = z
  .object({
    url,
    version: z.nullish(version),
    description: orElse(plainText, ""),
    throttleRate: z.nullish(throttleRate),
    rateLimit: z.nullish(rateLimit),
    uid: z.nullish(uid),
    disabled: orElse(z.boolean(), false),
    eventTypes: z.nullish(eventTypes),
    filterTypes: z.nullish(filterTypes),
    channels: z.nullish(channels),
    metadata: orElse(metadata, {}),
    retrySchedule: z.nullish(retrySchedule),
    signature: z.nullish(EndpointSignatureIn),
    ordering: z.optional(ordering),
    filter: z.nullish(filterDocument),
  })
  .check(z.meta({ id: "EndpointUpdate" }));

export const EndpointIn = z
  .object({
    ...EndpointUpdate.shape,
    secret: z.nullish(secret),
    headers: z.nullish(headerMap),
    authentication: z.nullish(EndpointAuthenticationIn),
  })
  .check(z.meta({ id: "EndpointIn" }));

export const EndpointPatch = z
  .object({
    url: z.optional(url),
    version: z.optional(version),
    description: z.optional(plainText),
    throttleRate: z.nullish(throttleRate),
    rateLimit: z.nullish(rateLimit),
    uid: z.nullish(uid),
    disabled: z.optional(z.boolean()),
    eventTypes: z.nullish(eventTypes),
    filterTypes: z.nullish(filterTypes),
    channels: z.nullish(channels),
    metadata: orEmpty(metadata, {}),
    retrySchedule: z.nullish(retrySchedule),
    signature: z.nullish(EndpointSignatureIn),
    ordering: z.optional(ordering),
    filter: z.nullish(filterDocument),
  })
  .check(z.meta({ id: "EndpointPatch" }));

const shown = {
  id: z.string(),
  uid: z.nullable(z.string()),
  url: z.string(),
  version: z.int(),
  description: z.string(),
  throttleRate: z.nullable(z.int()),
  rateLimit: z.nullable(z.int()),
  disabled: z.boolean(),
  disabledReason: z.nullable(z.enum(disabledReasons)),
  eventTypes: z.nullable(z.array(z.string())),
  filterTypes: z.nullable(z.array(z.string())),
  channels: z.nullable(z.array(z.string())),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

export const EndpointOut = z
  .object({
    ...shown,
    metadata,
    retrySchedule: z.nullable(z.array(z.number())),
    signature: EndpointSignatureOut,
    ordering,
    filter: z.nullable(filterDocument),
    disabledAt: z.nullable(z.iso.datetime()),
    failingSince: z.nullable(z.iso.datetime()).check(z.meta({ description: "The first failure since the last success." })),
  })
  .check(z.meta({ id: "EndpointOut" }));

export const EndpointMissedOut = z
  .object({
    since: z.iso.datetime(),
    count: z.int(),
    capped: z.boolean().check(z.meta({ description: "There are more than that." })),
  })
  .check(z.meta({ id: "EndpointMissedOut" }));

export const droppedCredentials = z.optional(z.array(z.string())).check(
  z.meta({
    description:
      "If this moved it to another origin, or from one source or listening machine of a Webster to another: names of the headers that hold credentials, and `authentication`, which were for the old one and are gone. Give them anew.",
  }),
);

export const EndpointChangedOut = z
  .object({
    ...EndpointOut.shape,
    missed: z.optional(EndpointMissedOut).check(
      z.meta({
        description: "If this change enabled it: what it missed while it was disabled. `replay-missing` since that moment sends it.",
      }),
    ),
    droppedCredentials,
  })
  .check(z.meta({ id: "EndpointChangedOut" }));
export type EndpointChangedOut = z.output<typeof EndpointChangedOut>;

export const EndpointInEnvironment = z
  .object({
    ...EndpointOut.shape,
    application: z.object({ id: z.string(), uid: z.nullable(z.string()), name: z.string() }),
    recent: z
      .array(z.enum(["pending", "retrying", "succeeded", "failed", "cancelled"]))
      .check(z.meta({ description: "What became of its last 20 deliveries, the newest first." })),
  })
  .check(z.meta({ id: "EndpointInEnvironment" }));

export const endpointState = z.enum(["enabled", "failing", "disabled"]);

/** An endpoint as one of a message's destinations, without the fields that have no use there. */
export const endpointShown = shown;

export const EndpointSecretOut = z.object({ key: z.string() }).check(z.meta({ id: "EndpointSecretOut" }));

export const EndpointSecretRotateIn = z
  .object({
    key: z.nullish(secret),
    gracePeriodSeconds: z
      .nullish(z.int().check(z.gte(0), z.lte(604_800)))
      .check(z.meta({ description: "How long the old secret goes on signing. Default: 86400." })),
  })
  .check(z.meta({ id: "EndpointSecretRotateIn" }));

export const EndpointHeadersIn = z.object({ headers: headerMap }).check(z.meta({ id: "EndpointHeadersIn" }));

export const EndpointHeadersPatchIn = z
  .object({
    headers: orElse(z.record(z.string(), z.nullable(z.string())), {}).check(z.meta({ description: "Null deletes a header." })),
    deleteHeaders: z.nullish(z.array(z.string())),
  })
  .check(z.meta({ id: "EndpointHeadersPatchIn" }));

export const EndpointHeadersOut = z
  .object({
    headers: headerMap,
    sensitive: z.array(z.string()).check(z.meta({ description: "Names of headers that are sent but not shown." })),
  })
  .check(z.meta({ id: "EndpointHeadersOut", examples: [{ headers: { "X-Example": "123" }, sensitive: ["Authorization"] }] }));

export type EndpointOut = z.output<typeof EndpointOut>;
export type EndpointInEnvironment = z.output<typeof EndpointInEnvironment>;
export type EndpointIn = z.output<typeof EndpointIn>;
export type EndpointUpdate = z.output<typeof EndpointUpdate>;
export type EndpointPatch = z.output<typeof EndpointPatch>;
export type EndpointSecretOut = z.output<typeof EndpointSecretOut>;
export type EndpointSecretRotateIn = z.output<typeof EndpointSecretRotateIn>;
export type EndpointHeadersPatchIn = z.output<typeof EndpointHeadersPatchIn>;

const tag = "Endpoint";
const base = "/api/v1/app/{app_id}/endpoint";
const path = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";
const access = "apiKeyOrPortal";
const one = { 200: { description: "The endpoint", schema: EndpointOut } } as const;

const changed = { 200: { description: "The endpoint", schema: EndpointChangedOut } } as const;

export const listEndpoints = operation({
  operationId: "v1.endpoint.list",
  method: "get",
  path: base,
  tag,
  summary: "List an application's endpoints",
  access,
  query: z.object({ ...paging, order: z._default(order, "descending") }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_EndpointOut_", EndpointOut) } },
});

export const createEndpoint = operation({
  operationId: "v1.endpoint.create",
  method: "post",
  path: base,
  tag,
  summary: "Create an endpoint",
  access,
  setsUp: "endpoints",
  query: z.object({
    id: z
      .nullish(formerId("ep"))
      .check(z.meta({ description: "The id to keep from the server it is moved from. 409 if it is in use; not with a portal token." })),
  }),
  body: EndpointIn,
  responses: { 201: { description: "Created", schema: EndpointOut } },
});

export const getEndpoint = operation({
  operationId: "v1.endpoint.get",
  method: "get",
  path,
  tag,
  summary: "Get an endpoint",
  access,
  responses: one,
});

export const putEndpoint = operation({
  operationId: "v1.endpoint.update",
  method: "put",
  path,
  tag,
  summary: "Replace an endpoint, or create it",
  description:
    "Fields left out are reset; the secret, the headers, the authentication and the signature style stay. The path does not become the uid.",
  access,
  setsUp: "endpoints",
  body: EndpointUpdate,
  responses: { ...changed, 201: { description: "Created", schema: EndpointOut } },
});

export const patchEndpoint = operation({
  operationId: "v1.endpoint.patch",
  method: "patch",
  path,
  tag,
  summary: "Change some fields of an endpoint",
  access,
  setsUp: "endpoints",
  body: EndpointPatch,
  responses: changed,
});

export const deleteEndpoint = operation({
  operationId: "v1.endpoint.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete an endpoint",
  access,
  setsUp: "endpoints",
  responses: deleted,
});

export const getEndpointSecret = operation({
  operationId: "v1.endpoint.get-secret",
  role: "admin",
  method: "get",
  path: `${path}/secret`,
  tag,
  summary: "Get the signing secret",
  description: "The public key, if the endpoint is signed for with Ed25519.",
  access,
  capability: "ViewEndpointSecret",
  effect: "reveals",
  responses: { 200: { description: "The secret", schema: EndpointSecretOut } },
});

export const rotateEndpointSecret = operation({
  operationId: "v1.endpoint.rotate-secret",
  role: "admin",
  method: "post",
  path: `${path}/secret/rotate`,
  tag,
  summary: "Rotate the signing secret",
  description: "Answers what signs from now on; the public key if the endpoint uses Ed25519.",
  access,
  setsUp: "endpoints",
  capability: "ManageEndpointSecret",
  body: EndpointSecretRotateIn,
  bodyOptional: true,
  responses: {
    200: { description: "The new secret", schema: EndpointSecretOut },
    204: { description: "For SDKs of version 1: done; read the secret with GET" },
  },
});

export const getEndpointHeaders = operation({
  operationId: "v1.endpoint.get-headers",
  method: "get",
  path: `${path}/headers`,
  tag,
  summary: "Get the custom headers",
  access,
  responses: { 200: { description: "The headers", schema: EndpointHeadersOut } },
});

export const putEndpointHeaders = operation({
  operationId: "v1.endpoint.update-headers",
  method: "put",
  path: `${path}/headers`,
  tag,
  summary: "Replace the custom headers",
  access,
  setsUp: "endpoints",
  body: EndpointHeadersIn,
  responses: deleted,
});

export const patchEndpointHeaders = operation({
  operationId: "v1.endpoint.patch-headers",
  method: "patch",
  path: `${path}/headers`,
  tag,
  summary: "Change some custom headers",
  access,
  setsUp: "endpoints",
  body: EndpointHeadersPatchIn,
  responses: deleted,
});

export const listAllEndpoints = operation({
  operationId: "v1.endpoint.list-all",
  method: "get",
  path: "/api/v1/endpoint",
  tag,
  summary: "List an environment's endpoints, newest first",
  access: "apiKeyOrPortal",
  query: z.object({
    ...paging,
    application_id: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
    state: z.nullish(endpointState).check(z.meta({ description: "failing: enabled, and without a success since a failure." })),
    search: z.nullish(z.string().check(z.maxLength(256))).check(z.meta({ description: "Part of URL, description or uid; or an id." })),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_EndpointInEnvironment_", EndpointInEnvironment) } },
});

export const getEndpointMissed = operation({
  operationId: "v1.endpoint.get-missed",
  method: "get",
  path: `${path}/missed`,
  tag,
  summary: "Count messages that would have gone to it and did not",
  description:
    "Messages it missed because it was disabled, did not exist yet, or asked for others then. At most 14 days back, counted up to 10,000.",
  access,
  query: z.object({ since: z.nullish(moment).check(z.meta({ description: "Default: since it was disabled, or else 14 days ago." })) }),
  responses: { 200: { description: "The count", schema: EndpointMissedOut } },
});
