import type { Examples } from "./example.ts";

const code = "function handler(webhook) { return webhook; }";
const key = { idempotencyKey: "{unique}" };
const page = { limit: 2, order: "descending" };

const eventType = {
  description: "An invoice was paid",
  schemas: { "1": { type: "object", properties: { id: { type: "string" } } } },
  groupName: "invoice",
  featureFlags: ["beta"],
  deprecated: false,
  archived: false,
};
const document = {
  openapi: "3.1.0",
  info: { title: "T", version: "1" },
  webhooks: { "cup.filled": { post: { requestBody: { content: { "application/json": { schema: { type: "object" } } } } } } },
};
const connector = {
  name: "Slack",
  description: "To a channel",
  instructions: "Paste the URL",
  kind: "Slack",
  logo: "https://example.com/logo.png",
  transformation: code,
  featureFlags: ["beta"],
  allowedEventTypes: ["{eventType}"],
  filterTypes: ["{eventType}"],
};
const source = { name: "GitHub", uid: "{unique}", type: "github", config: { secret: "It's a secret" }, metadata: { team: "dev" } };
const destination = { type: "pollingEndpoint", uid: "{unique}", batchSize: 20, channels: ["blue"], metadata: { team: "data" } };
const oneDestination = "/api/v1/app/{app}/destination/{destination}";

export const environmentExamples: Examples = {
  "environment.export": { request: "POST /api/v1/environment/export" },
  "environment.import": {
    request: "POST /api/v1/environment/import",
    body: { eventTypes: [{ ...eventType, name: "{unique}" }], connectors: [{ name: "{unique}", transformation: code }], settings: {} },
  },

  "eventType.list": { request: "GET /api/v1/event-type", options: { ...page, includeArchived: true, withContent: true } },
  "eventType.create": { request: "POST /api/v1/event-type", body: { ...eventType, name: "{unique}" }, options: key },
  "eventType.importOpenapi": {
    request: "POST /api/v1/event-type/import/openapi",
    body: { spec: document, dryRun: true, replaceAll: false },
  },
  "eventType.get": { request: "GET /api/v1/event-type/{eventType}" },
  "eventType.upsert": { request: "PUT /api/v1/event-type/{eventType}", body: eventType, older: ["eventType.update"] },
  "eventType.patch": { request: "PATCH /api/v1/event-type/{eventType}", body: { description: "Other", deprecated: true } },
  "eventType.delete": { request: "DELETE /api/v1/event-type/{eventType}", options: { expunge: true } },

  "connector.list": { request: "GET /api/v1/connector", options: { ...page, productType: "Dispatch" } },
  "connector.create": { request: "POST /api/v1/connector", body: { ...connector, uid: "{unique}", productType: "Dispatch" }, options: key },
  "connector.get": { request: "GET /api/v1/connector/{connector}" },
  "connector.upsert": { request: "PUT /api/v1/connector/{connector}", body: connector, older: ["connector.update"] },
  "connector.patch": { request: "PATCH /api/v1/connector/{connector}", body: { name: "Other", kind: "Teams", featureFlags: null } },
  "connector.delete": { request: "DELETE /api/v1/connector/{connector}" },

  "destination.list": { request: "GET /api/v1/app/{app}/destination", options: page },
  "destination.create": { request: "POST /api/v1/app/{app}/destination", body: destination, options: key },
  "destination.get": { request: `GET ${oneDestination}` },
  "destination.upsert": { request: `PUT ${oneDestination}`, body: destination },
  "destination.patch": { request: `PATCH ${oneDestination}`, body: { type: "pollingEndpoint", batchSize: 5, metadata: { team: "ops" } } },
  "destination.delete": { request: `DELETE ${oneDestination}` },
  "destination.rotateSecret": { request: `POST /api/v1/app/{app}/destination/{fifo}/secret/rotate`, body: { gracePeriodSeconds: 60 } },
  "destination.transformation.get": { request: `GET ${oneDestination}/transformation` },
  "destination.transformation.patch": { request: `PATCH ${oneDestination}/transformation`, body: { code } },

  "ingest.source.list": { request: "GET /ingest/api/v1/source", options: page },
  "ingest.source.create": { request: "POST /ingest/api/v1/source", body: source, options: key },
  "ingest.source.get": { request: "GET /ingest/api/v1/source/{source}" },
  "ingest.source.upsert": { request: "PUT /ingest/api/v1/source/{source}", body: source, older: ["ingest.source.update"] },
  "ingest.source.delete": { request: "DELETE /ingest/api/v1/source/{source}" },
  "ingest.source.rotateToken": { request: "POST /ingest/api/v1/source/{source}/token/rotate" },
  "ingest.authentication.consumerPortalAccess": {
    request: "POST /ingest/api/v1/source/{source}/dashboard",
    body: { readOnly: true, expiry: 3600 },
    older: ["ingest.dashboard"],
  },
};
