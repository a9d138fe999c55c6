/** A tenant that has one of everything, and a valid body for each operation: for sweeps over all of them. */
import type { Hono } from "hono";
import { hashToken } from "../auth/apiKeys.ts";
import { prisma } from "../db/client.ts";
import { newId } from "../ids.ts";
import { newMember, type TestUser } from "./session.ts";
import { newTenant, type Tenant } from "./tenant.ts";

/** Ids by the names that paths use. */
export type Ids = Record<string, string>;
export type Furnished = Tenant & { ids: Ids; member: TestUser };

export type Answer = { status: number; id?: string; token?: string };

export const withKey = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** The headers of a request as our own pages make it, before anybody has signed in. */
export const ownPage = { "sec-fetch-site": "same-origin" };

/** The same, of somebody who has. */
export const withSession = ({ cookie }: Pick<TestUser, "cookie">, environmentId: string): Record<string, string> => ({
  cookie,
  "webster-environment": environmentId,
  ...ownPage,
});

export async function send(api: Hono, headers: Record<string, string>, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = { method: method.toUpperCase(), headers: { ...headers, "content-type": "application/json" } };
  const response = await api.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  // A stream of events never ends.
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return { status: response.status };
  }
  const text = await response.text();
  return { ...(text.startsWith("{") ? (JSON.parse(text) as object) : {}), status: response.status };
}

export async function furnish(api: Hono): Promise<Furnished> {
  const tenant = await newTenant();
  const { organizationId, environmentId, actor } = tenant;
  const make = async (path: string, body: unknown): Promise<string> =>
    (await send(api, withKey(tenant.apiKey), "POST", `/api/v1${path}`, body)).id ?? "";
  const app_id = await make("/app", { name: "A", uid: "uid-a" });
  await make("/event-type", { name: "secret.type", description: "" });
  const endpoint_id = await make(`/app/${app_id}/endpoint`, { url: "http://127.0.0.1:9/", uid: "uid-e" });
  const msg_id = await make(`/app/${app_id}/msg`, { eventType: "t", payload: { a: 1 }, eventId: "event-1" });
  const task_id = await make(`/app/${app_id}/endpoint/${endpoint_id}/recover`, { since: new Date(Date.now() - 60_000).toISOString() });
  const inbox_id = await make("/inbox", { name: "Inbox" });
  const source_id = await make("/source", { name: "Source", provider: "bearer", secrets: ["bearer-token-of-the-source"], uid: "uid-s" });
  const request_id = await newReceivedRequest(api, tenant.apiKey, source_id);
  const integ_id = await make(`/app/${app_id}/integration`, { name: "Integration" });
  const autoconfig_id = await make(`/app/${app_id}/autoconfig`, undefined);
  const connector_id = await make("/connector", { name: "Connector", transformation: "function handler(webhook) { return webhook; }" });
  const member = await newMember(organizationId, "member");
  const ids = {
    app_id,
    endpoint_id,
    msg_id,
    message_id: msg_id,
    task_id,
    inbox_id,
    source_id,
    request_id,
    key_id: actor.id,
    event_type_name: "secret.type",
    integ_id,
    autoconfig_id,
    connector_id,
  };
  const sink_id = await make(`/app/${app_id}/destination`, { type: "pollingEndpoint", uid: "uid-p" });
  await send(api, withKey(tenant.apiKey), "GET", `/api/v1/app/${app_id}/poller/${sink_id}/consumer/one`);
  const polling = { sink_id, destination_id: sink_id, consumer_id: "one" };
  const more = { environment_id: environmentId, user_id: member.userId, invitation_id: await newInvitation(organizationId) };
  const attempt_id = await newAttempt(ids);
  const view_id = newId("savedView");
  const filter = { status: ["failed"] };
  await prisma().savedView.create({
    data: { id: view_id, environmentId, userId: member.userId, name: "secret view", filter, shared: true },
  });
  const incident_id = await newIncident(ids, environmentId);
  const passkey_id = await newPasskey(member.userId);
  const alert_channel_id = newId("alertChannel");
  await prisma().alertChannel.create({ data: { id: alert_channel_id, environmentId, kind: "email", target: "secret@example.com" } });
  const credential_id = await newLeftBehind(environmentId);
  const missing = Object.entries({ ...ids, sink_id, attempt_id }).filter(([, id]) => id === "");
  if (missing.length > 0) throw new Error(`Not made: ${missing.map(([name]) => name).join(", ")}`);
  return {
    ...tenant,
    member,
    ids: { ...ids, ...more, ...polling, attempt_id, view_id, incident_id, alert_channel_id, credential_id, passkey_id },
  };
}

async function newPasskey(userId: string): Promise<string> {
  const id = newId("passkey");
  await prisma().passkey.create({ data: { id, userId, name: "Passkey", credentialId: id, publicKey: Buffer.alloc(1), signCount: 0 } });
  return id;
}

/** A key whose maker has left. */
async function newLeftBehind(environmentId: string): Promise<string> {
  const id = newId("apiKey");
  const data = { id, environmentId, name: "Left behind", prefix: "wk_left", hash: hashToken(id), makerLeftAt: new Date() };
  await prisma().apiKey.create({ data });
  return id;
}

/** Makes a received request, which is rejected, for it is not signed. */
async function newReceivedRequest(api: Hono, key: string, sourceId: string): Promise<string> {
  const source = await api.request(`/api/v1/source/${sourceId}`, { headers: withKey(key) });
  const { url } = (await source.json()) as { url: string };
  await api.request(new URL(url).pathname, { method: "POST", body: '{"type":"private"}' });
  const listed = await api.request(`/api/v1/received-request?source_id=${sourceId}`, { headers: withKey(key) });
  return ((await listed.json()) as { data: { id: string }[] }).data[0]?.id ?? "";
}

async function newInvitation(organizationId: string): Promise<string> {
  const id = newId("invitation");
  const data = { id, organizationId, email: "new@example.com", role: "viewer", hash: hashToken(id), invitedById: "x" };
  await prisma().invitation.create({ data: { ...data, expiresAt: new Date(Date.now() + 3_600_000) } });
  return id;
}

async function newAttempt({ msg_id, endpoint_id }: Ids): Promise<string> {
  const id = newId("attempt");
  const place = { messageId: msg_id ?? "", endpointId: endpoint_id ?? "" };
  const made = {
    attemptNumber: 1,
    errorClass: "status",
    url: "http://127.0.0.1:9/",
    responseStatusCode: 500,
    durationMs: 1,
  };
  await prisma().attempt.create({ data: { id, createdAt: new Date(), ...place, ...made, eventType: "t", response: "private" } });
  return id;
}

async function newIncident({ app_id, endpoint_id }: Ids, environmentId: string): Promise<string> {
  const id = newId("incident");
  const place = { environmentId, applicationId: app_id ?? "", endpointId: endpoint_id ?? "" };
  const moments = { firstFailureAt: new Date(), lastFailureAt: new Date() };
  await prisma().incident.create({ data: { id, ...place, ...moments, errorClass: "status", statusCode: 500, failures: 3 } });
  return id;
}

/** The path with the ids in it. */
export const fill = (path: string, ids: Ids): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "missing");

const since = new Date().toISOString();

export const validBodies: Record<string, unknown> = {
  "v1.alert-channel.create": { kind: "slack", target: "http://127.0.0.1:9/" },
  "v1.application.create": { name: "New" },
  "v1.message.import": { messages: [{ id: newId("message", Date.parse(since)), timestamp: since, eventType: "t", rawPayload: "{}" }] },
  "v1.application.update": { name: "Taken over" },
  "v1.application.patch": { name: "Taken over" },
  "v1.endpoint.create": { url: "http://127.0.0.1:9/" },
  "v1.endpoint.update": { url: "http://127.0.0.1:9/stolen" },
  "v1.endpoint.patch": { url: "http://127.0.0.1:9/stolen" },
  "v1.endpoint.rotate-secret": {},
  "v1.endpoint.expire-secrets": {},
  "v1.endpoint.dry-run-filter": { filter: { path: "payload.a", equals: 1 } },
  "v1.endpoint.patch-transformation": { code: "const handler = (webhook) => webhook" },
  "v1.endpoint.roll-back-transformation": { version: 1 },
  "v1.endpoint.test-transformation": { code: "const handler = (webhook) => webhook", payload: {} },
  "v1.endpoint.compare-transformation": { code: "const handler = (webhook) => webhook", limit: 1 },
  "v1.endpoint.probe": { url: "http://127.0.0.1:9/" },
  "v1.endpoint.update-headers": { headers: { "X-Stolen": "1" } },
  "v1.endpoint.patch-headers": { headers: { "X-Stolen": "1" } },
  "v1.endpoint.update-authentication": { kind: "bearer", token: "stolen" },
  "v1.operational-webhook.endpoint.create": { url: "http://127.0.0.1:9/" },
  "v1.operational-webhook.endpoint.update": { url: "http://127.0.0.1:9/stolen" },
  "v1.operational-webhook.endpoint.rotate-secret": {},
  "v1.operational-webhook.endpoint.update-headers": { headers: { "X-Stolen": "1" } },
  "v1.endpoint.recover": { since },
  "v1.endpoint.replay-missing": { since },
  "v1.endpoint.bulk-replay": { since },
  "v1.delivery.bulk-resend": { filter: {} },
  "v1.delivery.send-edited": { url: "http://127.0.0.1:9/", payload: "{}" },
  "v1.endpoint.send-test": { eventType: "t", payload: {} },
  "v1.endpoint.send-example": { eventType: "svix.ping" },
  "v1.event-type.create": { name: "new.type", description: "" },
  "v1.event-type.update": { description: "stolen" },
  "v1.event-type.patch": { description: "stolen" },
  "v1.destination.create": { type: "pollingEndpoint" },
  "v1.destination.update": { type: "pollingEndpoint", metadata: { stolen: "1" } },
  "v1.destination.patch": { metadata: { stolen: "1" } },
  "v1.destination.patch-transformation": { code: "const handler = (webhook) => webhook" },
  "v1.destination.test-transformation": { code: "const handler = (webhook) => webhook", payload: {} },
  "v1.message.poller.consumer-seek": { after: since },
  "v1.message.create": { eventType: "t", payload: {} },
  "v1.message.create-batch": { messages: [{ eventType: "t", payload: {} }] },
  "v1.event-type.import-openapi": {
    spec: { openapi: "3.1.0", webhooks: { "new.imported": { post: { description: "stolen" } } } },
  },
  "v1.environment.import": { eventTypes: [{ name: "new.imported2", description: "stolen" }] },
  "v1.environment.patch-settings": { payloadValidation: "warn" },
  "v1.message.precheck": { eventType: "t" },
  "v1.message.bulk-expunge-content": { ids: ["event-1"] },
  "v1.integration.create": { name: "I" },
  "v1.integration.update": { name: "Stolen" },
  "v1.autoconfig-subscription.rotate": {},
  "v1.autoconfig-subscription.endpoint.subscribe": { url: "http://127.0.0.1:9/stolen" },
  "v1.connector.create": { name: "C", transformation: "x" },
  "v1.connector.update": { name: "Stolen", transformation: "x" },
  "v1.connector.patch": { name: "Stolen" },
  "v1.authentication.app-portal-access": {},
  "v1.authentication.expire-all": {},
  "v1.api-key.create": { name: "K" },
  "v1.api-key.patch": { name: "Stolen" },
  "v1.statistics.aggregate-app-stats": { since: new Date(Date.now() - 3_600_000).toISOString(), until: since },
  "v1.inbox.create": { name: "I" },
  "v1.saved-view.create": { name: "V", filter: {} },
  "v1.saved-view.patch": { name: "Stolen" },
  "v1.inbox.patch": { name: "Stolen" },
  "v1.source.create": { name: "S", provider: "none" },
  "v1.source.patch": { name: "Stolen" },
  "v1.source.rotate-secret": { secret: "stolen" },
  "v1.source.rotate-token": {},
  "v1.source.send-test": {},
  "v1.source.dry-run-filter": { filter: { path: "payload.a", equals: 1 } },
  "v1.source.patch-transformation": { code: "const handler = (webhook) => webhook" },
  "v1.source.roll-back-transformation": { version: 1 },
  "v1.source.test-transformation": { code: "const handler = (webhook) => webhook", payload: {} },
  "v1.source.compare-transformation": { code: "const handler = (webhook) => webhook", limit: 1 },
  "v1.received-request.release": {},
  "v1.received-request.bulk-release": { filter: { sourceId: "uid-s" } },
  "v1.received-request.replay": { url: "http://127.0.0.1:9/" },
  "v1.ingest.source.create": { name: "S", type: "github", config: { secret: "x" } },
  "v1.ingest.source.update": { name: "Taken over", type: "github", config: { secret: "stolen" } },
  "v1.ingest.dashboard": {},
  "v1.ingest.endpoint.create": { url: "http://127.0.0.1:9/stolen" },
  "v1.ingest.endpoint.update": { url: "http://127.0.0.1:9/stolen" },
  "v1.ingest.endpoint.rotate-secret": {},
  "v1.ingest.endpoint.patch-transformation": { code: "const handler = (webhook) => webhook" },
  "v1.ingest.endpoint.update-headers": { headers: { "X-Stolen": "1" } },
  "v1.environment.create": { name: "New" },
  "v1.environment.patch": { name: "Stolen" },
  "v1.management.environment.create": { name: "New", type: "development" },
  "v1.management.environment.update": { name: "Stolen" },
  "v1.management.authentication.create-api-token": { name: "K" },
  "v1.management.authentication.patch-api-token": { name: "Stolen", scopes: ["manage"] },
  "v1.management.authentication.expire-api-token": {},
  "v1.management.environment-settings.patch": { displayName: "Stolen" },
  "v1.organization.patch": { name: "New" },
  "v1.profile.rename-passkey": { name: "Stolen" },
  "v1.sign-in.passkey-options": { step: "alone" },
  "v1.invitation.create": { email: "somebody@example.com", role: "viewer" },
  "v1.member.patch": { role: "viewer" },
};
