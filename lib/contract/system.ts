/** The server itself. */
import { operation } from "./operation.ts";

const healthy = { 204: { description: "Ready" }, 503: { description: "The database is away" } } as const;
const tag = "Health";

export const getHealth = operation({
  operationId: "v1.health.get",
  method: "get",
  path: "/api/v1/health",
  tag,
  summary: "Is the server ready to work",
  access: "public",
  responses: healthy,
});

export const getHealthPing = operation({
  operationId: "v1.health.ping",
  method: "get",
  path: "/api/v1/health/ping",
  tag,
  summary: "The same",
  access: "public",
  responses: healthy,
});

export const getOpenapi = operation({
  operationId: "v1.openapi",
  method: "get",
  path: "/api/v1/openapi.json",
  tag,
  summary: "This document",
  access: "public",
  responses: { 200: { description: "OpenAPI 3.1" } },
});

export const getMetrics = operation({
  operationId: "v1.metrics",
  method: "get",
  path: "/api/v1/metrics",
  tag,
  summary: "Figures of this process, for Prometheus",
  access: "apiKey",
  responses: { 200: { description: "Prometheus text format", contentType: "text/plain" } },
});
