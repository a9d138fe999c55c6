/** A source is a URL that Webster exposes to take in the webhooks of a provider; what it accepts goes to an application's endpoints. */
import * as z from "zod/mini";
import { filterDocument } from "./filter.ts";
import { operation } from "./operation.ts";
import { bodyPaths } from "./bodyPath.ts";
import { providerKinds } from "../words/providerKind.ts";
import { deleted, eventTypeName, metadata, orElse, orEmpty, order, pageOf, paging, plainText, uid } from "./shared.ts";

const name = plainText.check(z.minLength(1), z.maxLength(256), z.meta({ examples: ["GitHub, all repositories"] }));
const provider = z
  .enum(providerKinds)
  .check(
    z.meta({ description: "Who sends, which decides how requests are verified: see `GET /api/v1/source-provider`.", examples: ["github"] }),
  );
/** The greatest length of a secret and of a setting, in characters. */
export const maximumSecretLength = 8192;
const secret = z.string().check(z.minLength(1), z.maxLength(maximumSecretLength));
const secrets = z
  .array(secret)
  .check(
    z.maxLength(10),
    z.meta({ description: "What the provider signs with. Any of them may match, so a new one can stand beside the old." }),
  );
const settings = z
  .record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(maximumSecretLength)))
  .check(z.meta({ description: "The other fields of the provider, by name.", examples: [{ verifyToken: "…" }] }));
const headerName = z
  .string()
  .check(z.regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/, "must be a header's name: 1 to 256 letters, digits and !#$%&'*+-.^_`|~"));

export const eventTypeOrigins = ["provider", "header", "body", "fixed"] as const;

export const EventTypeRule = z
  .object({
    from: z.enum(eventTypeOrigins).check(
      z.meta({
        description:
          "provider: where this provider names it. header, body: the header or the path (`data.type`) in `value`. fixed: `value` itself. " +
          bodyPaths,
      }),
    ),
    value: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(256))), null),
  })
  .check(
    z.refine(({ from, value }) => from === "provider" || value !== null, { error: "is needed here", path: ["value"] }),
    z.refine(({ from, value }) => from !== "fixed" || eventTypeName.safeParse(value).success, {
      error: "must be an event type: letters, digits, - _ .",
      path: ["value"],
    }),
    z.refine(({ from, value }) => from !== "header" || headerName.safeParse(value).success, {
      error: "must be a header's name",
      path: ["value"],
    }),
    z.meta({ id: "EventTypeRule" }),
  );
export type EventTypeRule = z.output<typeof EventTypeRule>;

export const dedupeKinds = ["provider", "header", "body", "bodyHash", "none"] as const;

export const DedupeRule = z
  .object({
    by: z.enum(dedupeKinds).check(
      z.meta({
        description:
          "Which requests are the same event. provider: what its row of GET /source-provider says under `identity`, and where a request says none of it nothing is a duplicate. header, body: what the header or the path in `value` says. bodyHash: the whole body. " +
          bodyPaths,
      }),
    ),
    value: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(256))), null),
    windowSeconds: z
      ._default(z.int().check(z.gte(1), z.lte(604_800)), 86_400)
      .check(z.meta({ description: "For how long an event is remembered; at most a week." })),
  })
  .check(
    z.refine(({ by, value }) => (by !== "header" && by !== "body") || value !== null, { error: "is needed here", path: ["value"] }),
    z.refine(({ by, value }) => by !== "header" || headerName.safeParse(value).success, {
      error: "must be a header's name",
      path: ["value"],
    }),
    z.meta({ id: "DedupeRule" }),
  );
export type DedupeRule = z.output<typeof DedupeRule>;

const responseHeaders = z.record(z.string(), z.string()).check(z.meta({ examples: [{ "content-type": "application/json" }] }));
const responseBody = z.string().check(z.maxLength(16_384));

export const AcceptedResponse = z
  .object({
    status: z._default(z.int().check(z.gte(200), z.lte(299)), 200),
    headers: z._default(responseHeaders, {}),
    body: z._default(responseBody, ""),
  })
  .check(z.meta({ id: "AcceptedResponse" }));

export const RejectedResponse = z
  .object({
    status: z.int().check(z.gte(200), z.lte(599), z.meta({ description: "Whether a provider tries again depends on it." })),
    headers: z._default(responseHeaders, {}),
    body: z._default(responseBody, ""),
  })
  .check(z.meta({ id: "RejectedResponse" }));

const acceptedResponse = z.nullish(AcceptedResponse).check(z.meta({ description: "Null: what the provider wants, mostly an empty 200." }));
const rejectedResponse = z.nullish(RejectedResponse).check(z.meta({ description: "Null: what suits the provider, mostly 401." }));

export const ForwardRule = z
  .object({
    headers: z._default(z.enum(["all", "listed", "none"]), "all").check(
      z.meta({
        description: "Which request headers endpoints get. all: without credentials, cookies and what belongs to the connection.",
      }),
    ),
    names: z
      ._default(z.array(headerName).check(z.maxLength(50)), [])
      .check(z.meta({ description: "With `listed`: these, credentials too." })),
    path: z
      ._default(z.boolean(), false)
      .check(z.meta({ description: "Append what follows the token in the URL to the endpoints' paths." })),
    query: z._default(z.boolean(), false).check(z.meta({ description: "Add the query to the endpoints' URLs." })),
  })
  .check(z.meta({ id: "ForwardRule" }));
export type ForwardRule = z.output<typeof ForwardRule>;

const applicationId = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(256),
    z.meta({ description: "The application it feeds, by id or uid; null: one of its own, made with it." }),
  );
const rateLimit = z.int().check(z.gte(1), z.lte(100_000), z.meta({ description: "Requests a second at each server; null: 1,000." }));
const maximumBodyBytes = z
  .int()
  .check(
    z.gte(1),
    z.lte(104_857_600),
    z.meta({ description: "Larger requests are answered 413. At most, and by default (null), WEBSTER_MAX_PAYLOAD_BYTES." }),
  );

const filter = z.nullish(filterDocument).check(
  z.meta({
    description:
      "Only requests for which it holds become messages; null: all. The others are `filtered`: kept, and the provider is answered " +
      "as ever. Operators and paths are those of endpoints' filters; the payload may be JSON, a form or XML.",
  }),
);

/** What a source does unless it is told otherwise. */
export const usualRules = {
  eventType: { from: "provider", value: null },
  dedupe: { by: "provider", value: null, windowSeconds: 86_400 },
  forward: { headers: "all", names: [] as string[], path: false, query: false },
  disabled: false,
} satisfies Partial<{ eventType: EventTypeRule; dedupe: DedupeRule; forward: ForwardRule; disabled: boolean }>;

export const SourceIn = z
  .object({
    name,
    provider,
    uid: z.nullish(uid),
    secrets: orElse(secrets, []),
    settings: orElse(settings, {}),
    applicationId: z.nullish(applicationId),
    metadata: orElse(metadata, {}),
    eventType: orElse(EventTypeRule, usualRules.eventType),
    dedupe: orElse(DedupeRule, usualRules.dedupe),
    rateLimit: z.nullish(rateLimit),
    maximumBodyBytes: z.nullish(maximumBodyBytes),
    acceptedResponse,
    rejectedResponse,
    forward: orElse(ForwardRule, usualRules.forward),
    filter,
    disabled: orElse(z.boolean(), usualRules.disabled).check(z.meta({ description: "True: what comes is kept, and rejected." })),
  })
  .check(z.meta({ id: "SourceIn" }));
export type SourceIn = z.output<typeof SourceIn>;

export const SourcePatch = z
  .object({
    name: z.optional(name),
    provider: z.optional(provider),
    uid: z.nullish(uid),
    secrets: z.optional(secrets).check(z.meta({ description: "In place of all that there are." })),
    settings: z
      .optional(z.record(z.string().check(z.maxLength(64)), z.nullable(z.string().check(z.maxLength(maximumSecretLength)))))
      .check(z.meta({ description: "Only those named; null takes one away." })),
    applicationId: z.nullish(applicationId),
    metadata: orEmpty(metadata, {}),
    eventType: z.optional(EventTypeRule),
    dedupe: z.optional(DedupeRule),
    rateLimit: z.nullish(rateLimit),
    maximumBodyBytes: z.nullish(maximumBodyBytes),
    acceptedResponse,
    rejectedResponse,
    forward: z.optional(ForwardRule),
    filter,
    disabled: z.optional(z.boolean()),
  })
  .check(z.meta({ id: "SourcePatch" }));
export type SourcePatch = z.output<typeof SourcePatch>;

export const SourceOut = z
  .object({
    id: z.string(),
    uid: z.nullable(z.string()),
    name: z.string(),
    provider: z.enum(providerKinds),
    url: z.nullable(z.string()).check(
      z.meta({
        description: "The URL to which the provider sends. Null for callers who may only read, because whoever knows it can send.",
      }),
    ),
    oldUrlsExpireAt: z.array(z.iso.datetime()).check(z.meta({ description: "Until when earlier URLs still work." })),
    application: z.object({ id: z.string(), uid: z.nullable(z.string()), name: z.string() }),
    ownsApplication: z.boolean().check(z.meta({ description: "The application was made with the source and is deleted with it." })),
    secrets: z
      .array(
        z.object({
          hint: z.string(),
          expiresAt: z.nullable(z.iso.datetime()),
          value: z.optional(z.string()).check(z.meta({ description: "The whole of what is none: a provider's public key." })),
        }),
      )
      .check(z.meta({ description: "The last characters of each; an old one counts until it expires." })),
    settings: z.record(z.string(), z.string()).check(z.meta({ description: "Without secret ones." })),
    secretSettings: z.array(z.string()).check(z.meta({ description: "Names of settings that are there but not shown." })),
    problem: z.nullable(z.string()).check(z.meta({ description: "Why it can verify nothing and so rejects everything. Null: it can." })),
    responseProblem: z
      .nullable(z.string())
      .check(z.meta({ description: "Which headers of its configured answers are not sent, and why; null: all are." })),
    metadata,
    eventType: EventTypeRule,
    dedupe: DedupeRule,
    rateLimit: z.nullable(z.int()),
    maximumBodyBytes: z.nullable(z.int()),
    acceptedResponse: z.nullable(AcceptedResponse),
    rejectedResponse: z.nullable(RejectedResponse),
    forward: ForwardRule,
    filter: z.nullable(filterDocument),
    disabled: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "SourceOut" }));
export type SourceOut = z.output<typeof SourceOut>;

export const SourceConfigOut = z
  .object({ secrets: z.array(z.string()), settings: z.record(z.string(), z.string()) })
  .check(z.meta({ id: "SourceConfigOut" }));

const gracePeriodSeconds = z.nullish(z.int().check(z.gte(0), z.lte(604_800)));

export const SourceTokenRotateIn = z
  .object({
    gracePeriodSeconds: gracePeriodSeconds.check(z.meta({ description: "How long the old URL goes on working. Default: 172800." })),
  })
  .check(z.meta({ id: "SourceTokenRotateIn" }));

export const SourceSecretRotateIn = z
  .object({
    secret,
    gracePeriodSeconds: gracePeriodSeconds.check(z.meta({ description: "How long the old ones go on counting. Default: 86400." })),
  })
  .check(z.meta({ id: "SourceSecretRotateIn" }));
export type SourceSecretRotateIn = z.output<typeof SourceSecretRotateIn>;

const tag = "Source";
const access = "apiKey";
const base = "/api/v1/source";
const path = `${base}/{source_id}` as const;
const one = { 200: { description: "The source", schema: SourceOut } } as const;

export const listSources = operation({
  operationId: "v1.source.list",
  method: "get",
  path: base,
  tag,
  summary: "List sources",
  access,
  query: z.object({
    ...paging,
    order: z._default(order, "descending"),
    provider: z.nullish(provider),
    application_id: z.nullish(applicationId),
    search: z.nullish(z.string().check(z.maxLength(256))).check(z.meta({ description: "Part of name or uid; or an id." })),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_SourceOut_", SourceOut) } },
});

export const createSource = operation({
  operationId: "v1.source.create",
  method: "post",
  path: base,
  tag,
  summary: "Create a source",
  access,
  body: SourceIn,
  responses: { 201: { description: "Created", schema: SourceOut } },
});

export const getSource = operation({
  operationId: "v1.source.get",
  method: "get",
  path,
  tag,
  summary: "Get a source",
  access,
  responses: one,
});

export const patchSource = operation({
  operationId: "v1.source.patch",
  method: "patch",
  path,
  tag,
  summary: "Change some fields of a source",
  access,
  body: SourcePatch,
  responses: one,
});

export const deleteSource = operation({
  operationId: "v1.source.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete a source, and its application if that is its own",
  access,
  responses: deleted,
});

export const getSourceConfig = operation({
  operationId: "v1.source.get-config",
  method: "get",
  path: `${path}/config`,
  tag,
  summary: "Get a source's secrets and settings",
  access,
  role: "admin",
  effect: "reveals",
  responses: { 200: { description: "Secrets and settings", schema: SourceConfigOut } },
});

export const rotateSourceToken = operation({
  operationId: "v1.source.rotate-token",
  method: "post",
  path: `${path}/token/rotate`,
  tag,
  summary: "Give a source a new URL",
  description: "The old one goes on working for the grace period.",
  access,
  role: "admin",
  body: SourceTokenRotateIn,
  bodyOptional: true,
  responses: one,
});

export const expireSourceTokens = operation({
  operationId: "v1.source.expire-tokens",
  method: "post",
  path: `${path}/token/expire`,
  tag,
  summary: "Close a source's old URLs at once",
  access,
  role: "admin",
  responses: one,
});

export const rotateSourceSecret = operation({
  operationId: "v1.source.rotate-secret",
  method: "post",
  path: `${path}/secret/rotate`,
  tag,
  summary: "Add a provider's new secret, and let the old ones run out",
  access,
  role: "admin",
  body: SourceSecretRotateIn,
  responses: one,
});
