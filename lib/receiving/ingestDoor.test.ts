/** The svix SDKs' door for sources: what `config` says is what requests are verified by, and whatever nobody reads is told. */
import { Svix } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Client, type Door, clientOf, githubHeaders, openDoor, sendTo } from "../testing/sources.ts";
import { type ProviderKind, providers } from "../webhooks/verification.ts";
import { configOf, kinds, post } from "../webhooks/verification/testSupport.ts";

type Made = { status: number; id: string; provider: string; ingestUrl: string; config: unknown; detail: { loc: string[]; msg: string }[] };

const sources = "/ingest/api/v1/source";
let database: TestDatabase;
let door: Door;
let me: Client;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
  me = await clientOf(door);
});

afterAll(async () => {
  await door.close();
  await database.close();
});

const create = (type: string, config?: unknown, more: object = {}) =>
  me.call<Made>("POST", sources, { name: type, type, ...(config === undefined ? {} : { config }), ...more });
const put = (id: string, input: object) => me.call<Made>("PUT", `${sources}/${id}`, input);

/** Svix's word for what is signed with. */
const secretName = (kind: ProviderKind): string =>
  ({ "adobe-sign": "clientId", telnyx: "publicKey", "orum-io": "publicKey", discord: "publicKey", sendgrid: "publicKey" })[
    kind as string
  ] ?? "secret";

async function sign(kind: ProviderKind, { ingestUrl }: Made, signedAtMs = Date.now()): Promise<number> {
  const { pathname } = new URL(ingestUrl);
  const { sample } = providers[kind];
  const { headers, body, url } = post(kind, Buffer.from(sample.body), sample.contentType, signedAtMs);
  return (await sendTo(door, pathname + new URL(url).search, { headers, body: Buffer.from(body) })).status;
}

// Those that sign the URL: it is another one in the shared samples. And those whose certificates or keys would have to be fetched.
const unsendable = new Set<ProviderKind>([
  "none",
  "paypal",
  "hubspot",
  "twilio",
  "square",
  "trello",
  "mandrill",
  "contentful",
  "plivo",
  "ebay",
  "hmac",
  "checkbook",
  "jwt-keys",
  "mollie",
  "app-store",
  "aws-sns",
  "google-health",
  "google-pubsub",
  "plaid",
]);

test.each(kinds)("%s: its config makes a source that can verify", async (kind) => {
  const { secrets, settings } = configOf(kind);
  const hasSecret = providers[kind].fields.some(({ name }) => name === "secret");
  const made = await create(kind, { ...settings, ...(hasSecret ? { [secretName(kind)]: secrets[0] } : {}) });
  expect([kind, made.status, made.detail]).toEqual([kind, 201, undefined]);
  expect(await me.call("GET", `/api/v1/source/${made.id}`)).toMatchObject({ provider: kind, problem: null });
  const refused = await create(kind, { ...settings, [secretName(kind)]: secrets[0], nobodyReadsThis: "x" });
  expect([refused.status, refused.detail[0]?.loc.slice(0, 2)]).toEqual([422, ["body", "config"]]);
});

test.each(kinds.filter((kind) => !unsendable.has(kind)))("%s: its config verifies what it signs", async (kind) => {
  const { secrets, settings } = configOf(kind);
  const made = await create(kind, { ...settings, [secretName(kind)]: secrets[0] });
  expect(await sign(kind, made)).toBe(providers[kind].acceptedReply?.status ?? 200);
});

const secret = "s".repeat(20);
const overlong = "s".repeat(20_000);

test.each<[string, unknown, string[] | undefined]>([
  ["github", { secret: overlong }, ["body", "config", "secret"]],
  ["github", { secret: "" }, ["body", "config", "secret"]],
  ["github", { secret: " " }, ["body", "config", "secret"]],
  ["github", { secret: [secret] }, ["body", "config", "secret"]],
  ["github", { secret: true }, ["body", "config", "secret"]],
  ["github", { secret: { a: 1 } }, ["body", "config", "secret"]],
  ["github", { publicKey: secret }, ["body", "config", "publicKey"]],
  ["github", [], ["body", "config"]],
  ["stripe", {}, ["body", "config", "secret"]],
  ["stripe", undefined, ["body", "config", "secret"]],
  ["stripe", { secret: null }, ["body", "config", "secret"]],
  ["telnyx", { other: secret }, ["body", "config", "other"]],
  ["telnyx", {}, ["body", "config", "publicKey"]],
  ["adobe-sign", {}, ["body", "config", "clientId"]],
  ["meta", { secret }, ["body", "config", "verifyToken"]],
  ["meta", { secret, verifyToken: overlong }, ["body", "config", "verifyToken"]],
  ["gitlab", undefined, ["body", "config", "secret"]],
  ["tailscale", { secret, timestampGraceSeconds: -1 }, ["body", "config", "timestampGraceSeconds"]],
  ["tailscale", { secret, timestampGraceSeconds: 1.5 }, ["body", "config", "timestampGraceSeconds"]],
  ["hubspot", { secret, version: "v9" }, ["body", "config", "version"]],
  ["generic-webhook", { secret }, ["body", "config", "secret"]],
  ["none", { secret }, ["body", "config", "secret"]],
  ["cron", { schedule: "* * * * *", payload: "{}" }, ["body", "type"]],
  ["constructor", {}, ["body", "type"]],
  ["github", { secret: null }, undefined],
  ["github", { secret: 12_345 }, undefined],
  ["github", undefined, undefined],
  ["generic-webhook", {}, undefined],
  ["generic-webhook", undefined, undefined],
  ["telnyx", { secret: configOf("telnyx").secrets[0] }, undefined],
  ["telnyx", { publicKey: secret }, ["body", "config", "publicKey"]],
])("%s, case %$: what is wrong is named", async (type, config, loc) => {
  const made = await create(type, config);
  expect([made.status, made.detail?.[0]?.loc]).toEqual([loc === undefined ? 201 : 422, loc]);
});

test.each(["cron", "vgs"])("%s, which the SDKs have, is told to be none of ours, and what to take", async (type) => {
  const made = await create(type, { secret, schedule: "* * * * *", payload: "{}" });
  expect([made.status, made.detail[0]?.loc, made.detail[0]?.msg]).toEqual([
    422,
    ["body", "type"],
    expect.stringMatching(`${type} are not offered.* hmac`),
  ]);
});

test("a member called __proto__ is told, and no object's prototype", async () => {
  const headers = { authorization: `Bearer ${me.tenant.apiKey}`, "content-type": "application/json" };
  const body = '{"name":"n","type":"github","config":{"__proto__":{"secret":"x"}}}';
  const response = await fetch(`${door.url}${sources}`, { method: "POST", headers, body });
  expect(response.status).toBe(422);
});

test("GitLab's two kinds of secrets are told apart", async () => {
  const token = await create("gitlab", { secret: "any text" });
  expect(token).toMatchObject({ status: 201, provider: "gitlab-token" });
  const { pathname } = new URL(token.ingestUrl);
  const headers = { "x-gitlab-token": "any text", "content-type": "application/json" };
  expect((await sendTo(door, pathname, { headers, body: '{"object_kind":"push"}' })).status).toBe(200);
  expect((await put(token.id, { name: "renamed", type: "gitlab", config: {} })).provider).toBe("gitlab-token");
});

test("Tailscale's grace is how old a request may be", async () => {
  const config = { secret: configOf("tailscale").secrets[0], timestampGraceSeconds: 3600 };
  const wide = await create("tailscale", config);
  expect(await sign("tailscale", wide, Date.now() - 3_000_000)).toBe(200);
  expect(await sign("tailscale", wide, Date.now() - 4_000_000)).toBe(401);
});

test("who gives back what was read changes nothing of the verification", async () => {
  const { ingest } = new Svix(me.tenant.apiKey, { serverUrl: door.url });
  for (const type of ["github", "gitlab", "meta", "basic"] as const) {
    const { secrets, settings } = configOf(type);
    const made = await create(type, { secret: secrets[0], ...settings }, { metadata: { team: "a" } });
    const read = await ingest.source.get(made.id);
    await ingest.source.upsert(made.id, { ...read, name: "renamed" } as Parameters<typeof ingest.source.upsert>[1]);
    const { secrets: before, settings: kept } = await me.call<{ secrets: string[]; settings: object }>(
      "GET",
      `/api/v1/source/${made.id}/config`,
    );
    expect([type, before, kept]).toEqual([type, secrets, settings]);
    expect(await me.call("GET", `/api/v1/source/${made.id}`)).toMatchObject({ provider: type, name: "renamed", metadata: { team: "a" } });
  }
});

test("another type takes the old one's secrets away", async () => {
  const made = await create("github", { secret });
  const body = "{}";
  const { pathname } = new URL(made.ingestUrl);
  const push = async () => (await sendTo(door, pathname, { headers: githubHeaders(secret, body, "d1"), body })).status;
  expect(await push()).toBe(200);
  expect(await put(made.id, { name: "n", type: "stripe", config: {} })).toMatchObject({ status: 422 });
  expect(await put(made.id, { name: "n", type: "stripe", config: { secret: "whsec_other" } })).toMatchObject({ status: 200 });
  expect(await push()).toBe(providers.stripe.rejectedStatus);
  expect(await put(made.id, { name: "n", type: "github", config: { secret: null } })).toMatchObject({ status: 200 });
  expect(await push()).toBe(401);
  expect(await put(made.id, { name: "n", type: "github", config: { secret } })).toMatchObject({ status: 200 });
  expect(await push()).toBe(200);
});
