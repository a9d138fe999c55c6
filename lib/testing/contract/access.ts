import { AppPortalCapability as Capability } from "svix";
import { describe, expect, test } from "vitest";
import { prisma } from "../../db/client.ts";
import { newId } from "../../ids.ts";
import { type Call, type Client, type Context, detailOf, refusal } from "./context.ts";

async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  return prepared;
}

const codeOf = (url: string): string => new URLSearchParams(new URL(url).hash.slice(1)).get("key") ?? "";

export function accessContract({ client }: Context): void {
  describe("access", () => {
    test("no key, a wrong key, another scheme: 401", async () => {
      const { call } = await client();
      for (const authorization of [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wk_wrong",
        "Bearer wp_wrong",
        "Basic abc",
        `Bearer ${"x".repeat(600)}`,
        "Bearer a b",
      ]) {
        const answer = await call("GET", "/app", { token: null, headers: { authorization } });
        expect([authorization, answer.status, (answer.json as { code: string }).code]).toEqual([
          authorization,
          401,
          "authentication_failed",
        ]);
      }
      expect((await call("GET", "/app", { token: null })).status).toBe(401);
    });

    test("whoami: a key, a portal token, nobody", async () => {
      const { svix, call, as, tenant } = await prepared(client);
      const { id: appId } = await svix.application.get("a");
      const envId = tenant.actor.environmentId;
      expect((await call("GET", "/auth/whoami")).json).toEqual({ envId, appId: null, permissionSource: "RegionalAuthToken" });
      const { token } = await svix.authentication.appPortalAccess("a", {});
      expect((await as(token).call("GET", "/auth/whoami/")).json).toEqual({ envId, appId, permissionSource: "SvixJwt" });
      expect((await call("GET", "/auth/whoami", { token: null })).status).toBe(401);
    });

    test("API keys: made, listed without their text, revoked at once", async () => {
      const { call, as, tenant } = await client();
      const made = (await call("POST", "/api-key", { body: { name: "Second" } })).json as { id: string; key: string; prefix: string };
      expect(made.key.startsWith(made.prefix)).toBe(true);
      const second = as(made.key);
      expect((await second.call("GET", "/app")).status).toBe(200);
      const list = (await second.call("GET", "/api-key")).json as { data: { id: string }[] };
      expect(list.data.map(({ id }) => id)).toEqual([tenant.actor.id, made.id]);
      expect(JSON.stringify(list)).not.toContain(made.key);
      const stranger = await client();
      expect((await stranger.call("DELETE", `/api-key/${made.id}`)).status).toBe(404);
      expect((await call("DELETE", `/api-key/${made.id}`)).status).toBe(204);
      expect((await second.call("GET", "/app")).status).toBe(401);
      expect((await call("DELETE", `/api-key/${made.id}`)).status).toBe(404);
      expect((await call("POST", "/api-key", { body: { name: "Late", expiresAt: "2020-01-01T00:00:00Z" } })).status).toBe(422);
      expect((await call("POST", "/api-key", { body: {} })).status).toBe(422);
    });

    test("keys that only read, and keys of one application", async () => {
      const { svix, call, as } = await prepared(client);
      const own = await svix.application.get("a");
      await svix.application.create({ name: "B", uid: "b" });
      const keyWith = async (change: object): Promise<Call> => {
        const { id, key } = (await call("POST", "/api-key", { body: { name: "K" } })).json as { id: string; key: string };
        await prisma().apiKey.update({ where: { id }, data: change });
        return as(key).call;
      };
      const reader = await keyWith({ permission: "read" });
      expect((await reader("GET", "/app")).status).toBe(200);
      expect((await reader("POST", "/app", { body: { name: "C" } })).status).toBe(403);
      expect((await reader("POST", "/app/a/msg", { body: { eventType: "t", payload: {} } })).status).toBe(403);
      expect((await reader("DELETE", "/app/a")).status).toBe(403);

      const bound = await keyWith({ applicationId: own.id });
      expect((await bound("GET", "/app/a")).status).toBe(200);
      expect((await bound("POST", "/app/a/msg", { body: { eventType: "t", payload: {} } })).status).toBe(202);
      const application = { name: "C", uid: "c" };
      for (const [method, path, body, status] of [
        ["GET", "/app/b", undefined, 404],
        ["GET", "/app/b/endpoint", undefined, 404],
        ["PUT", "/app/c", { name: "C" }, 404],
        ["POST", "/app/c/msg", { eventType: "t", payload: {}, application }, 404],
        ["POST", "/auth/app-portal-access/c", { application }, 404],
        ["GET", "/app", undefined, 403],
        ["POST", "/app", { name: "C" }, 403],
        ["GET", "/api-key", undefined, 403],
        ["POST", "/api-key", { name: "C" }, 403],
        ["POST", "/event-type", { name: "c", description: "" }, 403],
        ["GET", "/event-type", undefined, 200],
      ] as const)
        expect([method, path, (await bound(method, path, { body })).status]).toEqual([method, path, status]);
    });

    test("portal: the link works until it expires, both tokens reach one application", async () => {
      const { svix, v1, call, as } = await prepared(client);
      const access = await svix.authentication.appPortalAccess("a", { expiry: 3600 });
      expect((await as(access.token).svix.application.get("a")).name).toBe("A");
      const code = codeOf(access.url);
      const exchanged = await call("POST", "/portal/exchange", { token: null, body: { code } });
      const { token, applicationId, expiresAt } = exchanged.json as { token: string; applicationId: string; expiresAt: string };
      expect(exchanged.status).toBe(200);
      expect(new Date(expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(3_600_000);
      expect((await as(token).svix.application.get("a")).id).toBe(applicationId);
      expect((await call("POST", "/portal/exchange", { token: null, body: { code } })).status).toBe(200);
      // The code is no token, and a token no code.
      expect((await as(code).call("GET", "/app/a")).status).toBe(401);
      expect((await call("POST", "/portal/exchange", { token: null, body: { code: token } })).status).toBe(401);
      const older = await v1.authentication.dashboardAccess("a");
      expect((await as(older.token).svix.application.get("a")).id).toBe(applicationId);
      const made = await svix.authentication.appPortalAccess("new", { application: { name: "New", uid: "new" } });
      expect((await as(made.token).svix.application.get("new")).name).toBe("New");
      expect(await refusal(svix.authentication.appPortalAccess("unknown"))).toBe(404);
      expect(await refusal(svix.authentication.appPortalAccess("a", { expiry: 60 }))).toBe(422);
    });

    test("a portal token has what it was given and nothing more, through its link too", async () => {
      const { svix, call, as } = await prepared(client);
      const { id } = await svix.endpoint.create("a", { url: "http://127.0.0.1:9/" });
      const message = await svix.message.create("a", { eventType: "t", payload: {} });
      const calls: [string, string, unknown, Capability][] = [
        ["GET", `/app/a/endpoint/${id}`, undefined, Capability.ViewBase],
        ["GET", `/app/a/endpoint/${id}/secret`, undefined, Capability.ViewEndpointSecret],
        ["POST", `/app/a/endpoint/${id}/secret/rotate`, {}, Capability.ManageEndpointSecret],
        ["POST", `/app/a/endpoint/${id}/recover`, { since: new Date().toISOString() }, Capability.CreateAttempts],
        ["POST", `/app/a/msg/${message.id}/endpoint/${id}/resend`, undefined, Capability.CreateAttempts],
        ["PATCH", `/app/a/endpoint/${id}`, { description: "x" }, Capability.ManageEndpoint],
        ["POST", "/app/a/autoconfig", undefined, Capability.ManageEndpoint],
      ];
      const may = async (token: string): Promise<Capability[]> => {
        const answers = await Promise.all(calls.map(([method, path, body]) => as(token).call(method, path, { body })));
        const bad = answers.filter(({ status }) => status >= 400 && status !== 403);
        expect(bad).toEqual([]);
        return [...new Set(calls.flatMap(([, , , needed], i) => (answers[i]?.status === 403 ? [] : [needed])))];
      };
      const withThese = async (given: Capability[]) =>
        svix.authentication.appPortalAccess("a", { capabilities: given, sessionId: given.join() });
      expect(await may((await svix.authentication.appPortalAccess("a", { readOnly: true })).token)).toEqual([Capability.ViewBase]);
      expect(await may((await withThese([Capability.ViewBase, Capability.CreateAttempts])).token)).toEqual([
        Capability.ViewBase,
        Capability.CreateAttempts,
      ]);
      const secrets: Capability[] = [Capability.ViewBase, Capability.ViewEndpointSecret, Capability.ManageEndpointSecret];
      expect(await may((await withThese([Capability.ViewBase, Capability.ManageEndpointSecret])).token)).toEqual(secrets);
      expect(await may((await withThese([Capability.ViewBase, Capability.ManageEndpoint])).token)).toEqual([
        ...secrets,
        Capability.ManageEndpoint,
      ]);
      const { url } = await withThese([Capability.ViewBase, Capability.ViewEndpointSecret]);
      const exchanged = await call("POST", "/portal/exchange", { token: null, body: { code: codeOf(url) } });
      const { token } = exchanged.json as { token: string };
      expect(await may(token)).toEqual([Capability.ViewBase, Capability.ViewEndpointSecret]);
      await svix.authentication.expireAll("a", { sessionIds: ["unknown"] });
      expect((await as(token).call("GET", "/app/a")).status).toBe(200);
      await svix.authentication.expireAll("a", { sessionIds: ["ViewBase,ViewEndpointSecret"] });
      expect((await as(token).call("GET", "/app/a")).status).toBe(401);
      for (const [body, loc] of [
        [{ capabilities: ["ManageEndpoint"] }, ["body", "capabilities"]],
        [{ capabilities: ["ViewBase", "Autoconfig"] }, ["body", "capabilities", "[1]"]],
        [{ readOnly: true, capabilities: ["ViewBase"] }, ["body", "readOnly"]],
        [{ sessionId: "" }, ["body", "sessionId"]],
      ]) {
        const answer = await call("POST", "/auth/app-portal-access/a", { body });
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
      }
    });

    test("logout and expire-all end tokens at once", async () => {
      const { svix, as, call } = await prepared(client);
      const [one, two, three] = await Promise.all([1, 2, 3].map(async () => svix.authentication.appPortalAccess("a")));
      const tokens = [one, two, three].map((access) => as(access?.token ?? ""));
      const statuses = () => Promise.all(tokens.map(async (token) => (await token.call("GET", "/app/a")).status));
      expect(await statuses()).toEqual([200, 200, 200]);
      await tokens[0]?.svix.authentication.logout();
      expect(await statuses()).toEqual([401, 200, 200]);
      await svix.authentication.expireAll("a");
      expect(await statuses()).toEqual([401, 401, 401]);
      expect((await call("POST", "/portal/exchange", { token: null, body: { code: codeOf(two?.url ?? "") } })).status).toBe(401);
      expect(await refusal(svix.authentication.logout())).toBe(403);
      expect((await svix.application.get("a")).uid).toBe("a");
    });

    test("what a portal token may not do: 403; another application: 404", async () => {
      const { svix, as } = await prepared(client);
      const other = await svix.application.create({ name: "B", uid: "b" });
      const { call } = as((await svix.authentication.appPortalAccess("a")).token);
      const message = await svix.message.create("a", { eventType: "t", payload: {} });
      const url = "http://127.0.0.1:9/";
      const { id } = await svix.endpoint.create("a", { url });
      const forbidden: [string, string, unknown?][] = [
        ["GET", "/app"],
        ["POST", "/app", { name: "x" }],
        ["PUT", "/app/a", { name: "x" }],
        ["PATCH", "/app/a", { name: "x" }],
        ["DELETE", "/app/a"],
        ["POST", "/app/a/msg", { eventType: "t", payload: {} }],
        ["POST", "/app/a/msg/batch", { messages: [{ eventType: "t", payload: {} }] }],
        ["POST", `/app/a/endpoint/${id}/send-example`, { eventType: "svix.ping" }],
        ["DELETE", `/app/a/msg/${message.id}/content`],
        ["DELETE", `/app/a/msg/${message.id}/attempt/${newId("attempt")}/content`],
        ["POST", "/event-type", { name: "x", description: "" }],
        ["PUT", "/event-type/x", { description: "" }],
        ["PATCH", "/event-type/x", { description: "" }],
        ["DELETE", "/event-type/x"],
        ["POST", "/auth/app-portal-access/a", {}],
        ["POST", "/auth/dashboard-access/a"],
        ["POST", "/auth/app/a/expire-all", {}],
        ["GET", "/api-key"],
        ["POST", "/api-key", { name: "x" }],
        ["DELETE", `/api-key/${newId("apiKey")}`],
        ["GET", "/metrics"],
      ];
      for (const [method, path, body] of forbidden)
        expect([method, path, (await call(method, path, { body })).status]).toEqual([method, path, 403]);
      const allowed: [string, string, number, unknown?][] = [
        ["GET", "/app/a", 200],
        ["GET", "/app/a/endpoint", 200],
        ["POST", "/app/a/endpoint", 201, { url }],
        ["PUT", `/app/a/endpoint/${id}`, 200, { url }],
        ["PATCH", `/app/a/endpoint/${id}`, 200, { description: "x" }],
        ["GET", `/app/a/endpoint/${id}/secret`, 200],
        ["POST", `/app/a/endpoint/${id}/secret/rotate`, 200, {}],
        ["GET", `/app/a/endpoint/${id}/headers`, 200],
        ["PUT", `/app/a/endpoint/${id}/headers`, 204, { headers: {} }],
        ["GET", `/app/a/endpoint/${id}/stats`, 200],
        ["POST", `/app/a/endpoint/${id}/recover`, 202, { since: new Date().toISOString() }],
        ["GET", "/app/a/msg", 200],
        ["GET", `/app/a/msg/${message.id}`, 200],
        ["POST", `/app/a/msg/${message.id}/endpoint/${id}/resend`, 202],
        ["GET", `/app/a/attempt/endpoint/${id}`, 200],
        ["GET", `/app/a/attempt/msg/${message.id}`, 200],
        ["GET", "/event-type", 200],
        ["GET", "/background-task", 200],
        ["DELETE", `/app/a/endpoint/${id}`, 204],
      ];
      for (const [method, path, status, body] of allowed)
        expect([method, path, (await call(method, path, { body })).status]).toEqual([method, path, status]);
      for (const path of ["/app/b", `/app/${other.id}`, "/app/b/endpoint", "/app/b/msg"])
        expect([path, (await call("GET", path)).status]).toEqual([path, 404]);
      // An endpoint of another's can't be named in one's own application either.
      const foreign = await svix.endpoint.create("b", { url });
      expect((await call("GET", `/app/a/endpoint/${foreign.id}`)).status).toBe(404);
      expect((await call("DELETE", `/app/a/endpoint/${foreign.id}`)).status).toBe(404);
    });

    test("a deleted application's tokens are refused", async () => {
      const { svix, as } = await prepared(client);
      const { token } = await svix.authentication.appPortalAccess("a");
      await svix.application.delete("a");
      expect((await as(token).call("GET", "/app/a")).status).toBe(401);
    });

    test("setup without the first start's token is refused", async () => {
      const { call } = await client();
      const owner = { email: "a@example.com", password: "correct horse", organizationName: "Us" };
      expect((await call("POST", "/setup", { token: null, body: { token: "wrong", ...owner } })).status).toBe(403);
      expect((await call("POST", "/setup", { token: null, body: { token: "wrong", ...owner, password: "short" } })).status).toBe(422);
    });
  });
}
