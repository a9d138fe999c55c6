import type { Examples } from "./example.ts";

const range = { before: "{later}", after: "{earlier}" };
const key = { idempotencyKey: "{unique}" };

export const messageExamples: Examples = {
  "message.list": {
    request: "GET /api/v1/app/{app}/msg",
    options: { limit: 2, channel: "blue", tag: "wanted", withContent: true, eventTypes: ["a.b", "c.d"], ...range },
  },
  "message.create": {
    request: "POST /api/v1/app/{signedApp}/msg",
    body: {
      eventType: "invoice.paid",
      eventId: "{unique}",
      payload: { text: "Zoë & 日本 🐘 </script>", nested: { list: [1, 2.5, null, true], empty: {} } },
      tags: ["wanted"],
      payloadRetentionPeriod: 30,
    },
    options: { withContent: true, ...key },
  },
  "message.precheck": { request: "POST /api/v1/app/{app}/msg/precheck/active", body: { eventType: "invoice.paid", channels: ["blue"] } },
  "message.get": { request: "GET /api/v1/app/{app}/msg/{msg}", options: { withContent: true } },
  "message.expungeContent": { request: "DELETE /api/v1/app/{app}/msg/{msg}/content" },
  "message.bulkExpungeContent": { request: "POST /api/v1/app/{app}/msg/bulk-expunge", body: { ids: ["{msg}"] } },
  "message.expungeAllContents": { request: "POST /api/v1/app/{app}/msg/expunge-all-contents" },

  "message.poller.poll": {
    request: "GET /api/v1/app/{app}/poller/{destination}",
    options: { limit: 2, eventType: "invoice.paid", channel: "blue", after: "{earlier}" },
  },
  "message.poller.consumerPoll": { request: "GET /api/v1/app/{app}/poller/{destination}/consumer/{consumer}", options: { limit: 2 } },
  "message.poller.consumerSeek": {
    request: "POST /api/v1/app/{app}/poller/{destination}/consumer/{consumer}/seek",
    body: { after: "{earlier}" },
  },

  "messageAttempt.listByEndpoint": {
    request: "GET /api/v1/app/{app}/attempt/endpoint/{endpoint}",
    options: { limit: 2, status: 0, statusCodeClass: 200, withContent: true, withMsg: true, expandedStatuses: true, ...range },
  },
  "messageAttempt.listByMsg": {
    request: "GET /api/v1/app/{app}/attempt/msg/{msg}",
    options: { limit: 2, status: 0, withContent: true, endpointId: "{endpoint}", eventTypes: ["invoice.paid"], ...range },
  },
  "messageAttempt.listAttemptedMessages": {
    request: "GET /api/v1/app/{app}/endpoint/{endpoint}/msg",
    options: { limit: 2, withContent: true, status: 0, tag: "wanted", ...range },
  },
  "messageAttempt.listAttemptedDestinations": { request: "GET /api/v1/app/{app}/msg/{msg}/endpoint", options: { limit: 2 } },
  "messageAttempt.get": { request: "GET /api/v1/app/{app}/msg/{msg}/attempt/{attempt}", options: { expandedStatuses: true } },
  "messageAttempt.expungeContent": { request: "DELETE /api/v1/app/{app}/msg/{msg}/attempt/{attempt}/content" },
  "messageAttempt.resend": { request: "POST /api/v1/app/{app}/msg/{msg}/endpoint/{endpoint}/resend", options: key },

  "backgroundTask.list": {
    request: "GET /api/v1/background-task",
    options: { limit: 2, order: "descending", status: "finished", task: "endpoint.recover" },
    older: ["backgroundTask.listByEndpoint"],
  },
  "backgroundTask.get": { request: "GET /api/v1/background-task/{task}" },
  "statistics.aggregateEventTypes": { request: "PUT /api/v1/stats/usage/event-types" },
  "statistics.aggregateAppStats": {
    request: "POST /api/v1/stats/usage/app",
    body: { since: "{earlier}", until: "{now}", appIds: ["{app}", "unknown"] },
  },
  "health.get": { request: "GET /api/v1/health" },
};
