import type { Example, Examples } from "./example.ts";

const code = "function handler(webhook) { return webhook; }";
const key = { idempotencyKey: "{unique}" };
const page = { limit: 2, order: "ascending" };
const headers = { headers: { "X-Tenant": "1", authorization: "secret" } };
const rotation = { key: null, gracePeriodSeconds: 60 };

const settings = {
  url: "{receiver}",
  description: "Über alles",
  uid: "{unique}",
  disabled: false,
  throttleRate: 9,
  rateLimit: 9,
  metadata: { team: "billing" },
};

const filtered = { ...settings, channels: ["blue"], eventTypes: ["{eventType}"], filterTypes: ["{eventType}"] };
const operational = { ...settings, eventTypes: ["endpoint.disabled"], filterTypes: ["endpoint.disabled"] };
const created = { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", headers: { "X-Tenant": "1" } };

const application = (rest: string): string => `/api/v1/app/{app}/endpoint${rest}`;
const one = (method: string, rest = ""): string => `${method} ${application("/{endpoint}")}${rest}`;

const endpointExamples: Examples = {
  "endpoint.list": { request: `GET ${application("")}`, options: page },
  "endpoint.create": { request: `POST ${application("")}`, body: { ...filtered, ...created }, options: key },
  "endpoint.get": { request: one("GET") },
  "endpoint.upsert": { request: one("PUT"), body: filtered, older: ["endpoint.update"] },
  "endpoint.patch": { request: one("PATCH"), body: { description: "Other", disabled: true, metadata: { team: "ops" } } },
  "endpoint.delete": { request: one("DELETE") },
  "endpoint.getSecret": { request: one("GET", "/secret") },
  "endpoint.rotateSecret": { request: one("POST", "/secret/rotate"), body: rotation, options: key },
  "endpoint.getHeaders": { request: one("GET", "/headers") },
  "endpoint.setHeaders": { request: one("PUT", "/headers"), body: headers, older: ["endpoint.updateHeaders", "endpoint.headersUpdate"] },
  "endpoint.patchHeaders": {
    request: one("PATCH", "/headers"),
    body: { ...headers, deleteHeaders: ["x-gone"] },
    older: ["endpoint.headersPatch"],
  },
  "endpoint.getStats": { request: one("GET", "/stats"), options: { since: "{earlier}", until: "{now}" } },
  "endpoint.getAttemptStats": { request: one("GET", "/attempt-stats"), options: { since: "{earlier}", until: "{now}" } },
  "endpoint.recover": { request: one("POST", "/recover"), body: { since: "{earlier}", until: "{now}" }, options: key },
  "endpoint.replayMissing": { request: one("POST", "/replay-missing"), body: { since: "{earlier}", until: "{now}" } },
  "endpoint.bulkReplay": {
    request: one("POST", "/bulk-replay"),
    body: { since: "{earlier}", until: "{now}", eventTypes: ["invoice.paid"], tag: "wanted", status: 2, statusCodeClass: 500 },
  },
  "endpoint.sendExample": { request: one("POST", "/send-example"), body: { eventType: "svix.ping" }, options: key },
  "endpoint.transformation.get": { request: one("GET", "/transformation"), older: ["endpoint.transformationGet"] },
  "endpoint.transformation.patch": {
    request: one("PATCH", "/transformation"),
    body: { code, enabled: true, variables: { region: "eu" } },
    older: ["endpoint.patchTransformation"],
  },
  "endpoint.transformationPartialUpdate": { request: one("PATCH", "/transformation"), body: { code, enabled: true } },
};

/** Examples that operational and ingest endpoints have alike; `place` is the path of the list. */
function kindOfEndpoint(prefix: string, place: string, id: string, body: object, older: string[]): Examples {
  const rows: [string, string, string, Omit<Example, "request">][] = [
    ["list", "GET", "", { options: page }],
    ["create", "POST", "", { body: { ...body, ...created }, options: key }],
    ["get", "GET", id, {}],
    ["upsert", "PUT", id, { body }],
    ["delete", "DELETE", id, {}],
    ["getSecret", "GET", `${id}/secret`, {}],
    ["rotateSecret", "POST", `${id}/secret/rotate`, { body: rotation, options: key }],
    ["getHeaders", "GET", `${id}/headers`, {}],
    ["setHeaders", "PUT", `${id}/headers`, { body: { headers: headers.headers } }],
  ];
  const before: Record<string, string> = { upsert: "update", setHeaders: "updateHeaders" };
  return Object.fromEntries(
    rows.map(([name, method, rest, example]) => [
      `${prefix}.${name}`,
      {
        request: `${method} ${place}${rest}`,
        ...example,
        older: [`${prefix}.${before[name] ?? name}`, ...older.map((other) => `${other}.${before[name] ?? name}`)],
      },
    ]),
  );
}

const ingestEndpoint = "/ingest/api/v1/source/{source}/endpoint/{sourceEndpoint}/transformation";

export const allEndpointExamples: Examples = {
  ...endpointExamples,
  ...kindOfEndpoint("operationalWebhook.endpoint", "/api/v1/operational-webhook/endpoint", "/{operational}", operational, [
    "operationalWebhookEndpoint",
  ]),
  ...kindOfEndpoint("ingest.endpoint", "/ingest/api/v1/source/{source}/endpoint", "/{sourceEndpoint}", settings, []),
  "ingest.endpoint.transformation.get": { request: `GET ${ingestEndpoint}`, older: ["ingest.endpoint.getTransformation"] },
  "ingest.endpoint.transformation.patch": {
    request: `PATCH ${ingestEndpoint}`,
    body: { code, enabled: true, variables: { region: "eu" } },
    older: ["ingest.endpoint.setTransformation"],
  },
};
