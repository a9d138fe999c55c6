/** What operational webhooks tell of, with an example of each event's `data`. */
import type { operationalEventTypes } from "../../words/operationalEventType.ts";

export const operationalApplicationUid = "operational-webhooks";

type OperationalEventType = (typeof operationalEventTypes)[number];

const endpoint = {
  appId: "app_2ZWFgkNvkPvhpgCuZzbvaLSCsRK",
  appUid: "cafe-central",
  endpointId: "ep_2ZWFh1mLmkzvHXaD0eTdmjbRnsm",
  endpointUid: "main",
};

const attempt = {
  ...endpoint,
  msgId: "msg_2ZWFhXpVkWDrjcCOnbLiBHAjyCM",
  msgEventId: "invoice-42",
  lastAttempt: { id: "atmpt_2ZWFhZ1cbQJVMsxXmhQ8CDvdZuB", responseStatusCode: 500, timestamp: "2026-11-24T08:00:00.000Z" },
};

const ingestEndpoint = { sourceId: "src_2ZWFgkNvkPvhpgCuZzbvaLSCsRK", endpointId: endpoint.endpointId, endpointUid: endpoint.endpointUid };
const ingestAttempt = { ...ingestEndpoint, msgId: attempt.msgId, msgEventId: attempt.msgEventId, lastAttempt: attempt.lastAttempt };

export const operationalEvents: { name: OperationalEventType; description: string; example: object }[] = [
  { name: "endpoint.created", description: "An endpoint was created.", example: endpoint },
  { name: "endpoint.updated", description: "An endpoint, its headers, its authentication or its secret was changed.", example: endpoint },
  { name: "endpoint.deleted", description: "An endpoint was deleted.", example: endpoint },
  {
    name: "endpoint.disabled",
    description: "An endpoint was disabled, by hand or because of what it answered.",
    example: { ...endpoint, trigger: "automatic", failSince: "2026-11-19T08:00:00.000Z" },
  },
  { name: "endpoint.enabled", description: "An endpoint was enabled again.", example: endpoint },
  { name: "message.attempt.failing", description: "A delivery has failed four times, and goes on being tried.", example: attempt },
  { name: "message.attempt.exhausted", description: "A delivery was given up.", example: attempt },
  {
    name: "message.attempt.recovered",
    description: "A delivery succeeded after four failures or more.",
    example: { ...attempt, lastAttempt: { ...attempt.lastAttempt, responseStatusCode: 200 } },
  },
  {
    name: "background_task.finished",
    description: "A background task ended, by finishing or by failing.",
    example: { taskId: "qtask_2ZWFhd1aTgzQ2EzmuHdkPSiMEGD", task: "endpoint.recover", status: "finished", data: {} },
  },
  {
    name: "ingest.endpoint.disabled",
    description: "An endpoint of a source's own application was disabled.",
    example: { ...ingestEndpoint, trigger: "automatic", failSince: "2026-11-19T08:00:00.000Z" },
  },
  {
    name: "ingest.message.attempt.failing",
    description: "A delivery of a source's own application has failed four times, and goes on being tried.",
    example: ingestAttempt,
  },
  {
    name: "ingest.message.attempt.exhausted",
    description: "A delivery of a source's own application was given up.",
    example: ingestAttempt,
  },
  {
    name: "ingest.message.attempt.recovered",
    description: "A delivery of a source's own application succeeded after four failures or more.",
    example: { ...ingestAttempt, lastAttempt: { ...attempt.lastAttempt, responseStatusCode: 200 } },
  },
  {
    name: "message.attempt.log",
    description: "Attempts were made: up to a hundred of them. Only while an endpoint asks for it by name.",
    example: [
      {
        orgId: "env_2ZWFgkNvkPvhpgCuZzbvaLSCsRK",
        appId: endpoint.appId,
        appUid: endpoint.appUid,
        endpointId: endpoint.endpointId,
        msgId: attempt.msgId,
        msgEventId: attempt.msgEventId,
        msgCreated: "2026-11-24T07:59:59.000Z",
        attemptId: attempt.lastAttempt.id,
        attemptStart: "2026-11-24T08:00:00.000Z",
        attemptEnd: "2026-11-24T08:00:00.120Z",
        responseStatusCode: 500,
        attemptCount: 1,
        status: 2,
        eventType: "invoice.paid",
      },
    ],
  },
];
