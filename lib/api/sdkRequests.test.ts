/** What the published svix SDKs, of today and of 1.x, may put into a request: it is read, and null means what it means at Svix. */
import type * as z from "zod/mini";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { membersOf, type SdkMember, type SdkName, type SdkRequest, sdkRequests, withoutNames } from "../testing/sdkModels.ts";
import { type Tenant, newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

type Body = Record<string, unknown>;
type WithBody = SdkRequest & { body: string };

const sdks: SdkName[] = ["svix", "svix-v1"];

const requestsOf = (sdk: SdkName): WithBody[] => sdkRequests(sdk).filter((request): request is WithBody => request.body !== null);

const operationOf = ({ method, path }: SdkRequest): Operation | undefined =>
  operations.find((operation) => operation.method.toUpperCase() === method && withoutNames(operation.path) === path);

describe.each(sdks)("the requests of %s", (sdk) => {
  it("are read whole, but for what Svix's own server does not read either", () => {
    const unread = requestsOf(sdk).flatMap((request) => {
      const shape = (operationOf(request)?.body as z.ZodMiniObject | undefined)?._zod.def.shape ?? {};
      return membersOf(sdk, request.body)
        .filter(({ name }) => !Object.hasOwn(shape, name))
        .map(({ name }) => `${request.method} ${request.path} ${name}`);
    });
    // Deprecated, and not in the server's EndpointPatch: a secret is rotated.
    expect(unread).toEqual(sdk === "svix" ? [] : ["PATCH /api/v1/app/{}/endpoint/{} secret"]);
  });
});

let database: TestDatabase;
let tenant: Tenant;
const api = createApi();
/** Ids by the segment before them. */
const ids: Record<string, string> = { consumer: "c" };

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
  const make = async (path: string, body: Body): Promise<Body> => {
    const { status, text } = await send("POST", path, body);
    if (status > 299) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as Body;
  };
  ids["app"] = String((await make("/api/v1/app", { name: "A" }))["id"]);
  const app = `/api/v1/app/${ids["app"]}`;
  ids["endpoint"] = String((await make(`${app}/endpoint`, { url }))["id"]);
  ids["app-portal-access"] = ids["app"];
  ids["event-type"] = String((await make("/api/v1/event-type", { name: "invoice.paid", description: "" }))["name"]);
  ids["destination"] = String((await make(`${app}/destination`, { type: "pollingEndpoint" }))["id"]);
  ids["poller"] = ids["destination"];
  ids["integration"] = String((await make(`${app}/integration`, { name: "I" }))["id"]);
  ids["connector"] = String((await make("/api/v1/connector", { name: "C", transformation: code }))["id"]);
  ids["autoconfig"] = String((await make(`${app}/autoconfig`, {}))["id"]);
  ids["source"] = String((await make("/ingest/api/v1/source", { name: "S", type: "github", config: { secret: "s" } }))["id"]);
  ids["source endpoint"] = String((await make(`/ingest/api/v1/source/${ids["source"]}/endpoint`, { url }))["id"]);
  ids["operational"] = String((await make("/api/v1/operational-webhook/endpoint", { url }))["id"]);
  await send("GET", `${app}/poller/${ids["poller"]}/consumer/c`);
});
afterAll(() => database.close());

const url = "https://example.com/hook";
const code = "function handler(webhook) { return webhook; }";
const since = new Date(Date.now() - 3_600_000).toISOString();
const webhook = { post: { requestBody: { content: { "application/json": { schema: { type: "object" } } } } } };
const document = { openapi: "3.1.0", info: { title: "t", version: "1" }, webhooks: { "cup.filled": webhook } };

async function send(method: string, path: string, body?: Body, userAgent = "test"): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json", "user-agent": userAgent };
  // No URL twice: an application takes only so many endpoints of one.
  const content = body === undefined ? null : JSON.stringify(body["url"] === url ? { ...body, url: `${url}/${count++}` } : body);
  const response = await api.fetch(new Request(`http://api.test${path}`, { method, headers, body: content }));
  return { status: response.status, text: await response.text() };
}

function addressOf(path: string): string {
  let before = "";
  return path
    .split("/")
    .map((segment) => {
      const kind = path.includes("operational-webhook")
        ? "operational"
        : before === "endpoint" && path.includes("/source/")
          ? "source endpoint"
          : before;
      before = segment;
      return segment === "{}" ? (ids[kind] ?? `no ${kind}`) : segment;
    })
    .join("/");
}

let count = 0;
const source = { name: "S", type: "github", config: { secret: "s" } };
const destination = { type: "pollingEndpoint" };

/** What each model needs beside the member that is null. */
const needed: Record<string, Body> = {
  ApplicationIn: { name: "A" },
  AppUsageStatsIn: { since, until: new Date().toISOString() },
  BulkReplayIn: { since },
  ConnectorIn: { name: "C", transformation: code },
  ConnectorUpdate: { transformation: code },
  ConnectorUpsertIn: { transformation: code },
  DestinationIn: destination,
  DestinationPatch: destination,
  EndpointHeadersIn: { headers: {} },
  EndpointHeadersPatchIn: { headers: {} },
  EndpointIn: { url },
  EndpointUpdate: { url },
  EndpointUpsertIn: { url },
  EventExampleIn: { eventType: "svix.ping" },
  EventTypeUpdate: { description: "" },
  EventTypeUpsertIn: { description: "" },
  IngestEndpointHeadersIn: { headers: {} },
  IngestEndpointIn: { url },
  IngestEndpointUpdate: { url },
  IngestEndpointUpsertIn: { url },
  IngestSourceIn: source,
  IntegrationIn: { name: "I" },
  IntegrationUpdate: { name: "I" },
  MessageIn: { eventType: "invoice.paid", payload: {} },
  MessagePrecheckIn: { eventType: "invoice.paid" },
  OperationalWebhookEndpointHeadersIn: { headers: {} },
  OperationalWebhookEndpointIn: { url },
  OperationalWebhookEndpointUpdate: { url },
  OperationalWebhookEndpointUpsertIn: { url },
  PollingEndpointConsumerSeekIn: { after: since },
  RecoverIn: { since },
  ReplayIn: { since },
};

function bodyOf(model: string, member: string): Body {
  const unique = `t${count++}`;
  if (model === "EventTypeIn") return { name: unique, description: "", [member]: null };
  if (model === "EventTypeImportOpenApiIn" && member === "spec") return { specRaw: JSON.stringify(document), spec: null };
  if (model === "EventTypeImportOpenApiIn") return { spec: document, [member]: null };
  return { ...needed[model], [member]: null };
}

/** Emptied by null in a change too, though no model says so: Svix's server takes it, and the SDKs send it. */
const emptied = new Set(["metadata", "eventTypes", "channels"]);

const mayBeNull = (method: string, model: string, { name, optional, nullable }: SdkMember): boolean =>
  (nullable || (optional && (method !== "PATCH" || emptied.has(name)))) && needed[model]?.[name] === undefined;

/** What both SDKs send alike, once. */
const sweep = new Map(
  sdks.flatMap((sdk) =>
    requestsOf(sdk).flatMap((request) =>
      membersOf(sdk, request.body)
        .filter((member) => mayBeNull(request.method, request.body, member))
        .map(({ name }) => [`${request.method} ${request.path} ${name}`, { ...request, name }] as const),
    ),
  ),
);

it("null is taken wherever something may be left out", async () => {
  expect(sweep.size).toBeGreaterThan(180);
  const refused: string[] = [];
  for (const [place, { method, path, body: model, name }] of sweep) {
    const { status, text } = await send(method, addressOf(path), bodyOf(model, name));
    if (status > 299) refused.push(`${place}: ${status} ${text}`);
  }
  expect(refused).toEqual([]);
});

describe("null", () => {
  const answerOf = async (method: string, path: string, body: Body): Promise<Body> =>
    JSON.parse((await send(method, addressOf(path), body)).text) as Body;

  it.each([
    ["POST", "/api/v1/app", { name: "A", metadata: null }, { metadata: {} }],
    ["PATCH", "/api/v1/app/{}", { metadata: null }, { metadata: {} }],
    [
      "PATCH",
      "/api/v1/app/{}/endpoint/{}",
      { metadata: null, channels: null, eventTypes: null },
      { metadata: {}, channels: null, eventTypes: null },
    ],
    [
      "POST",
      "/api/v1/app/{}/destination",
      { ...destination, channels: null, eventTypes: null, metadata: null, status: null },
      { channels: [], eventTypes: [], metadata: {}, status: "enabled" },
    ],
    [
      "PATCH",
      "/api/v1/app/{}/destination/{}",
      { ...destination, channels: null, eventTypes: null, metadata: null },
      { channels: [], eventTypes: [], metadata: {} },
    ],
    ["PUT", "/ingest/api/v1/source/{}", { ...source, metadata: null }, { metadata: {} }],
    ["PUT", "/ingest/api/v1/source/{}/endpoint/{}", { url, metadata: null, eventTypes: null }, { metadata: {}, eventTypes: null }],
    ["PUT", "/api/v1/operational-webhook/endpoint/{}", { url, metadata: null, eventTypes: null }, { metadata: {}, eventTypes: null }],
    ["PUT", "/api/v1/event-type/{}", { description: "", archived: null, featureFlags: null }, { archived: false, featureFlags: null }],
  ])("%s %s %j answers %j", async (method, path, body, expected) => {
    // What null shall empty has to be there before.
    const full = { metadata: { a: "b" }, eventTypes: ["invoice.paid"], channels: ["c"] };
    if (method === "PATCH") await send("PATCH", addressOf(path), { ...body, ...full });
    expect(await answerOf(method, path, body)).toMatchObject(expected);
  });
});

describe("the older names of operational and ingest endpoints", () => {
  it.each([
    ["POST", "/api/v1/operational-webhook/endpoint", "endpoint.disabled"],
    ["PUT", "/api/v1/operational-webhook/endpoint/{}", "endpoint.disabled"],
    ["POST", "/ingest/api/v1/source/{}/endpoint", "invoice.paid"],
    ["PUT", "/ingest/api/v1/source/{}/endpoint/{}", "invoice.paid"],
  ])("%s %s: filterTypes and rateLimit are taken, and answered beside the new ones", async (method, path, type) => {
    const { status, text } = await send(method, addressOf(path), { url, filterTypes: [type], rateLimit: 7 });
    expect([status, JSON.parse(text)]).toEqual([
      method === "POST" ? 201 : 200,
      expect.objectContaining({ eventTypes: [type], filterTypes: [type], throttleRate: 7, rateLimit: 7 }),
    ]);
    const newer = await send("PUT", addressOf(path.replace(/endpoint$/, "endpoint/{}")), { url, eventTypes: null, throttleRate: 9 });
    expect(JSON.parse(newer.text)).toMatchObject({ filterTypes: null, rateLimit: 9, throttleRate: 9 });
  });

  it("a filter that is unknown is refused, not dropped", async () => {
    const operational = await send("POST", "/api/v1/operational-webhook/endpoint", { url, filterTypes: ["invoice.paid"] });
    const ingest = await send("POST", addressOf("/ingest/api/v1/source/{}/endpoint"), { url, filterTypes: ["no.such"] });
    expect([operational.status, ingest.status]).toEqual([422, 422]);
  });

  it("what an ingest endpoint filters by stays when the SDK, which has no word for it, replaces the rest", async () => {
    const address = addressOf("/ingest/api/v1/source/{}/endpoint/{}");
    await send("PUT", address, { url, eventTypes: ["invoice.paid"], throttleRate: 3, uid: "mine" });
    const { text } = await send("PUT", address, { url, description: "changed" });
    expect(JSON.parse(text)).toMatchObject({ description: "changed", eventTypes: ["invoice.paid"], throttleRate: null, uid: null });
  });
});

it.each([
  ["svix-libs/1.99.1/java", 204],
  ["svix-libs/1.98.0/kotlin", 204],
  ["svix-libs/2.9.1/rust rust/1.95.0 Linux/x86_64", 200],
  ["svix-libs/2.5.0/javascript", 200],
  ["svix-libs/10.0.0/java", 200],
  ["curl/8.0", 200],
])("a rotated secret is answered to %s as its version reads it", async (userAgent, expected) => {
  const { status, text } = await send("POST", `/api/v1/app/${ids["app"]}/endpoint/${ids["endpoint"]}/secret/rotate`, {}, userAgent);
  expect(status).toBe(expected);
  expect(text).toMatch(expected === 204 ? /^$/ : /^\{"key":"whsec_/);
});
