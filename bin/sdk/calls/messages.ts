import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { type Calls, eventually, finished } from "../context.ts";

const message = { eventType: "t", payload: { secret: 1 } };

export const messageCalls: Calls = {
  "message.list": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.message.create(appId, { ...message, tags: ["wanted"] });
    await svix.message.create(appId, message);
    deepEqual(
      (await svix.message.list(appId, { tag: "wanted" })).data.map((one) => one.id),
      [id],
    );
  },
  "message.create": async ({ svix, newApplication }) => {
    const made = await svix.message.create(await newApplication(), { ...message, eventId: "e1", payloadRetentionPeriod: 5 });
    deepEqual([made.eventType, made.eventId], ["t", "e1"]);
  },
  "message.precheck": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    deepEqual(await svix.message.precheck(appId, { eventType: "t" }), { active: true });
    await svix.endpoint.patch(appId, endpointId, { disabled: true });
    deepEqual(await svix.message.precheck(appId, { eventType: "t" }), { active: false });
  },
  "message.get": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.message.create(appId, message);
    deepEqual((await svix.message.get(appId, id, { withContent: true })).payload, message.payload);
  },
  "message.expungeContent": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.message.create(appId, message);
    await svix.message.expungeContent(appId, id);
    deepEqual((await svix.message.get(appId, id, { withContent: true })).payload, { expired: true });
  },
  "message.bulkExpungeContent": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.message.create(appId, message);
    const { results } = await svix.message.bulkExpungeContent(appId, { ids: [id, "unknown"] });
    deepEqual(results, { [id]: "expunged", unknown: "not-found" });
    deepEqual((await svix.message.get(appId, id, { withContent: true })).payload, { expired: true });
  },
  "message.expungeAllContents": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.message.create(appId, message);
    const task = await svix.message.expungeAllContents(appId);
    equal(task.task, "application.purge_content");
    await finished(svix, task.id);
    deepEqual((await svix.message.get(appId, id, { withContent: true })).payload, { expired: true });
  },

  "messageAttempt.listByEndpoint": async ({ svix, deliver }) => {
    const { appId, endpointId, msgId } = await deliver();
    deepEqual(
      (await svix.messageAttempt.listByEndpoint(appId, endpointId)).data.map((attempt) => attempt.msgId),
      [msgId],
    );
  },
  "messageAttempt.listByMsg": async ({ svix, deliver }) => {
    const { appId, msgId, endpointId } = await deliver();
    const { data } = await svix.messageAttempt.listByMsg(appId, msgId, { withContent: true });
    deepEqual(
      data.map((attempt) => [attempt.endpointId, attempt.status, attempt.response]),
      [[endpointId, 0, "ok"]],
    );
  },
  "messageAttempt.listAttemptedMessages": async ({ svix, deliver }) => {
    const { appId, endpointId, msgId } = await deliver();
    const { data } = await svix.messageAttempt.listAttemptedMessages(appId, endpointId);
    deepEqual(
      data.map(({ id, status }) => [id, status]),
      [[msgId, 0]],
    );
  },
  "messageAttempt.listAttemptedDestinations": async ({ svix, deliver }) => {
    const { appId, endpointId, msgId } = await deliver();
    const { data } = await svix.messageAttempt.listAttemptedDestinations(appId, msgId);
    deepEqual(
      data.map(({ id, status }) => [id, status]),
      [[endpointId, 0]],
    );
  },
  "messageAttempt.get": async ({ svix, deliver }) => {
    const { appId, msgId, attempt } = await deliver();
    equal((await svix.messageAttempt.get(appId, msgId, attempt.id)).responseStatusCode, 200);
  },
  "messageAttempt.expungeContent": async ({ svix, deliver }) => {
    const { appId, msgId, attempt } = await deliver();
    await svix.messageAttempt.expungeContent(appId, msgId, attempt.id);
    equal((await svix.messageAttempt.get(appId, msgId, attempt.id)).response, "EXPUNGED");
  },
  "messageAttempt.resend": async ({ svix, deliver }) => {
    const { appId, endpointId, msgId } = await deliver();
    await svix.messageAttempt.resend(appId, msgId, endpointId);
    const { data } = await eventually(
      () => svix.messageAttempt.listByMsg(appId, msgId),
      (page) => page.data.length === 2,
    );
    equal(data[0]?.triggerType, 1);
  },

  "backgroundTask.list": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    const { id } = await svix.endpoint.recover(appId, endpointId, { since: new Date() });
    ok((await svix.backgroundTask.list({ limit: 250 })).data.some((task) => task.id === id));
  },
  "backgroundTask.get": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    const { id } = await svix.endpoint.recover(appId, endpointId, { since: new Date() });
    equal((await svix.backgroundTask.get(id)).task, "endpoint.recover");
    await rejects(svix.backgroundTask.get("qtask_unknown"), { code: 404 });
  },
  "statistics.aggregateEventTypes": async ({ svix, newEndpoint }) => {
    const { appId } = await newEndpoint();
    const task = await svix.statistics.aggregateEventTypes();
    equal(task.task, "event-type.aggregate");
    const { data } = await finished(svix, task.id);
    const types = (data as { event_types: { appId: string; hasCatchAllEndpoint: boolean }[] }).event_types;
    equal(types.find((one) => one.appId === appId)?.hasCatchAllEndpoint, true);
  },
  "statistics.aggregateAppStats": async ({ svix, deliver }) => {
    const { appId } = await deliver();
    const range = { since: new Date(Date.now() - 3_600_000), until: new Date() };
    const task = await svix.statistics.aggregateAppStats({ ...range, appIds: [appId, "unknown"] });
    deepEqual([task.task, task.unresolvedAppIds], ["application.stats", ["unknown"]]);
    const { data } = await finished(svix, task.id);
    equal((data as { appStats: { appId: string; messageDestinations: number }[] }).appStats[0]?.appId, appId);
  },
  "health.get": async ({ svix }) => svix.health.get(),
};
