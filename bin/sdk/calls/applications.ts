import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { AppPortalCapability } from "svix";
import { type Calls, unique } from "../context.ts";

export const applicationCalls: Calls = {
  "application.list": async ({ svix, newApplication }) => {
    await newApplication();
    const page = await svix.application.list({ limit: 1 });
    equal(page.data.length, 1);
  },
  "application.create": async ({ svix }) => {
    const uid = unique("app-uid");
    equal((await svix.application.create({ name: "A", uid, metadata: { plan: "pro" } })).uid, uid);
    await rejects(svix.application.create({ name: "B", uid }), { code: 409 });
  },
  "application.getOrCreate": async ({ svix }) => {
    const uid = unique("app-uid");
    const { id } = await svix.application.getOrCreate({ name: "A", uid });
    equal((await svix.application.getOrCreate({ name: "B", uid })).id, id);
  },
  "application.get": async ({ svix, newApplication }) => {
    const id = await newApplication();
    equal((await svix.application.get(id)).id, id);
  },
  "application.upsert": async ({ svix, newApplication }) =>
    equal((await svix.application.upsert(await newApplication(), { name: "Other" })).name, "Other"),
  "application.delete": async ({ svix, newApplication }) => {
    const id = await newApplication();
    await svix.application.delete(id);
    await rejects(svix.application.get(id), { code: 404 });
  },
  "application.patch": async ({ svix, newApplication }) =>
    deepEqual((await svix.application.patch(await newApplication(), { metadata: { a: "b" } })).metadata, { a: "b" }),

  "authentication.appPortalAccess": async ({ svix, as, newEndpoint }) => {
    const { appId, endpointId } = await newEndpoint();
    const access = await svix.authentication.appPortalAccess(appId, { capabilities: [AppPortalCapability.ViewBase] });
    const portal = as(access.token);
    equal((await portal.endpoint.get(appId, endpointId)).id, endpointId);
    await rejects(portal.endpoint.getSecret(appId, endpointId), { code: 403 });
    await rejects(portal.application.list(), { code: 403 });
  },
  "authentication.logout": async ({ svix, as, newApplication }) => {
    const appId = await newApplication();
    const portal = as((await svix.authentication.appPortalAccess(appId)).token);
    await portal.authentication.logout();
    await rejects(portal.application.get(appId), { code: 401 });
  },
  "authentication.expireAll": async ({ svix, as, newApplication }) => {
    const appId = await newApplication();
    const [mine, other] = await Promise.all(
      ["mine", "other"].map(async (sessionId) => as((await svix.authentication.appPortalAccess(appId, { sessionId })).token)),
    );
    await svix.authentication.expireAll(appId, { sessionIds: ["mine"] });
    await rejects(async () => mine?.application.get(appId), { code: 401 });
    equal((await other?.application.get(appId))?.id, appId);
  },

  "autoconfigSubscription.create": async ({ svix, newApplication }) => {
    const made = await svix.autoconfigSubscription.create(await newApplication());
    ok(made.token.startsWith("auto_v2_"));
  },
  "autoconfigSubscription.rotate": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const made = await svix.autoconfigSubscription.create(appId);
    const rotated = await svix.autoconfigSubscription.rotate(appId, made.id);
    equal(rotated.id, made.id);
    ok(rotated.token !== made.token);
  },

  "integration.list": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.integration.create(appId, { name: "I" });
    deepEqual(
      (await svix.integration.list(appId)).data.map((one) => one.id),
      [id],
    );
  },
  "integration.create": async ({ svix, newApplication }) =>
    deepEqual((await svix.integration.create(await newApplication(), { name: "I", featureFlags: ["beta"] })).featureFlags, ["beta"]),
  "integration.get": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.integration.create(appId, { name: "I" });
    equal((await svix.integration.get(appId, id)).name, "I");
  },
  "integration.update": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.integration.create(appId, { name: "I" });
    equal((await svix.integration.update(appId, id, { name: "J" })).name, "J");
  },
  "integration.delete": async ({ svix, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.integration.create(appId, { name: "I" });
    await svix.integration.delete(appId, id);
    await rejects(svix.integration.get(appId, id), { code: 404 });
  },
  "integration.rotateKey": async ({ svix, as, newApplication }) => {
    const appId = await newApplication();
    const { id } = await svix.integration.create(appId, { name: "I" });
    const { key } = await svix.integration.rotateKey(appId, id);
    equal((await as(key).application.get(appId)).id, appId);
    await rejects(as(key).application.list(), { code: 403 });
  },
};
