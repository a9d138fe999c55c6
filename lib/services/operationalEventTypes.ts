/** What operational webhooks tell of, with an example of each event's `data`. */
import type { operationalEventTypes } from "../contract/operationalWebhook.ts";

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
];
