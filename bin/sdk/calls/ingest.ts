import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { type Calls, type Context, unique } from "../context.ts";

const code = "function handler(webhook) { return webhook; }";

const newSource = ({ svix }: Context) =>
  svix.ingest.source.create({ type: "github", name: "GitHub", uid: unique("source"), config: { secret: "It's a Secret to Everybody" } });

const newEndpoint = async (context: Context) => {
  const { id: sourceId } = await newSource(context);
  return { sourceId, id: (await context.svix.ingest.endpoint.create(sourceId, { url: context.receiverUrl })).id };
};

export const ingestCalls: Calls = {
  "ingest.authentication.consumerPortalAccess": async (context) => {
    const { id } = await newSource(context);
    ok(new URL((await context.svix.ingest.authentication.consumerPortalAccess(id, {})).url));
  },
  "ingest.source.list": async (context) => {
    const { id } = await newSource(context);
    ok((await context.svix.ingest.source.list({ limit: 250 })).data.some((source) => source.id === id));
  },
  "ingest.source.create": async (context) => {
    const made = await newSource(context);
    equal(made.type, "github");
    ok(new URL(made.ingestUrl ?? ""));
  },
  "ingest.source.get": async (context) => {
    const { id, uid } = await newSource(context);
    equal((await context.svix.ingest.source.get(uid ?? "")).id, id);
  },
  "ingest.source.upsert": async (context) => {
    const { id } = await newSource(context);
    equal((await context.svix.ingest.source.upsert(id, { type: "github", name: "Other", config: { secret: "x" } })).name, "Other");
  },
  "ingest.source.delete": async (context) => {
    const { id } = await newSource(context);
    await context.svix.ingest.source.delete(id);
    await rejects(context.svix.ingest.source.get(id), { code: 404 });
  },
  "ingest.source.rotateToken": async (context) => {
    const { id, ingestUrl } = await newSource(context);
    ok((await context.svix.ingest.source.rotateToken(id)).ingestUrl !== ingestUrl);
  },

  "ingest.endpoint.list": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    deepEqual(
      (await context.svix.ingest.endpoint.list(sourceId)).data.map((one) => one.id),
      [id],
    );
  },
  "ingest.endpoint.create": async (context) => {
    const { id: sourceId } = await newSource(context);
    const made = await context.svix.ingest.endpoint.create(sourceId, { url: context.receiverUrl, description: "D" });
    deepEqual([made.url, made.description], [context.receiverUrl, "D"]);
  },
  "ingest.endpoint.get": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    equal((await context.svix.ingest.endpoint.get(sourceId, id)).id, id);
  },
  "ingest.endpoint.upsert": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    const put = await context.svix.ingest.endpoint.upsert(sourceId, id, { url: context.receiverUrl, disabled: true });
    equal(put.disabled, true);
  },
  "ingest.endpoint.delete": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    await context.svix.ingest.endpoint.delete(sourceId, id);
    await rejects(context.svix.ingest.endpoint.get(sourceId, id), { code: 404 });
  },
  "ingest.endpoint.getSecret": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    match((await context.svix.ingest.endpoint.getSecret(sourceId, id)).key, /^whsec_/);
  },
  "ingest.endpoint.rotateSecret": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    const before = await context.svix.ingest.endpoint.getSecret(sourceId, id);
    await context.svix.ingest.endpoint.rotateSecret(sourceId, id, {});
    ok((await context.svix.ingest.endpoint.getSecret(sourceId, id)).key !== before.key);
  },
  "ingest.endpoint.getHeaders": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    deepEqual((await context.svix.ingest.endpoint.getHeaders(sourceId, id)).headers, {});
  },
  "ingest.endpoint.setHeaders": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    await context.svix.ingest.endpoint.setHeaders(sourceId, id, { headers: { "X-A": "1" } });
    deepEqual((await context.svix.ingest.endpoint.getHeaders(sourceId, id)).headers, { "X-A": "1" });
  },
  "ingest.endpoint.transformation.get": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    equal((await context.svix.ingest.endpoint.transformation.get(sourceId, id)).code ?? null, null);
  },
  "ingest.endpoint.transformation.patch": async (context) => {
    const { sourceId, id } = await newEndpoint(context);
    await context.svix.ingest.endpoint.transformation.patch(sourceId, id, { code, enabled: true });
    equal((await context.svix.ingest.endpoint.transformation.get(sourceId, id)).code, code);
  },
};
