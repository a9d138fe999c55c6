/** Streaming is not offered: each of these is refused with 404 `not_offered`, and by the SDK told as such. */
import type { Examples } from "./example.ts";

const stream = { name: "S" };
const sink = {
  type: "http",
  config: { url: "https://example.com/" },
  batchSize: 10,
  maxWaitSecs: 5,
  status: "enabled",
  uid: "k",
  eventTypes: ["t"],
  metadata: { team: "data" },
};
const poller = "/api/v1/auth/stream/{any}/sink/{any}/poller/token";
const type = "/api/v1/stream/event-type";
const sinks = "/api/v1/stream/{any}/sink";

export const streamingExamples: Examples = {
  "authentication.streamPortalAccess": { request: "POST /api/v1/auth/stream-portal-access/{any}", body: { expiry: 60 } },
  "authentication.streamLogout": { request: "POST /api/v1/auth/stream-logout" },
  "authentication.streamExpireAll": { request: "POST /api/v1/auth/stream/{any}/expire-all", body: { expiry: 60 } },
  "authentication.rotateStreamPollerToken": { request: `POST ${poller}/rotate`, body: { expiry: 60 } },
  "authentication.getStreamPollerToken": { request: `GET ${poller}` },
  "streaming.eventType.list": { request: `GET ${type}`, options: { limit: 2 }, older: ["streaming.event_type.list"] },
  "streaming.eventType.create": { request: `POST ${type}`, body: { name: "t" }, older: ["streaming.event_type.create"] },
  "streaming.eventType.get": { request: `GET ${type}/{any}`, older: ["streaming.event_type.get"] },
  "streaming.eventType.upsert": {
    request: `PUT ${type}/{any}`,
    body: { name: "t" },
    older: ["streaming.event_type.update", "streaming.eventType.update"],
  },
  "streaming.eventType.delete": { request: `DELETE ${type}/{any}`, older: ["streaming.event_type.delete"] },
  "streaming.eventType.patch": { request: `PATCH ${type}/{any}`, body: { archived: true }, older: ["streaming.event_type.patch"] },
  "streaming.events.get": { request: `GET ${sinks}/{any}/events`, options: { limit: 2 } },
  "streaming.events.create": { request: "POST /api/v1/stream/{any}/events", body: { events: [] } },
  "streaming.sink.list": { request: `GET ${sinks}` },
  "streaming.sink.create": { request: `POST ${sinks}`, body: sink },
  "streaming.sink.get": { request: `GET ${sinks}/{any}` },
  "streaming.sink.upsert": { request: `PUT ${sinks}/{any}`, body: sink, older: ["streaming.sink.update"] },
  "streaming.sink.delete": { request: `DELETE ${sinks}/{any}` },
  "streaming.sink.patch": { request: `PATCH ${sinks}/{any}`, body: sink },
  "streaming.sink.getSecret": { request: `GET ${sinks}/{any}/secret` },
  "streaming.sink.rotateSecret": { request: `POST ${sinks}/{any}/secret/rotate`, body: {} },
  "streaming.sink.transformation.get": { request: `GET ${sinks}/{any}/transformation`, older: ["streaming.sinkTransformationGet"] },
  "streaming.sink.transformation.patch": {
    request: `PATCH ${sinks}/{any}/transformation`,
    body: { code: "" },
    older: ["streaming.sink.transformationPartialUpdate"],
  },
  "streaming.sinkHeadersGet": { request: `GET ${sinks}/{any}/headers` },
  "streaming.sinkHeadersPatch": { request: `PATCH ${sinks}/{any}/headers`, body: { headers: {} } },
  "streaming.stream.list": { request: "GET /api/v1/stream" },
  "streaming.stream.create": { request: "POST /api/v1/stream", body: stream },
  "streaming.stream.get": { request: "GET /api/v1/stream/{any}" },
  "streaming.stream.upsert": { request: "PUT /api/v1/stream/{any}", body: stream, older: ["streaming.stream.update"] },
  "streaming.stream.delete": { request: "DELETE /api/v1/stream/{any}" },
  "streaming.stream.patch": { request: "PATCH /api/v1/stream/{any}", body: { uid: "u" } },
};
