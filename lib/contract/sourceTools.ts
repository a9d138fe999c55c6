/** What helps with sources: which providers there are, a test as one of them, what is wrong with a rejected request, a replay elsewhere. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { ProviderSigning } from "./providerSigning.ts";
import { causes } from "../words/diagnosisCause.ts";
import { secretForms } from "../words/secretForm.ts";
import { verdicts } from "../words/verdict.ts";

const ProviderField = z
  .object({
    name: z.string().check(z.meta({ description: "`secret` goes to a source's `secrets`, the others to its `settings`." })),
    label: z.string(),
    help: z.string(),
    secret: z.boolean(),
    required: z.boolean(),
    options: z.nullable(z.array(z.string())),
    default: z.nullable(z.string()),
    chosenAs: z.nullable(z.enum(secretForms)).check(
      z.meta({
        description: "The form of this secret, if whoever sets up the provider chooses it: 32 random bytes. Null: the provider gives it.",
      }),
    ),
    chosenFor: z.nullable(z.object({ setting: z.string(), values: z.array(z.string()) })).check(
      z.meta({
        description: "Generated only if this setting has one of these values; otherwise the provider gives it. Null: always generated.",
      }),
    ),
    group: z.nullable(z.string()).check(z.meta({ description: "Fields of one group belong together and are needed by few." })),
  })
  .check(z.meta({ id: "SourceProviderField" }));

export const SourceProviderOut = z
  .object({
    kind: z.string(),
    label: z.string(),
    docsUrl: z.string().check(z.meta({ description: "The provider's own document; empty for what belongs to nobody." })),
    hint: z.string(),
    fields: z.array(ProviderField),
    canSignTests: z.boolean().check(z.meta({ description: "False: only the provider has the key that signs." })),
    identity: z
      .nullable(z.string())
      .check(
        z.meta({ description: "What tells that two requests are the same event, in words; null: nothing does, so none is a duplicate." }),
      ),
    signing: z.nullable(ProviderSigning).check(z.meta({ description: "Null: it is more than data can say." })),
    rejectedStatus: z.int(),
    sample: z.object({ eventType: z.string(), contentType: z.string(), body: z.string() }),
  })
  .check(z.meta({ id: "SourceProviderOut" }));
export type SourceProviderOut = z.output<typeof SourceProviderOut>;

const body = z.string().check(z.maxLength(1_048_576));

export const SourceTestIn = z
  .object({
    body: z.nullish(body).check(z.meta({ description: "Default: the provider's sample." })),
    contentType: z.nullish(
      z.string().check(z.maxLength(256), z.regex(/^[\u0020-\u007e]+$/, "must consist of visible ASCII characters and spaces")),
    ),
  })
  .check(z.meta({ id: "SourceTestIn" }));
export type SourceTestIn = z.output<typeof SourceTestIn>;

export const SourceTestOut = z
  .object({
    status: z.int().check(z.meta({ description: "What the provider would have been answered." })),
    verdict: z.nullable(z.enum(verdicts)),
    receivedRequestId: z.nullable(z.string()),
    messageId: z.nullable(z.string()),
  })
  .check(z.meta({ id: "SourceTestOut" }));
export type SourceTestOut = z.output<typeof SourceTestOut>;

export const DiagnosisOut = z
  .object({
    findings: z.array(
      z.object({
        cause: z.enum(causes),
        explanation: z.string(),
        fix: z.string(),
        reproduced: z.boolean().check(z.meta({ description: "True: with this undone the signature holds. False: a guess." })),
      }),
    ),
  })
  .check(z.meta({ id: "DiagnosisOut" }));
export type DiagnosisOut = z.output<typeof DiagnosisOut>;

export const ReplayElsewhereIn = z
  .object({
    url: z.string().check(z.minLength(1), z.maxLength(8192), z.meta({ examples: ["https://staging.example.com/hooks"] })),
    against: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(8192)))
      .check(z.meta({ description: "Another URL to compare with. Default: the last attempt at an endpoint of the source." })),
  })
  .check(z.meta({ id: "ReplayElsewhereIn" }));
export type ReplayElsewhereIn = z.output<typeof ReplayElsewhereIn>;

const ReplayedResponse = z
  .object({
    url: z.string(),
    status: z.nullable(z.int()).check(z.meta({ description: "Null: no answer came; `error` says why." })),
    headers: z.record(z.string(), z.string()),
    body: z.string().check(z.meta({ description: "The first 20,000 bytes, as text." })),
    error: z.nullable(z.string()),
    durationMs: z.int(),
  })
  .check(z.meta({ id: "ReplayedResponse" }));
export type ReplayedResponse = z.output<typeof ReplayedResponse>;

export const ReplayElsewhereOut = z
  .object({
    response: ReplayedResponse,
    comparedWith: z.nullable(ReplayedResponse).check(z.meta({ description: "Null: there is nothing to compare with." })),
    differences: z
      .array(z.object({ what: z.string(), value: z.nullable(z.string()), otherValue: z.nullable(z.string()) }))
      .check(z.meta({ description: "Status, headers, body and duration, if they differ. Null: absent." })),
  })
  .check(z.meta({ id: "ReplayElsewhereOut" }));
export type ReplayElsewhereOut = z.output<typeof ReplayElsewhereOut>;

const access = "apiKey";

export const listSourceProviders = operation({
  operationId: "v1.source-provider.list",
  method: "get",
  path: "/api/v1/source-provider",
  tag: "Source",
  summary: "List the providers whose webhooks Webster can verify",
  access,
  responses: {
    200: {
      description: "All of them",
      schema: z.object({ data: z.array(SourceProviderOut) }).check(z.meta({ id: "SourceProvidersOut" })),
    },
  },
});

export const testSource = operation({
  operationId: "v1.source.send-test",
  method: "post",
  path: "/api/v1/source/{source_id}/send-test",
  tag: "Source",
  summary: "Send a source a test as its provider would: signed with its current secret",
  access,
  waits: true,
  body: SourceTestIn,
  bodyOptional: true,
  responses: { 200: { description: "What became of it", schema: SourceTestOut } },
});

export const replayElsewhere = operation({
  operationId: "v1.received-request.replay",
  method: "post",
  path: "/api/v1/received-request/{request_id}/replay",
  tag: "Received Request",
  summary: "Send a received request to another URL, and compare the answers",
  description: "The same method, bytes and headers, without the provider's credentials. Nothing of it is recorded.",
  access,
  waits: true,
  body: ReplayElsewhereIn,
  responses: { 200: { description: "The answers", schema: ReplayElsewhereOut } },
});

export const diagnoseReceivedRequest = operation({
  operationId: "v1.received-request.diagnose",
  method: "post",
  path: "/api/v1/received-request/{request_id}/diagnose",
  tag: "Received Request",
  summary: "Find out why a received request does not verify",
  description: "The likeliest cause first. It is tried with the source as it is now, and with the environment's other sources.",
  access,
  waits: true,
  responses: { 200: { description: "What was found", schema: DiagnosisOut } },
});
