import { AutoConfig } from "svix";
import { describe, expect, test } from "vitest";
import { startReceiver } from "../receiver.ts";
import { type Answer, type Call, type Client, type Context, detailOf, refusal } from "./context.ts";

async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  return prepared;
}

const nowhere = "http://127.0.0.1:9/";

export function integrationContract({ client, url }: Context): void {
  describe("integrations", () => {
    test("create, list, get, replace, delete; bad input, foreign ids", async () => {
      const { svix, call } = await prepared(client);
      const made = await svix.integration.create("a", { name: "Zapier", featureFlags: ["beta", "beta"] });
      expect(made).toMatchObject({ id: expect.stringMatching(/^integ_/), name: "Zapier", featureFlags: ["beta"] });
      const second = await svix.integration.create("a", { name: "Make" });
      expect((await svix.integration.list("a", { limit: 1 })).data).toEqual([made]);
      expect((await svix.integration.list("a", { limit: 1, iterator: made.id })).data.map(({ id }) => id)).toEqual([second.id]);
      expect(await svix.integration.update("a", made.id, { name: "Other" })).toMatchObject({
        id: made.id,
        name: "Other",
        featureFlags: [],
      });
      expect(await svix.integration.get("a", made.id)).toMatchObject({ name: "Other" });
      await svix.integration.delete("a", second.id);
      expect(await refusal(svix.integration.get("a", second.id))).toBe(404);
      const stranger = await prepared(client);
      expect(await refusal(stranger.svix.integration.get("a", made.id))).toBe(404);
      expect(await refusal(stranger.svix.integration.rotateKey("a", made.id))).toBe(404);
      for (const [body, loc] of [
        [{}, ["body", "name"]],
        [{ name: "" }, ["body", "name"]],
        [{ name: "x", featureFlags: ["a b"] }, ["body", "featureFlags", "[0]"]],
      ] as const) {
        const answer = await call("POST", "/app/a/integration", { body });
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
      }
    });

    test("a key reaches its application and no other, sees what its flags show, and lets nobody in", async () => {
      const { svix, v1, as, call } = await prepared(client);
      await svix.application.create({ name: "B", uid: "b" });
      await svix.eventType.create({ name: "beta", description: "", featureFlags: ["beta"] });
      await svix.eventType.create({ name: "gamma", description: "", featureFlags: ["gamma"] });
      const { id } = await svix.integration.create("a", { name: "Zapier", featureFlags: ["beta"] });
      const { key } = await v1.integration.getKey("a", id);
      const integration = as(key);
      expect((await integration.svix.endpoint.create("a", { url: nowhere, eventTypes: ["beta"] })).eventTypes).toEqual(["beta"]);
      expect((await integration.svix.message.create("a", { eventType: "beta", payload: {} })).eventType).toBe("beta");
      expect((await integration.svix.eventType.list()).data.map(({ name }) => name)).toEqual(["beta"]);
      for (const [method, path, status] of [
        ["GET", "/app/b", 404],
        ["GET", "/app", 403],
        ["GET", "/api-key", 403],
        ["POST", "/auth/app-portal-access/a", 403],
        ["GET", `/app/a/integration/${id}/key`, 403],
        ["POST", "/app/a/integration", 403],
      ] as const)
        expect([method, path, (await integration.call(method, path)).status]).toEqual([method, path, status]);

      const { key: second } = await svix.integration.rotateKey("a", id);
      expect(second).not.toBe(key);
      expect((await v1.integration.getKey("a", id)).key).toBe(second);
      expect((await integration.call("GET", "/app/a")).status).toBe(401);
      expect((await as(second).call("GET", "/app/a")).status).toBe(200);
      await svix.integration.delete("a", id);
      expect((await as(second).call("GET", "/app/a")).status).toBe(401);
      expect((await call("GET", "/app/a")).status).toBe(200);
    });
  });

  describe("AutoConfig", () => {
    test("the SDK's AutoConfig configures its endpoint with the token alone, and verifies what arrives", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver();
      try {
        const made = await svix.autoconfigSubscription.create("a");
        const ours = `/app/a/autoconfig/${made.id}`;
        expect((await call("GET", ours)).json).toMatchObject({ id: made.id, status: "pending", endpId: null });
        const config = new AutoConfig(here(made.token, url()), { url: receiver.url, channels: ["c"], description: "First" });
        const endpoint = await config.subscribe();
        expect(endpoint).toMatchObject({ url: `${receiver.url}/`, channels: ["c"], description: "First" });
        expect((await call("GET", ours)).json).toMatchObject({ status: "active", endpId: endpoint.id });
        // AutoConfig is called at each start of the receiver: the same endpoint, as the code says now.
        const again = await new AutoConfig(here(made.token, url()), { url: receiver.url }).subscribe();
        expect(again).toMatchObject({ id: endpoint.id, channels: null, description: "" });

        await svix.message.create("a", { eventType: "t", payload: { n: 1 } });
        const [request] = await receiver.waitForHits(1);
        expect(() => config.verify(request?.body.toString() ?? "", request?.headers as Record<string, string>)).not.toThrow();

        expect((await call("GET", "/app/a/autoconfig")).json).toMatchObject({ data: [{ id: made.id, status: "active" }], done: true });
        const rotated = await svix.autoconfigSubscription.rotate("a", made.id, { signingSecret: { gracePeriodSeconds: 0 } });
        expect(await refusal(config.subscribe())).toBe(401);
        const next = new AutoConfig(here(rotated.token, url()), { url: receiver.url });
        expect((await next.subscribe()).id).toBe(endpoint.id);
        await svix.message.create("a", { eventType: "t", payload: { n: 2 } });
        const [, later] = await receiver.waitForHits(2);
        expect(() => next.verify(later?.body.toString() ?? "", later?.headers as Record<string, string>)).not.toThrow();
        expect(() => config.verify(later?.body.toString() ?? "", later?.headers as Record<string, string>)).toThrow(
          "No matching signature",
        );

        // A deleted endpoint comes back with the secret that the receiver knows.
        await svix.endpoint.delete("a", endpoint.id);
        const revived = await next.subscribe();
        expect(revived.id).not.toBe(endpoint.id);
        expect((await svix.endpoint.getSecret("a", revived.id)).key).toBe(secretIn(rotated.token));
        expect((await call("DELETE", ours)).status).toBe(204);
        expect(await refusal(next.subscribe())).toBe(401);
        expect((await svix.endpoint.list("a")).data.map(({ id }) => id)).toEqual([revived.id]);
      } finally {
        await receiver.close();
      }
    });

    test("the token does that and nothing else; many at once make one endpoint", async () => {
      const { svix, call, as } = await prepared(client);
      const [mine, other] = [await svix.autoconfigSubscription.create("a"), await svix.autoconfigSubscription.create("a")];
      const { tok } = contentOf(mine.token);
      const token = as(tok);
      for (const [method, path, status] of [
        ["GET", `/app/a/autoconfig/${mine.id}`, 200],
        ["GET", `/app/a/autoconfig/${other.id}`, 404],
        ["PUT", `/app/a/autoconfig/${other.id}/endpoint`, 404],
        ["POST", `/app/a/autoconfig/${mine.id}/rotate`, 403],
        ["POST", "/app/a/autoconfig", 403],
        ["GET", "/app/a/autoconfig", 403],
        ["DELETE", `/app/a/autoconfig/${mine.id}`, 403],
        ["GET", "/app/a", 403],
        ["GET", "/app/a/endpoint", 403],
        ["POST", "/auth/logout", 403],
        ["POST", "/app/a/msg", 403],
      ] as const) {
        const body = method === "PUT" ? { url: nowhere } : undefined;
        expect([method, path, (await token.call(method, path, { body })).status]).toEqual([method, path, status]);
      }
      const put = (body: object) => token.call("PUT", `/app/a/autoconfig/${mine.id}/endpoint`, { body });
      const answers = await Promise.all(Array.from({ length: 5 }, () => put({ url: nowhere })));
      expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
      expect((await svix.endpoint.list("a")).data).toHaveLength(1);
      for (const [body, loc] of [
        [{}, ["body", "url"]],
        [{ url: nowhere, secret: `whsec_${"A".repeat(32)}` }, ["body", "secret"]],
        [{ url: nowhere, headers: { host: "x" } }, ["body", "headers", "host"]],
      ] as const) {
        const answer = await put(body);
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
      }
      const rotate = (key: string) => call("POST", `/app/a/autoconfig/${mine.id}/rotate`, { body: { signingSecret: { key } } });
      expect(detailOf(await rotate("wrong"))[0]?.loc).toEqual(["body", "signingSecret", "key"]);
      const stranger = await prepared(client);
      expect(await refusal(stranger.svix.autoconfigSubscription.rotate("a", mine.id))).toBe(404);
    });

    test("a token sees what its feature flags show: those that it is given, else the caller's own", async () => {
      const { svix, call, as } = await prepared(client);
      for (const flag of ["beta", "gamma"]) await svix.eventType.create({ name: flag, description: "", featureFlags: [flag] });
      const portal = as((await svix.authentication.appPortalAccess("a", { featureFlags: ["beta"] })).token).call;
      // Asks which of beta and gamma may be subscribed to.
      const shown = async (made: Answer): Promise<string[]> => {
        expect(made.status).toBe(201);
        const { id, token } = made.json as { id: string; token: string };
        const holder = as(contentOf(token).tok);
        const subscribed = ["beta", "gamma"].map(async (type) => {
          const body = { url: nowhere, eventTypes: [type] };
          return (await holder.call("PUT", `/app/a/autoconfig/${id}/endpoint`, { body })).status === 422 ? [] : [type];
        });
        return (await Promise.all(subscribed)).flat();
      };
      const make = (caller: Call, body?: object): Promise<Answer> => caller("POST", "/app/a/autoconfig", { body });
      for (const [caller, body, types] of [
        [call, undefined, ["beta", "gamma"]],
        [call, { featureFlags: null }, ["beta", "gamma"]],
        [call, { featureFlags: ["gamma", "gamma"] }, ["gamma"]],
        [portal, {}, ["beta"]],
        [portal, { featureFlags: [] }, ["beta"]],
        [portal, { featureFlags: ["beta"] }, ["beta"]],
      ] as const)
        expect([body, await shown(await make(caller, body))]).toEqual([body, types]);
      for (const [caller, body, loc] of [
        [portal, { featureFlags: ["gamma"] }, ["body", "featureFlags"]],
        [call, { featureFlags: ["a b"] }, ["body", "featureFlags", "[0]"]],
      ] as const) {
        const refused = await make(caller, body);
        expect([refused.status, detailOf(refused)[0]?.loc]).toEqual([422, loc]);
      }
    });
  });
}

type Content = { aid: string; sid: string; surl: string; esec: string; tok: string };

const contentOf = (token: string): Content => JSON.parse(Buffer.from(token.slice("auto_v2_".length), "base64").toString()) as Content;

const secretIn = (token: string): string => contentOf(token).esec;

/** The token names the server's public address; the test's server stands elsewhere. */
function here(token: string, serverUrl: string): string {
  return `auto_v2_${Buffer.from(JSON.stringify({ ...contentOf(token), surl: serverUrl })).toString("base64")}`;
}
