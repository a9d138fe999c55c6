/** The OpenAPI document, made from the contract: it can't say what the routes don't do. */
import * as z from "zod/mini";
import { type ZodOpenApiOperationObject, type ZodOpenApiPathsObject, type ZodOpenApiResponseObject, createDocument } from "zod-openapi";
import { type Access, leastRole, type Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { HTTPValidationError, HttpErrorOut } from "../contract/shared.ts";

let text: string | null = null;

export const openapiText = (): string => (text ??= JSON.stringify(openapiDocument()));

export function openapiDocument() {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  return createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "Webster",
        version: "1",
        description:
          "Sends webhooks: signed, retried, recorded. Speaks the Svix API, so the official svix SDKs work against it. " +
          "Wherever an id is taken, the uid (of a message: the eventId) will do. Requests may be compressed with gzip.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "This server" }],
      security: [{ bearer: [] }],
      tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
      paths,
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "webster-session", description: "A member's session in the dashboard." },
          bearer: { type: "http", scheme: "bearer", description: "An API key (`wk_…`), or a portal token (`wp_…`) where one may." },
        },
      },
    },
    {
      outputIdSuffix: "",
      // A moment's format says it all, and a pattern beside it stops generators of clients (openapi-generator's for Python).
      override: ({ jsonSchema }) => {
        if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
      },
    },
  );
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { operationId, tag, summary, description, deprecated, access, query, body, bodyOptional, path } = operation;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const pathShape = Object.fromEntries(parameters.map((name) => [name, z.string()]));
  return {
    operationId,
    tags: [tag],
    summary,
    description: [description, notes[access]].filter(Boolean).join("\n\n"),
    ...(deprecated ? { deprecated } : {}),
    security: security[access],
    ...(access === "public" ? {} : { "x-webster-access": access, "x-webster-least-role": leastRole(operation) }),
    requestParams: {
      ...(parameters.length > 0 ? { path: z.object(pathShape) } : {}),
      ...(query === undefined ? {} : { query }),
      ...(isIdempotent(operation) ? { header: idempotencyHeader } : {}),
    },
    ...(body === undefined ? {} : { requestBody: { required: bodyOptional !== true, content: { "application/json": { schema: body } } } }),
    responses: responsesOf(operation),
  };
}

const notes = {
  public: "",
  apiKey: "Needs an API key, or a member's session.",
  apiKeyOrPortal: "Needs an API key, a member's session, or a portal token of the application.",
  portal: "Needs a portal token.",
  member: "Needs a member's session.",
  user: "Needs a session.",
  management: "Needs an API key that may manage, or a member's session.",
} as const;

const security = {
  public: [],
  apiKey: [{ bearer: [] }, { session: [] }],
  apiKeyOrPortal: [{ bearer: [] }, { session: [] }],
  portal: [{ bearer: [] }],
  member: [{ session: [] }],
  user: [{ session: [] }],
  management: [{ bearer: [] }, { session: [] }],
} satisfies Record<Access, Record<string, string[]>[]>;

const idempotencyHeader = z.object({
  "idempotency-key": z
    .optional(z.string().check(z.maxLength(256)))
    .check(z.meta({ description: "The same key within 12 hours: the first one's answer, whatever comes with it." })),
});

function responsesOf(operation: Operation): Record<`${number}`, ZodOpenApiResponseObject> {
  const described = Object.entries(operation.responses).map(([status, { description, schema, contentTypes }]) => {
    const types = contentTypes ?? (schema === undefined ? [] : ["application/json"]);
    const content = Object.fromEntries(types.map((type) => [type, schema === undefined ? {} : { schema }]));
    return [status, { description, ...(types.length > 0 ? { content } : {}) }] as const;
  });
  const errors = refusalsOf(operation).map((status) => [String(status), errorResponses[status] ?? { description: "" }] as const);
  return Object.fromEntries([...errors, ...described]);
}

function refusalsOf({ access, body, query, path, method, refusals = [] }: Operation): number[] {
  const isKnown = access !== "public";
  const possible: [number, boolean][] = [
    [400, isKnown || body !== undefined],
    [401, isKnown],
    // Operations that are for everyone refuse other sites' pages.
    [403, isKnown || method !== "get"],
    // Without a parameter in the path, a session's environment may be gone, or what a filter names.
    [404, path.includes("{") || (isKnown && access !== "user")],
    [409, isKnown && method !== "get"],
    [413, body !== undefined],
    [415, body !== undefined],
    [422, body !== undefined || query !== undefined || isIdempotent({ access, method })],
    [429, isKnown],
    [503, isKnown || body !== undefined],
  ];
  return [...new Set([...possible.filter(([, is]) => is).map(([status]) => status), ...refusals])];
}

const isIdempotent = ({ access, method }: Pick<Operation, "access" | "method">): boolean => method === "post" && access !== "public";

const failure = (description: string, code: string, detail: string): ZodOpenApiResponseObject => ({
  description,
  content: { "application/json": { schema: HttpErrorOut, example: { code, detail } } },
});

const rateLimitHeaders = z.object({
  "retry-after": z.int().check(z.meta({ description: "Seconds." })),
  ratelimit: z.string().check(z.meta({ description: "How many requests are left.", examples: ['"second";r=0;t=1'] })),
  "ratelimit-policy": z.string().check(z.meta({ description: "How many a second there are.", examples: ['"second";q=100;w=1'] })),
});

const errorResponses: Record<number, ZodOpenApiResponseObject> = {
  400: failure("The request makes no sense now", "bad_request", "The range is longer than 28 days"),
  401: failure("No valid key", "authentication_failed", "Invalid token"),
  403: failure("The key may not do this", "forbidden", "A portal token may not do this"),
  404: failure("It does not exist, or not for this key", "not_found", "Not found"),
  409: failure("It exists already", "conflict", "It exists already"),
  413: failure("Too large", "payload_too_large", "The request is larger than 1114112 bytes"),
  415: failure("A content coding other than gzip", "unsupported_media_type", "Of content codings only gzip is understood"),
  422: {
    description: "Some fields are not valid",
    content: {
      "application/json": {
        schema: HTTPValidationError,
        example: { detail: [{ loc: ["body", "url"], msg: "The URL must start with https://", type: "value_error" }] },
      },
    },
  },
  429: {
    ...failure(
      "Too many requests; Retry-After says when to try again",
      "rate_limited",
      "More than 100 requests in a second; try again later",
    ),
    headers: rateLimitHeaders,
  },
  503: failure("Overloaded, or without its database; Retry-After says when to try again", "unavailable", "The database is not available"),
};
