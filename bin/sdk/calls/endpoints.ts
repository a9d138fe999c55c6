import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import type { Svix } from "svix";
import { type Calls, type Context, finished, unique } from "../context.ts";

const code = "function handler(webhook) { webhook.payload = { changed: true }; return webhook; }";
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

async function sent(svix: Svix, taskId: string): Promise<number> {
  return ((await finished(svix, taskId)).data as { messagesSent: number }).messagesSent;
}

const poller = async ({ svix, newApplication }: Context) => {
  const appId = await newApplication();
  return { appId, sinkId: (await svix.destination.create(appId, { type: "pollingEndpoint" })).id };
};

export const endpointCalls: Calls = {
  "endpoint.list": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    deepEqual(
      (await svix.endpoint.list(appId)).data.map(({ id }) => id),
      [endpointId],
    );
  },
  "endpoint.create": async ({ svix, newApplication, receiverUrl }) => {
    const made = await svix.endpoint.create(await newApplication(), { url: receiverUrl, uid: "main", channels: ["c"] });
    deepEqual([made.uid, made.channels], ["main", ["c"]]);
  },
  "endpoint.get": async ({ svix, newEndpoint, receiverUrl }) => {
    const { appId, endpointId } = await newEndpoint();
    equal((await svix.endpoint.get(appId, endpointId)).url, receiverUrl);
  },
  "endpoint.upsert": async ({ svix, newEndpoint, receiverUrl }) => {
    const { appId, endpointId } = await newEndpoint();
    equal((await svix.endpoint.upsert(appId, endpointId, { url: receiverUrl, description: "D" })).description, "D");
  },
  "endpoint.delete": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    await svix.endpoint.delete(appId, endpointId);
    await rejects(svix.endpoint.get(appId, endpointId), { code: 404 });
  },
  "endpoint.patch": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    equal((await svix.endpoint.patch(appId, endpointId, { disabled: true })).disabled, true);
  },
  "endpoint.getSecret": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    match((await svix.endpoint.getSecret(appId, endpointId)).key, /^whsec_/);
  },
  "endpoint.rotateSecret": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    const before = await svix.endpoint.getSecret(appId, endpointId);
    await svix.endpoint.rotateSecret(appId, endpointId, {});
    ok((await svix.endpoint.getSecret(appId, endpointId)).key !== before.key);
  },
  "endpoint.getHeaders": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    deepEqual((await svix.endpoint.getHeaders(appId, endpointId)).headers, {});
  },
  "endpoint.setHeaders": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    await svix.endpoint.setHeaders(appId, endpointId, { headers: { "X-A": "1", authorization: "secret" } });
    const { headers, sensitive } = await svix.endpoint.getHeaders(appId, endpointId);
    deepEqual([headers, sensitive], [{ "X-A": "1" }, ["authorization"]]);
  },
  "endpoint.patchHeaders": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    await svix.endpoint.setHeaders(appId, endpointId, { headers: { "X-A": "1", "X-B": "1" } });
    await svix.endpoint.patchHeaders(appId, endpointId, { headers: { "X-B": "2" } });
    deepEqual((await svix.endpoint.getHeaders(appId, endpointId)).headers, { "X-A": "1", "X-B": "2" });
  },
  "endpoint.replayMissing": async ({ svix, newApplication, receiverUrl }) => {
    const appId = await newApplication();
    await svix.message.create(appId, { eventType: "t", payload: {} });
    const { id } = await svix.endpoint.create(appId, { url: receiverUrl });
    const task = await svix.endpoint.replayMissing(appId, id, { since: minutesAgo(5) });
    equal(task.task, "endpoint.replay");
    equal(await sent(svix, task.id), 1);
  },
  "endpoint.bulkReplay": async ({ svix, deliver }) => {
    const { appId, endpointId } = await deliver();
    const task = await svix.endpoint.bulkReplay(appId, endpointId, { since: minutesAgo(5) });
    equal(task.task, "endpoint.bulk-replay");
    equal(await sent(svix, task.id), 1);
  },
  "endpoint.getStats": async ({ svix, deliver }) => {
    const { appId, endpointId } = await deliver();
    equal((await svix.endpoint.getStats(appId, endpointId)).success, 1);
  },
  "endpoint.recover": async ({ svix, deliver }) => {
    const { appId, endpointId } = await deliver();
    const task = await svix.endpoint.recover(appId, endpointId, { since: minutesAgo(5) });
    equal(await sent(svix, task.id), 0);
  },
  "endpoint.sendExample": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    const name = unique("example");
    const schemas = { 1: { type: "object", examples: [{ example: true }] } };
    await svix.eventType.create({ name, description: "", schemas });
    deepEqual((await svix.endpoint.sendExample(appId, endpointId, { eventType: name })).payload, { example: true });
  },
  "endpoint.transformationPartialUpdate": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    await svix.endpoint.transformationPartialUpdate(appId, endpointId, { code, enabled: true });
    equal((await svix.endpoint.transformation.get(appId, endpointId)).code, code);
  },
  "endpoint.transformation.get": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    equal((await svix.endpoint.transformation.get(appId, endpointId)).code ?? null, null);
  },
  "endpoint.transformation.patch": async ({ svix, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    await svix.endpoint.transformation.patch(appId, endpointId, { code, enabled: true });
    const { code: kept, enabled } = await svix.endpoint.transformation.get(appId, endpointId);
    deepEqual([kept, enabled], [code, true]);
  },

  "destination.list": async (context) => {
    const { appId, sinkId } = await poller(context);
    deepEqual(
      (await context.svix.destination.list(appId)).data.map(({ id }) => id),
      [sinkId],
    );
  },
  "destination.create": async ({ svix, newApplication }) => {
    const made = await svix.destination.create(await newApplication(), { type: "pollingEndpoint", uid: "poll", channels: ["c"] });
    deepEqual([made.type, made.uid, made.channels], ["pollingEndpoint", "poll", ["c"]]);
  },
  "destination.get": async (context) => {
    const { appId, sinkId } = await poller(context);
    equal((await context.svix.destination.get(appId, sinkId)).id, sinkId);
  },
  "destination.upsert": async (context) => {
    const { appId, sinkId } = await poller(context);
    const put = await context.svix.destination.upsert(appId, sinkId, { type: "pollingEndpoint", metadata: { a: "b" } });
    deepEqual([put.id, put.metadata], [sinkId, { a: "b" }]);
  },
  "destination.delete": async (context) => {
    const { appId, sinkId } = await poller(context);
    await context.svix.destination.delete(appId, sinkId);
    await rejects(context.svix.destination.get(appId, sinkId), { code: 404 });
  },
  "destination.patch": async (context) => {
    const { appId, sinkId } = await poller(context);
    const patched = await context.svix.destination.patch(appId, sinkId, { type: "pollingEndpoint", metadata: { a: "b" } });
    deepEqual(patched.metadata, { a: "b" });
  },
  "destination.transformation.get": async (context) => {
    const { appId, sinkId } = await poller(context);
    equal((await context.svix.destination.transformation.get(appId, sinkId)).code ?? null, null);
  },
  "destination.transformation.patch": async (context) => {
    const { appId, sinkId } = await poller(context);
    await context.svix.destination.transformation.patch(appId, sinkId, { code });
    equal((await context.svix.destination.transformation.get(appId, sinkId)).code, code);
  },

  "message.poller.poll": async (context) => {
    const { appId, sinkId } = await poller(context);
    const { id } = await context.svix.message.create(appId, { eventType: "t", payload: { a: 1 } });
    const page = await context.svix.message.poller.poll(appId, sinkId);
    deepEqual(
      page.data.map((message) => [message.id, message.payload]),
      [[id, { a: 1 }]],
    );
  },
  "message.poller.consumerSeek": async (context) => {
    const { appId, sinkId } = await poller(context);
    const { id } = await context.svix.message.create(appId, { eventType: "t", payload: {} });
    await context.svix.message.poller.consumerSeek(appId, sinkId, "one", { after: minutesAgo(5) });
    const page = await context.svix.message.poller.consumerPoll(appId, sinkId, "one");
    deepEqual(
      page.data.map((message) => message.id),
      [id],
    );
  },
  "message.poller.consumerPoll": async (context) => {
    const { appId, sinkId } = await poller(context);
    const { id } = await context.svix.message.create(appId, { eventType: "t", payload: {} });
    const page = await context.svix.message.poller.consumerPoll(appId, sinkId, "one");
    deepEqual(
      page.data.map((message) => message.id),
      [id],
    );
    const next = await context.svix.message.poller.consumerPoll(appId, sinkId, "one", { iterator: page.iterator });
    deepEqual(next.data, []);
  },
};
