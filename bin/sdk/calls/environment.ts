import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { ConnectorKind } from "svix";
import { type Calls, type Context, unique } from "../context.ts";

const transformation = "function handler(webhook) { webhook.payload = { text: 'hello' }; return webhook; }";

const newConnector = ({ svix }: Context) =>
  svix.connector.create({ name: "Slack", kind: ConnectorKind.Slack, uid: unique("connector"), transformation });

const newOperational = ({ svix, receiverUrl }: Context) => svix.operationalWebhook.endpoint.create({ url: receiverUrl });

const openApi = (name: string) => ({
  openapi: "3.1.0",
  info: { title: "T", version: "1" },
  webhooks: {
    [name]: { post: { description: "Imported", requestBody: { content: { "application/json": { schema: { type: "object" } } } } } },
  },
});

export const environmentCalls: Calls = {
  "environment.export": async ({ svix }) => {
    const name = unique("exported");
    await svix.eventType.create({ name, description: "E" });
    ok((await svix.environment.export()).eventTypes.some((type) => type.name === name));
  },
  "environment.import": async ({ svix }) => {
    const name = unique("imported");
    await svix.environment.import({ eventTypes: [{ name, description: "I" }] });
    equal((await svix.eventType.get(name)).description, "I");
  },

  "eventType.list": async ({ svix }) => {
    await svix.eventType.create({ name: unique("listed"), description: "" });
    equal((await svix.eventType.list({ limit: 1 })).data.length, 1);
  },
  "eventType.create": async ({ svix }) => {
    const name = unique("created");
    equal((await svix.eventType.create({ name, description: "D", schemas: { 1: { type: "object" } } })).name, name);
    await rejects(svix.eventType.create({ name, description: "D" }), { code: 409 });
  },
  "eventType.importOpenapi": async ({ svix }) => {
    const name = unique("from.openapi");
    const dry = await svix.eventType.importOpenapi({ spec: openApi(name), dryRun: true });
    deepEqual([dry.data.modified, dry.data.toModify?.map((type) => type.name)], [[], [name]]);
    await rejects(svix.eventType.get(name), { code: 404 });
    deepEqual((await svix.eventType.importOpenapi({ specRaw: JSON.stringify(openApi(name)) })).data.modified, [name]);
    deepEqual((await svix.eventType.get(name)).schemas, { 1: { type: "object" } });
  },
  "eventType.get": async ({ svix }) => {
    const name = unique("got");
    await svix.eventType.create({ name, description: "D" });
    equal((await svix.eventType.get(name)).description, "D");
  },
  "eventType.upsert": async ({ svix }) => equal((await svix.eventType.upsert(unique("put"), { description: "P" })).description, "P"),
  "eventType.delete": async ({ svix }) => {
    const name = unique("deleted");
    await svix.eventType.create({ name, description: "" });
    await svix.eventType.delete(name);
    equal((await svix.eventType.get(name)).archived, true);
  },
  "eventType.patch": async ({ svix }) => {
    const name = unique("patched");
    await svix.eventType.create({ name, description: "" });
    equal((await svix.eventType.patch(name, { deprecated: true })).deprecated, true);
  },

  "connector.list": async (context) => {
    const { id } = await newConnector(context);
    ok((await context.svix.connector.list({ limit: 250 })).data.some((one) => one.id === id));
  },
  "connector.create": async (context) => {
    const made = await newConnector(context);
    deepEqual([made.kind, made.productType, made.transformation], ["Slack", "Dispatch", transformation]);
  },
  "connector.get": async (context) => {
    const { id, uid } = await newConnector(context);
    equal((await context.svix.connector.get(uid ?? "")).id, id);
  },
  "connector.upsert": async (context) => {
    const { id } = await newConnector(context);
    equal((await context.svix.connector.upsert(id, { name: "Other", transformation })).name, "Other");
  },
  "connector.delete": async (context) => {
    const { id } = await newConnector(context);
    await context.svix.connector.delete(id);
    await rejects(context.svix.connector.get(id), { code: 404 });
  },
  "connector.patch": async (context) => {
    const { id } = await newConnector(context);
    equal((await context.svix.connector.patch(id, { instructions: "Paste the URL" })).instructions, "Paste the URL");
  },

  "operationalWebhook.endpoint.list": async (context) => {
    const { id } = await newOperational(context);
    ok((await context.svix.operationalWebhook.endpoint.list({ limit: 250 })).data.some((one) => one.id === id));
  },
  "operationalWebhook.endpoint.create": async (context) => equal((await newOperational(context)).url, context.receiverUrl),
  "operationalWebhook.endpoint.get": async (context) => {
    const { id } = await newOperational(context);
    equal((await context.svix.operationalWebhook.endpoint.get(id)).id, id);
  },
  "operationalWebhook.endpoint.upsert": async (context) => {
    const { id } = await newOperational(context);
    const put = await context.svix.operationalWebhook.endpoint.upsert(id, { url: context.receiverUrl, description: "D" });
    equal(put.description, "D");
  },
  "operationalWebhook.endpoint.delete": async (context) => {
    const { id } = await newOperational(context);
    await context.svix.operationalWebhook.endpoint.delete(id);
    await rejects(context.svix.operationalWebhook.endpoint.get(id), { code: 404 });
  },
  "operationalWebhook.endpoint.getSecret": async (context) => {
    const { id } = await newOperational(context);
    match((await context.svix.operationalWebhook.endpoint.getSecret(id)).key, /^whsec_/);
  },
  "operationalWebhook.endpoint.rotateSecret": async (context) => {
    const { id } = await newOperational(context);
    const before = await context.svix.operationalWebhook.endpoint.getSecret(id);
    await context.svix.operationalWebhook.endpoint.rotateSecret(id, {});
    ok((await context.svix.operationalWebhook.endpoint.getSecret(id)).key !== before.key);
  },
  "operationalWebhook.endpoint.getHeaders": async (context) => {
    const { id } = await newOperational(context);
    deepEqual((await context.svix.operationalWebhook.endpoint.getHeaders(id)).headers, {});
  },
  "operationalWebhook.endpoint.setHeaders": async (context) => {
    const { id } = await newOperational(context);
    await context.svix.operationalWebhook.endpoint.setHeaders(id, { headers: { "X-A": "1" } });
    deepEqual((await context.svix.operationalWebhook.endpoint.getHeaders(id)).headers, { "X-A": "1" });
  },
};
