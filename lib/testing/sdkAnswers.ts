/**
 * Whether SDKs with types can read an answer: what each must and may hold stands in sdkAnswers.json, made from the published
 * models by `npm run clients:decode -- --write`. One missing member makes a whole list unreadable to them.
 */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import table from "./sdkAnswers.json" with { type: "json" };
import { withoutNames } from "./sdkModels.ts";

export type RecordedAnswer = { method: string; path: string; text: string };

type Fetch<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Response | Promise<Response>;

const models: Record<string, string> = table.models;
const variants: Record<string, Record<string, string | null>> = table.variants;
const enums: Record<string, unknown[]> = table.enums;

/** A `fetch` that keeps the answers with a JSON body, if they are no refusals. */
export const recording =
  <Rest extends unknown[]>(fetch: Fetch<Rest>, into: RecordedAnswer[]): Fetch<Rest> =>
  async (request, ...rest) => {
    const response = await fetch(request, ...rest);
    if (response.ok && response.headers.get("content-type")?.startsWith("application/json") === true)
      into.push({ method: request.method, path: new URL(request.url).pathname, text: await textOf(response.clone()) });
    return response;
  };

async function textOf(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const coding = response.headers.get("content-encoding");
  return (coding === "br" ? brotliDecompressSync(bytes) : coding === "gzip" ? gunzipSync(bytes) : bytes).toString();
}

const operations = Object.entries(table.answers).map(([operation, model]) => {
  const [method = "", path = ""] = operation.split(" ");
  return { operation, method, pattern: new RegExp(`^${withoutNames(path).replaceAll("{}", "[^/]+")}/?$`), model };
});

/** The faults that typed SDKs would stumble over. `read`: the operations that there was an answer of. */
export function faultsOf(answers: RecordedAnswer[]): { faults: string[]; read: Set<string> } {
  const read = new Set<string>();
  const faults = new Set<string>();
  for (const { method, path, text } of answers) {
    const found = operations.find((one) => one.method === method && one.pattern.test(path));
    if (found === undefined) continue;
    read.add(found.operation);
    for (const fault of faultsOfModel(found.model, JSON.parse(text))) faults.add(`${found.operation}: ${fault}`);
  }
  return { faults: [...faults].toSorted(), read };
}

export const answeredOperations: string[] = operations.map(({ operation }) => operation);

function faultsOfModel(model: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [`${model} is ${JSON.stringify(value)}`];
  const given = value as Record<string, unknown>;
  const members = (models[model] ?? "").split(" ").filter(Boolean).map(memberOf);
  const allowed = new Set([
    ...members.map(({ name }) => name),
    ...(additions[model] ?? []),
    ...(variants[model] ? ["type", "config"] : []),
  ]);
  const unknown = Object.keys(given).filter((name) => !allowed.has(name));
  return [
    ...unknown.map((name) => `${model}.${name} is unknown`),
    ...members.flatMap(({ name, mark, type }) => {
      const member = given[name];
      if (member === undefined) return mark === "?" ? [] : [`${model}.${name} is missing`];
      if (member === null) return mark === "" ? [`${model}.${name} is null`] : [];
      return faultsOfType(type, member).map((fault) => `${model}.${name}: ${fault}`);
    }),
    ...faultsOfVariant(model, given),
  ];
}

/** A variant without a config must have none: the Rust SDK can't read an empty one. */
function faultsOfVariant(model: string, { type, config }: Record<string, unknown>): string[] {
  const known = variants[model];
  if (known === undefined) return [];
  const expected = typeof type === "string" && Object.hasOwn(known, type) ? known[type] : undefined;
  if (expected === undefined) return [`${model} is of the unknown type ${JSON.stringify(type)}`];
  if (expected === null) return config === undefined ? [] : [`${model} of type ${String(type)} has a config`];
  // Most variants say nothing of what is no secret there; what more there is does no harm.
  return faultsOfModel(expected, config).filter((fault) => !fault.endsWith("is unknown"));
}

/** `mark`: ? may be left out or null, ! must be there but may be null. */
const memberOf = (text: string) => {
  const [, name = "", mark = "", type = ""] = /^(\w+)([?!]?):(.*)$/.exec(text) ?? [];
  return { name, mark, type };
};

function faultsOfType(type: string, value: unknown): string[] {
  if (type.endsWith("[]"))
    return Array.isArray(value) ? value.flatMap((one) => faultsOfType(type.slice(0, -2), one)) : [`${JSON.stringify(value)} is no list`];
  if (type.endsWith("{}"))
    return typeof value === "object" && value !== null
      ? Object.values(value).flatMap((one) => faultsOfType(type.slice(0, -2), one))
      : [`${JSON.stringify(value)} is no object`];
  const holds = scalars[type] ?? (enums[type] === undefined ? undefined : (one: unknown) => enums[type]?.includes(one) === true);
  if (holds === undefined) return faultsOfModel(type, value);
  return holds(value) ? [] : [`${JSON.stringify(value)} is no ${type}`];
}

const scalars: Record<string, (value: unknown) => boolean> = {
  any: () => true,
  text: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  moment: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
};

/** What Webster says beyond Svix, and the older names of 1.x. Every other unknown member is a fault. */
const additions: Record<string, readonly string[]> = {
  ApplicationOut: ["rateLimit", "sourceId"],
  BackgroundTaskOut: ["createdAt", "createdBy", "outcome", "pace", "progress", "ratePerSecond"],
  DestinationOut: ["droppedCredentials", "filter"],
  DestinationTransformationOut: ["variables"],
  EndpointOut: [
    "disabledAt",
    "disabledReason",
    "droppedCredentials",
    "failingSince",
    "filter",
    "filterTypes",
    "missed",
    "ordering",
    "rateLimit",
    "retrySchedule",
    "signature",
    "version",
  ],
  EndpointTransformationOut: ["version"],
  EnvironmentOut: ["endpoints"],
  EventTypeFromOpenApi: ["isNew"],
  EventTypeImportOpenApiOutData: ["toArchive", "unchanged"],
  ExpungeAllContentsOut: ["createdAt", "createdBy", "data", "pace", "progress", "ratePerSecond"],
  IngestEndpointOut: ["droppedCredentials", "eventTypes", "filterTypes", "rateLimit"],
  IngestEndpointTransformationOut: ["updatedAt", "version"],
  IngestSourceOut: ["provider"],
  IntegrationOut: ["expiresAt"],
  MessageEndpointOut: ["disabledReason", "filterTypes", "rateLimit", "version"],
  MessageAttemptOut: ["responseBase64"],
  MessageOut: ["contentEncoding", "contentType", "metadata", "orderingKey", "rawPayloadBase64"],
  OperationalWebhookEndpointOut: [
    "applicationId",
    "disabledReason",
    "droppedCredentials",
    "environmentId",
    "failingSince",
    "filterTypes",
    "rateLimit",
  ],
  RecoverOut: ["createdAt", "createdBy", "data", "pace", "progress", "ratePerSecond"],
  ReplayOut: ["createdAt", "createdBy", "data", "pace", "progress", "ratePerSecond"],
};
