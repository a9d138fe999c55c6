/** An application is one customer of the sender; it owns endpoints and messages. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, formerId, metadata, orElse, orEmpty, order, pageOf, paging, plainText, rateLimit, throttleRate, uid } from "./shared.ts";

const name = plainText.check(z.minLength(1), z.meta({ examples: ["My first application"] }));

export const ApplicationIn = z
  .object({
    name,
    uid: z.nullish(uid),
    throttleRate: z.nullish(throttleRate),
    rateLimit: z.nullish(rateLimit),
    metadata: orElse(metadata, {}),
  })
  .check(z.meta({ id: "ApplicationIn" }));

export const ApplicationPatch = z
  .object({
    name: z.optional(name),
    uid: z.nullish(uid),
    throttleRate: z.nullish(throttleRate),
    rateLimit: z.nullish(rateLimit),
    metadata: orEmpty(metadata, {}),
  })
  .check(z.meta({ id: "ApplicationPatch" }));

export const ApplicationOut = z
  .object({
    id: z.string(),
    uid: z.nullable(z.string()),
    name: z.string(),
    throttleRate: z.nullable(z.int()),
    rateLimit: z.nullable(z.int()),
    metadata,
    sourceId: z.nullable(z.string()).check(z.meta({ description: "Set: no customer's, but the own application of this source." })),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    endpoints: z
      .optional(z.object({ total: z.int(), failing: z.int(), disabled: z.int() }))
      .check(z.meta({ description: "How many it has; in lists, if asked for." })),
  })
  .check(z.meta({ id: "ApplicationOut" }));

export type ApplicationOut = z.output<typeof ApplicationOut>;

export type ApplicationIn = z.output<typeof ApplicationIn>;
export type ApplicationPatch = z.output<typeof ApplicationPatch>;

const tag = "Application";
const one = { 200: { description: "The application", schema: ApplicationOut } } as const;

export const listApplications = operation({
  operationId: "v1.application.list",
  method: "get",
  path: "/api/v1/app",
  tag,
  summary: "List applications",
  access: "apiKey",
  query: z.object({
    ...paging,
    order: z._default(order, "ascending"),
    exclude_apps_with_no_endpoints: z._default(z.boolean(), false),
    exclude_apps_with_disabled_endpoints: z._default(z.boolean(), false),
    search: z.nullish(z.string().check(z.maxLength(256))).check(z.meta({ description: "Part of name or uid; or an id." })),
    with_endpoint_counts: z._default(z.boolean(), false),
    with_sources: z._default(z.boolean(), false).check(z.meta({ description: "True: the sources' own applications as well." })),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_ApplicationOut_", ApplicationOut) } },
});

export const createApplication = operation({
  operationId: "v1.application.create",
  method: "post",
  path: "/api/v1/app",
  tag,
  summary: "Create an application",
  access: "apiKey",
  query: z.object({
    get_if_exists: z._default(z.boolean(), false).check(z.meta({ description: "Answer the one that has this uid, if there is one." })),
    id: z.nullish(formerId("app")).check(z.meta({ description: "The id to keep from the server it is moved from. 409 if it is in use." })),
  }),
  body: ApplicationIn,
  responses: { 201: { description: "Created", schema: ApplicationOut }, 200: { description: "It existed", schema: ApplicationOut } },
});

export const getApplication = operation({
  operationId: "v1.application.get",
  method: "get",
  path: "/api/v1/app/{app_id}",
  tag,
  summary: "Get an application",
  access: "apiKeyOrPortal",
  responses: one,
});

export const putApplication = operation({
  operationId: "v1.application.update",
  method: "put",
  path: "/api/v1/app/{app_id}",
  tag,
  summary: "Replace an application, or create it",
  description: "Fields left out are reset. The path does not become the uid.",
  access: "apiKey",
  body: ApplicationIn,
  responses: { ...one, 201: { description: "Created", schema: ApplicationOut } },
});

export const patchApplication = operation({
  operationId: "v1.application.patch",
  method: "patch",
  path: "/api/v1/app/{app_id}",
  tag,
  summary: "Change some fields of an application",
  access: "apiKey",
  body: ApplicationPatch,
  responses: one,
});

export const deleteApplication = operation({
  operationId: "v1.application.delete",
  method: "delete",
  path: "/api/v1/app/{app_id}",
  tag,
  summary: "Delete an application with its endpoints",
  access: "apiKey",
  responses: deleted,
});
