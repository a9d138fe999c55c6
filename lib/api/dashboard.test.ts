// What the dashboard keeps for its members: saved views, incidents, visits.
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { IncidentOut } from "../contract/incident.ts";
import type { SavedViewOut } from "../contract/savedView.ts";
import type { SystemOut } from "../contract/system.ts";
import type { VisitOut } from "../contract/visit.ts";
import { prisma } from "../db/client.ts";
import { closeListener } from "../db/listen.ts";
import { sweepIncidents } from "../db/sql/figures/incidents.ts";
import { databaseNowMs } from "../db/clock.ts";
import { acceptTogether } from "../db/sql/hot/accept.ts";
import { firstId, newId } from "../ids.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { newApplication, newMessage } from "../testing/sending.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { hourMs, minuteMs } from "../words/duration.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let api: Hono;
beforeAll(async () => {
  database = await testDatabase();
  api = createApi();
});
afterAll(async () => {
  await closeListener();
  await database.close();
});

type Asked<T> = { status: number; json: T };

async function ask<T>(headers: Record<string, string>, method: string, path: string, body?: object): Promise<Asked<T>> {
  const init = { method, headers: { ...headers, "content-type": "application/json" } };
  const answer = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, json: (text === "" ? null : JSON.parse(text)) as T };
}

const as = async ({ organizationId, environmentId }: Tenant, role: "viewer" | "member" | "admin") =>
  withSession(await newMember(organizationId, role), environmentId);

test("a view is its maker's own until it is shared; an admin may delete it then", async () => {
  const tenant = await newTenant();
  const [maker, viewer, admin] = [await as(tenant, "member"), await as(tenant, "viewer"), await as(tenant, "admin")];
  const namesFor = async (who: Record<string, string>) =>
    (await ask<{ data: SavedViewOut[] }>(who, "GET", "/saved-view")).json.data.map(({ name, own }) => [name, own]);
  const filter = { status: ["failed"], eventTypes: ["invoice.paid"] };
  const { status, json } = await ask<SavedViewOut>(maker, "POST", "/saved-view", { name: "Unpaid", filter });
  expect(status).toBe(201);
  expect(json.filter).toEqual(filter);
  expect(json.withinSeconds).toBeNull();
  const relative = { name: "Today", filter, withinSeconds: 86_400 };
  const today = (await ask<SavedViewOut>(maker, "POST", "/saved-view", relative)).json;
  expect(today).toMatchObject(relative);
  expect((await ask(maker, "POST", "/saved-view", { ...relative, withinSeconds: 5 })).status).toBe(422);
  expect((await ask(maker, "DELETE", `/saved-view/${today.id}`)).status).toBe(204);
  expect(await namesFor(viewer)).toEqual([]);
  expect((await ask(admin, "DELETE", `/saved-view/${json.id}`)).status).toBe(404);
  expect((await ask(maker, "PATCH", `/saved-view/${json.id}`, { shared: true })).status).toBe(200);
  expect(await namesFor(viewer)).toEqual([["Unpaid", false]]);
  expect(await namesFor(maker)).toEqual([["Unpaid", true]]);
  expect((await ask(viewer, "PATCH", `/saved-view/${json.id}`, { name: "Mine" })).status).toBe(403);
  expect((await ask(viewer, "DELETE", `/saved-view/${json.id}`)).status).toBe(403);
  expect((await ask(viewer, "POST", "/saved-view", { name: "S", filter, shared: true })).status).toBe(403);
  expect((await ask(viewer, "POST", "/saved-view", { name: "S", filter })).status).toBe(201);
  expect((await ask(maker, "POST", "/saved-view", { name: "S", filter: { status: ["no such"] } })).status).toBe(422);
  expect((await ask(admin, "DELETE", `/saved-view/${json.id}`)).status).toBe(204);
});

async function newEndpoint(tenant: Tenant) {
  const key = withKey(tenant.apiKey);
  const applicationId = (await ask<{ id: string }>(key, "POST", "/app", { name: "Café" })).json.id;
  const url = "http://127.0.0.1:9/";
  const endpointId = (await ask<{ id: string }>(key, "POST", `/app/${applicationId}/endpoint`, { url })).json.id;
  return { key, applicationId, endpointId };
}

async function fail({ endpointId }: { endpointId: string }, errorClasses: string[]) {
  const place = { endpointId, messageId: newId("message"), eventType: "t" };
  const made = { url: "http://127.0.0.1:9/", durationMs: 1 };
  for (const [n, errorClass] of errorClasses.entries()) {
    const response = { responseStatusCode: errorClass === "status" ? 503 : 0, errorClass };
    await prisma().attempt.create({
      data: { id: newId("attempt"), createdAt: new Date(), attemptNumber: n + 1, ...place, ...made, ...response },
    });
  }
  await prisma().endpoint.update({ where: { id: endpointId }, data: { failingSince: new Date() } });
}

test("an incident opens for each kind of error, is acknowledged, resolved, opens again, and resolves itself", async () => {
  const tenant = await newTenant();
  const target = await newEndpoint(tenant);
  const list = async (status = "unresolved") =>
    (await ask<{ data: IncidentOut[] }>(target.key, "GET", `/incident?status=${status}`)).json.data;
  const sweep = () => expect.poll(sweepIncidents).toBe(true);

  await fail(target, ["status", "status", "timeout"]);
  await sweep();
  expect(await list()).toEqual([]);
  await fail(target, ["status", "timeout", "timeout"]);
  await sweep();
  const [one, other] = (await list()).toSorted((a, b) => (a.errorClass < b.errorClass ? -1 : 1));
  expect(one).toMatchObject({ errorClass: "status", statusCode: 503, failures: 3, status: "open", applicationName: "Café" });
  expect(other).toMatchObject({ errorClass: "timeout", statusCode: 0, failures: 3 });
  await fail(target, ["status"]);
  await sweep();
  await sweep();
  expect((await list()).map(({ failures }) => failures).toSorted((a, b) => a - b)).toEqual([3, 4]);

  const member = await as(tenant, "member");
  const acknowledged = await ask<IncidentOut>(member, "POST", `/incident/${one?.id}/acknowledge`);
  expect(acknowledged.json).toMatchObject({ status: "acknowledged" });
  expect(acknowledged.json.acknowledgedBy).toMatch(/@example\.com$/);
  expect((await ask(member, "POST", `/incident/${one?.id}/acknowledge`)).status).toBe(409);
  expect((await ask(await as(tenant, "viewer"), "POST", `/incident/${one?.id}/resolve`)).status).toBe(403);
  expect((await ask<IncidentOut>(member, "POST", `/incident/${one?.id}/resolve`)).json.status).toBe("resolved");
  await sweep();
  expect((await list()).map(({ errorClass }) => errorClass)).toEqual(["timeout"]);
  await fail(target, ["status", "status", "status"]);
  await sweep();
  expect((await list()).map(({ errorClass, failures }) => `${errorClass} ${failures}`).toSorted()).toEqual(["status 3", "timeout 3"]);

  await prisma().endpoint.update({ where: { id: target.endpointId }, data: { failingSince: null } });
  await sweep();
  expect(await list()).toEqual([]);
  // Two of them opened in the same moment, so that nothing orders them.
  const resolvedBy = (await list("resolved")).map(({ resolvedBy: who }) =>
    who === null ? "itself" : who.endsWith("@example.com") ? "member" : who,
  );
  expect(resolvedBy.toSorted()).toEqual(["itself", "itself", "member"]);
});

test("a visit tells what happened since the one before", async () => {
  const tenant = await newTenant();
  const target = await newEndpoint(tenant);
  const viewer = await as(tenant, "viewer");
  const visit = async () => (await ask<VisitOut>(viewer, "POST", "/visit")).json;
  expect(await visit()).toMatchObject({ since: null });
  expect(await visit()).toMatchObject({ since: null });
  await database.pool.query(`update visit set "lastAt" = now() - interval '2 hours' where "environmentId" = $1`, [tenant.environmentId]);
  await fail(target, ["status", "status", "status"]);
  await expect.poll(sweepIncidents).toBe(true);
  const { since, ...counts } = await visit();
  expect(Date.parse(since ?? "")).toBeLessThan(Date.now() - 7_000_000);
  expect(counts).toMatchObject({ incidentsOpened: 1, incidentsResolved: 0, endpointsDisabled: 0 });
  // The visit goes on.
  expect(await visit()).toMatchObject({ since });
  expect((await ask(target.key, "POST", "/visit")).status).toBe(403);
});

test("the system tells admins how it is doing", async () => {
  const tenant = await newTenant();
  expect((await ask(await as(tenant, "member"), "GET", "/system")).status).toBe(403);
  const { json } = await ask<SystemOut>(await as(tenant, "admin"), "GET", "/system");
  expect(json).toMatchObject({ retentionDays: 90, delivers: false, overdueSince: null, canMail: false, mailServer: null });
  expect(json.databaseBytes).toBeGreaterThan(1_000_000);
});

test("the system says when nobody looks after what processes have accepted and not sent", async () => {
  const headers = await as(await newTenant(), "admin");
  const inHandSince = async () => (await ask<SystemOut>(headers, "GET", "/system")).json.inHandSince;
  const application = await newApplication([{ url: "https://cafe.example/hook" }]);
  const accept = (ageMs: number) => {
    const createdAt = new Date(databaseNowMs() - ageMs);
    return acceptTogether([newMessage(application, { id: newId("message", createdAt.getTime()), createdAt })]);
  };
  const passedUntil = (ageMs: number) =>
    database.pool.query(
      `insert into "setting" ("name", "value") values ('in_hand_soon', convert_to($1, 'UTF8')) on conflict ("name") do update set "value" = excluded."value"`,
      [firstId("message", databaseNowMs() - ageMs)],
    );
  await accept(hourMs);
  await accept(minuteMs);
  await passedUntil(hourMs / 2);
  expect(await inHandSince()).toBeNull();
  await database.pool.query(
    `insert into "claim" ("leaseId", "claimedAt", "lookAt", "endsAt", "day") select 'lease_1', t, t, t, 1 from (select now() - interval '7 minutes') t (t)`,
  );
  expect(Math.round((Date.now() - Date.parse((await inHandSince()) ?? "")) / minuteMs)).toBe(7);
  await database.pool.query(`delete from "claim"`);
  await passedUntil(2 * hourMs);
  expect(Date.now() - Date.parse((await inHandSince()) ?? "")).toBeGreaterThan(hourMs - minuteMs);
});
