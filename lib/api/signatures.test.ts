/** Signature styles from the API to the wire. */
import { verify as verifyGithub } from "@octokit/webhooks-methods";
import { Stripe } from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Hit, type Receiver, startReceiver } from "../testing/receiver.ts";
import { newMember } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { until } from "../testing/until.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let engine: Engine;
let receiver: Receiver;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  receiver = await startReceiver();
  engine = startEngine();
});
afterAll(async () => {
  await engine.stop();
  await receiver.close();
  await database.close();
});

type Json = Record<string, unknown>;

async function ask(headers: Record<string, string>, method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
  const init = { method, headers: { ...headers, "content-type": "application/json" } };
  const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
}

async function furnished(endpoint: Json) {
  const tenant = await newTenant();
  const call = (method: string, path: string, body?: unknown) => ask({ authorization: `Bearer ${tenant.apiKey}` }, method, path, body);
  const app = String((await call("POST", "/app", { name: "Café" })).body["id"]);
  const created = await call("POST", `/app/${app}/endpoint`, { url: `${receiver.url}/${app}`, ...endpoint });
  const id = String(created.body["id"]);
  const path = `/app/${app}/endpoint/${id}`;
  /** Sends a message; the request that came of it. */
  const sent = async (): Promise<Hit> => {
    const before = receiver.hits.filter(({ url }) => url === `/${app}`).length;
    await call("POST", `/app/${app}/msg`, { eventType: "invoice.paid", payload: { id: "evt_1", object: "event" } });
    return until("the request", () => receiver.hits.filter(({ url }) => url === `/${app}`)[before]);
  };
  return { tenant, call, app, id, path, created, sent };
}

const construct = ({ body, headers }: Hit, secret: string, name = "stripe-signature"): unknown =>
  new Stripe("sk_test_none").webhooks.constructEvent(body, headers[name] ?? "", secret);

test("Stripe's style signs with a secret of any form, and with the old one beside the new", async () => {
  const secret = "a secret that was in use before";
  const { call, path, created, sent, id } = await furnished({
    signature: { style: "stripe" },
    secret,
    headers: { "stripe-signature": "x" },
  });
  expect(created.body["signature"]).toEqual({ style: "stripe", signatureHeader: "Stripe-Signature" });
  expect((await call("GET", `${path}/secret`)).body).toEqual({ key: secret });
  expect((await call("GET", `${path}/secrets`)).body).toMatchObject({ data: [{ algorithm: "hmac-sha256" }] });
  const first = await sent();
  expect(construct(first, secret)).toMatchObject({ id: "evt_1" });
  expect(first.headers["webhook-signature"]).toBeUndefined();
  expect(first.headers["svix-id"]).toBeUndefined();

  expect((await call("POST", `${path}/secret/rotate`, {})).status).toBe(200);
  const { key } = (await call("GET", `${path}/secret`)).body as { key: string };
  const second = await sent();
  expect([key, secret].map((one) => construct(second, one))).toHaveLength(2);

  // What the dashboard shows is what was sent.
  const messageId = String(second.headers["webhook-id"]);
  const delivery = await until("the attempt", async () => {
    const { body } = await call("GET", `/delivery/${messageId}/${id}`);
    return (body["attempts"] as Json[])[0] === undefined ? null : body;
  });
  expect(delivery["endpointSignature"]).toMatchObject({ style: "stripe" });
  const [attempt] = delivery["attempts"] as { requestHeaders: { name: string; value: string }[]; signature: string }[];
  expect(attempt?.signature).toBe(second.headers["stripe-signature"]);
  expect(attempt?.requestHeaders.filter(({ name }) => name.toLowerCase() === "stripe-signature")).toEqual([
    { name: "Stripe-Signature", value: second.headers["stripe-signature"] },
  ]);

  // Under another style it was never sent: nothing is told of it.
  expect((await call("PATCH", path, { signature: { style: "github" } })).status).toBe(200);
  expect((await call("GET", `/delivery/${messageId}/${id}`)).body).toMatchObject({ attempts: [{ signature: null }] });
});

test("GitHub's style under names of one's own; back to the standard only with a secret that fits", async () => {
  const secret = "0123456789abcdef0123456789abcdef";
  const names = { signatureHeader: "X-Cafe-Signature", eventHeader: "X-Cafe-Event", deliveryHeader: "X-Cafe-Delivery" };
  const { call, path, sent, app } = await furnished({ signature: { style: "github", ...names }, secret });
  const hit = await sent();
  expect(await verifyGithub(secret, hit.body.toString(), hit.headers["x-cafe-signature"] ?? "")).toBe(true);
  expect([hit.headers["x-cafe-event"], hit.headers["x-cafe-delivery"]?.slice(0, 4)]).toEqual(["invoice.paid", "msg_"]);

  const refused = await call("PATCH", path, { signature: { style: "standard" } });
  expect([refused.status, refused.body["detail"]]).toMatchObject([422, [{ loc: ["body", "signature"] }]]);
  // A replacement leaves out what it does not mention.
  expect((await call("PUT", path, { url: `${receiver.url}/${app}` })).body["signature"]).toEqual({ style: "github", ...names });
  expect((await call("POST", `${path}/secret/rotate`, { key: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" })).status).toBe(200);
  expect((await call("PATCH", path, { signature: null })).body["signature"]).toEqual({ style: "standard" });
  expect((await sent()).headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  expect((await call("POST", `${path}/secret/rotate`, { key: "no base64, but long enough" })).body).toMatchObject({
    detail: [{ loc: ["body", "key"] }],
  });
});

test("what can't be sent or signed is refused, and names the field", async () => {
  const { call, app } = await furnished({});
  const fault = async (body: Json) => {
    const { status, body: answer } = await call("POST", `/app/${app}/endpoint`, { url: receiver.url, ...body });
    return [status, (answer["detail"] as { loc: string[] }[])[0]?.loc];
  };
  expect(await fault({ signature: { style: "paypal" } })).toEqual([422, ["body", "signature", "style"]]);
  expect(await fault({ signature: { style: "stripe", signatureHeader: "Host" } })).toEqual([422, ["body", "signature", "signatureHeader"]]);
  expect(await fault({ signature: { style: "github", eventHeader: "X-Hub-Signature-256" } })).toEqual([
    422,
    ["body", "signature", "eventHeader"],
  ]);
  expect(await fault({ signature: { style: "stripe" }, secret: "short" })).toEqual([422, ["body", "secret"]]);
  expect(await fault({ signature: { style: "svix" }, secret: "a secret of another form" })).toEqual([422, ["body", "secret"]]);
  const whsk = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
  expect(await fault({ signature: { style: "github" }, secret: whsk })).toEqual([422, ["body", "secret"]]);
});

test("an environment says whether Svix's names are sent too; a probe pings in the style that is asked for", async () => {
  const { tenant, sent, call } = await furnished({});
  expect((await sent()).headers["svix-signature"]).toBeDefined();
  const patched = await asAdmin(tenant, "PATCH", `/environment/${tenant.environmentId}`, { svixHeaders: false });
  expect(patched.body).toMatchObject({ svixHeaders: false });
  const hit = await sent();
  expect([hit.headers["svix-signature"], hit.headers["webhook-signature"] === undefined]).toEqual([undefined, false]);

  const url = `${receiver.url}/probe-${tenant.environmentId}`;
  expect((await call("POST", "/endpoint-probe", { url, signature: { style: "stripe" } })).body).toMatchObject({ ok: true });
  expect(receiver.hits.find((one) => url.endsWith(one.url))?.headers["stripe-signature"]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
});

async function asAdmin({ organizationId, environmentId }: Tenant, method: string, path: string, body: unknown) {
  const { cookie } = await newMember(organizationId, "admin");
  return ask({ cookie, "webster-environment": environmentId, "sec-fetch-site": "same-origin" }, method, path, body);
}
