/** A move from a server of the Svix API into a Webster that runs, and what its receivers see of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { createApi } from "../../lib/api/app.ts";
import { closeListener } from "../../lib/db/listen.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { newId } from "../../lib/ids.ts";
import { type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { type FetchServer, startFetchServer } from "../../lib/testing/fetchServer.ts";
import { type Receiver, startReceiver } from "../../lib/testing/receiver.ts";
import { type SvixContent, type SvixServer, startSvixServer, svixToken } from "../../lib/testing/svixServer.ts";
import { newTenant } from "../../lib/testing/tenant.ts";
import { type Api, apiOf } from "./api.ts";
import { Fatal } from "./faults.ts";
import { migrate } from "./migrate.ts";
import { Stopped, type Move } from "./move.ts";
import { Report, outcomes, reportText } from "./report.ts";
import { openState } from "./state.ts";
import { noValues } from "./values.ts";

let database: TestDatabase;
let engine: Engine;
let webster: FetchServer;
let receiver: Receiver;
/** Where nobody listens any more. */
let closedUrl: string;
const started: { close: () => Promise<void> }[] = [];

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  webster = await startFetchServer(createApi().fetch);
  receiver = await startReceiver();
  const closed = await startReceiver();
  closedUrl = closed.url;
  await closed.close();
});
afterAll(async () => {
  for (const server of [...started, webster, receiver]) await server.close();
  await engine.drain(1000);
  await engine.stop();
  await closeListener();
  await database.close();
});

const dayMs = 86_400_000;
const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const publicKey = "whpk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbQ=";
const code = "function handler(webhook) { webhook.payload.seen = true; return webhook; }";

const idAt = (kind: "application" | "endpoint" | "message", daysAgo: number) => newId(kind, Date.now() - daysAgo * dayMs);

function messageAt(daysAgo: number, more: Record<string, unknown> = {}) {
  const at = Date.now() - daysAgo * dayMs;
  return { id: newId("message", at), timestamp: new Date(at).toISOString(), eventType: "paid", rawPayload: '{"n": 10.50}', ...more };
}

/** Two customers with what there may be of each kind. */
function contentOf(url: string): SvixContent {
  return {
    eventTypes: [
      { name: "paid", description: "Paid", archived: false, deprecated: false, schemas: { 1: { type: "object" } }, featureFlag: null },
      { name: "old", description: "Old", archived: true, deprecated: true, schemas: null, featureFlag: "beta" },
    ],
    applications: [
      {
        id: idAt("application", 300),
        uid: "acme",
        name: "Acme",
        metadata: { plan: "pro" },
        throttleRate: 50,
        endpoints: [
          {
            id: idAt("endpoint", 200),
            uid: "main",
            url: `${url}/main`,
            version: 3,
            description: "Main",
            channels: ["c1"],
            filterTypes: ["paid", "old", "gone"],
            rateLimit: 7,
            metadata: { a: "b" },
            secret,
            headers: { "X-Team": "blue" },
          },
          { id: idAt("endpoint", 199), url: `${url}/code`, description: "", metadata: {}, secret, transformation: { code, enabled: true } },
          { id: idAt("endpoint", 198), url: `${url}/off`, description: "", metadata: {}, disabled: true, secret },
        ],
        messages: [messageAt(3, { eventId: "e-1", channels: ["c1"], tags: ["t"] }), messageAt(2, { rawPayload: '{"expired":true}' })],
      },
      { id: idAt("application", 100), uid: null, name: "No uid", metadata: {}, endpoints: [], messages: [messageAt(1), messageAt(60)] },
    ],
  };
}

type Target = { url: string; apiKey: string; api: Api };

async function newTarget(): Promise<Target> {
  const { apiKey } = await newTenant();
  return { url: webster.url, apiKey, api: apiOf("target", webster.url, apiKey) };
}

async function newSource(content: SvixContent): Promise<SvixServer> {
  const server = await startSvixServer(content);
  started.push(server);
  return server;
}

const waits: number[] = [];
const timing = { wait: async (ms: number) => void waits.push(ms), timeoutMs: 10_000, maximumTries: 4 };

/** One run of the program, as far as it gets. */
async function run(source: { url: string }, target: Target, options: Partial<Move> & { token?: string } = {}): Promise<Report> {
  const report = new Report();
  const move: Move = {
    ...openState(null, source.url, target.url),
    source: apiOf("source", source.url, options.token ?? svixToken, timing),
    target: target.api,
    report,
    values: noValues,
    apply: true,
    only: [],
    days: 30,
    nowMs: Date.now(),
    say: () => undefined,
    checkStop: () => undefined,
    ...options,
  };
  await migrate(move);
  return report;
}

const counts = (report: Report) => Object.fromEntries(outcomes.map((outcome) => [outcome, report.total(outcome)]));
const none = { made: 0, there: 0, differs: 0, wanting: 0, skipped: 0, failed: 0 };

/** All that the target has, without what is the target's own. */
async function seenAt({ api }: Target): Promise<string> {
  const all = async (path: string) => (await api.get<{ data: Record<string, unknown>[] }>(path)).data;
  const applications = await Promise.all(
    (await all("/api/v1/app?limit=250")).map(async (application) => {
      const path = `/api/v1/app/${String(application["id"])}`;
      const endpoints = await all(`${path}/endpoint?limit=250`);
      const more = endpoints.map(async ({ id }) => [
        await api.get(`${path}/endpoint/${String(id)}/secret`),
        await api.get(`${path}/endpoint/${String(id)}/headers`),
        (await api.get<{ code: string | null }>(`${path}/endpoint/${String(id)}/transformation`)).code,
      ]);
      return [application, endpoints, await Promise.all(more), await all(`${path}/msg?limit=250`)];
    }),
  );
  const everything = [await all("/api/v1/event-type?include_archived=true&with_content=true"), applications];
  return JSON.stringify(everything, (name, value: unknown) => (/^(createdAt|updatedAt|disabledAt)$/.test(name) ? null : value), 1);
}

test("a dry run tells all of it and changes nothing; then it is made, and a second run finds it all there", async () => {
  const source = await newSource(contentOf(receiver.url));
  const target = await newTarget();
  const empty = await seenAt(target);
  const dry = await run(source, target, { apply: false });
  expect(await seenAt(target)).toBe(empty);
  expect(counts(dry)).toEqual({ ...none, made: 3 + 2 + 3 + 3 });

  expect(counts(await run(source, target))).toEqual({ ...none, made: 3 + 2 + 3 + 3 });
  const whole = await seenAt(target);
  expect(counts(await run(source, target))).toEqual({ ...none, there: 2 + 2 + 3 + 3 });
  expect(await seenAt(target)).toBe(whole);

  const [acme, other] = source.content.applications;
  expect(await target.api.get(`/api/v1/app/${acme?.id}`)).toMatchObject({ uid: "acme", metadata: { plan: "pro" }, throttleRate: 50 });
  expect(await target.api.get(`/api/v1/app/${other?.id}`)).toMatchObject({ uid: null, name: "No uid" });
  const [main, coded, off] = acme?.endpoints ?? [];
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${main?.id}`)).toMatchObject({
    uid: "main",
    version: 3,
    channels: ["c1"],
    eventTypes: ["paid", "old", "gone"],
    throttleRate: 7,
    metadata: { a: "b" },
    disabled: false,
  });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${main?.id}/secret`)).toEqual({ key: secret });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/main/headers`)).toMatchObject({ headers: { "X-Team": "blue" } });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${coded?.id}/transformation`)).toMatchObject({ code, enabled: true });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${off?.id}`)).toMatchObject({ disabled: true });
  expect(await target.api.get("/api/v1/event-type/old")).toMatchObject({ archived: true, deprecated: true, featureFlags: ["beta"] });
  expect(await target.api.get("/api/v1/event-type/gone")).toMatchObject({ archived: true });
  expect(await target.api.get("/api/v1/app/acme/msg/e-1")).toMatchObject({
    id: acme?.messages?.[0]?.["id"],
    channels: ["c1"],
    tags: ["t"],
  });
});

test("what was sent is not sent again; what is sent afterwards verifies with the secret that the receiver has", async () => {
  const content = contentOf(receiver.url);
  const source = await newSource(content);
  const target = await newTarget();
  await run(source, target);
  // Now that there are endpoints: what Svix has sent meanwhile.
  const path = `/late-${target.apiKey.slice(-6)}`;
  const [acme] = content.applications;
  const endpoint = { id: idAt("endpoint", 1), url: `${receiver.url}${path}`, description: "", metadata: {}, secret };
  acme?.endpoints?.push(endpoint);
  await run(source, target);
  acme?.messages?.push(messageAt(0.01));
  expect(counts(await run(source, target))).toMatchObject({ made: 1, failed: 0 });
  const sent = await target.api.post<{ id: string }>(`/api/v1/app/${acme?.id}/msg`, { eventType: "paid", payload: { new: true } });
  for (;;) {
    const hits = receiver.hits.filter(({ url }) => url === path);
    if (hits.length === 0) {
      await receiver.waitForHits(receiver.hits.length + 1);
      continue;
    }
    expect(hits.map(({ headers }) => headers["webhook-id"])).toEqual([sent.id]);
    expect(new Webhook(secret).verify(hits[0]?.body.toString() ?? "", hits[0]?.headers ?? {})).toEqual({ new: true });
    return;
  }
});

/** Ends after that many writes, each of which is done, though nobody hears of it. */
function dying(api: Api, writes: number): Api {
  let left = writes;
  const then = async <T>(done: Promise<T>): Promise<T> => {
    await done;
    if (--left < 0) throw new Error("killed");
    return done;
  };
  return { ...api, post: (path, body, key) => then(api.post(path, body, key)), patch: (path, body) => then(api.patch(path, body)) };
}

test("killed after any write, it goes on, and ends as if it had not been", { timeout: 180_000 }, async () => {
  const source = await newSource(contentOf(receiver.url));
  const target = await newTarget();
  await run(source, target);
  const whole = await seenAt(target);
  // Ids are unique in an installation, so here they are new: the file remembers them.
  let writes = 0;
  for (; ; writes++) {
    const fresh = await newSource(contentOf(receiver.url));
    const victim = await newTarget();
    const file = openState(null, fresh.url, victim.url);
    const killed = await run(fresh, { ...victim, api: dying(victim.api, writes) }, file).then(
      () => false,
      (error: unknown) => (error as Error).message === "killed",
    );
    expect(counts(await run(fresh, victim, file))).toMatchObject({ differs: 0, failed: 0, skipped: 0, wanting: 0 });
    expect(shape(await seenAt(victim))).toBe(shape(whole));
    if (!killed) break;
  }
  expect(writes).toBeGreaterThan(12);
});

/** Without ids and moments, which differ from content to content. */
const shape = (seen: string): string => seen.replaceAll(/"(app|ep|msg)_\w{27}"|"20\d\d-[^"]*Z"/g, "null");

/** Ends when the application without a uid has been made under a new id. */
const forgetful = (api: Api): Api => ({
  ...api,
  post: async <T>(path: string, body: unknown, key?: string): Promise<T> => {
    const made = await api.post<T>(path, body, key);
    if (path === "/api/v1/app" && (body as { uid?: string | null }).uid === null) throw new Error("killed");
    return made;
  },
});

test("ids that the target has used already are replaced, once", async () => {
  const content = contentOf(receiver.url);
  const [, withoutUid] = content.applications;
  const source = await newSource(content);
  const first = await newTarget();
  await run(source, first);
  const second = await newTarget();
  const file = openState(null, source.url, second.url);
  // Killed when it has been made anew, and nobody has heard of its id: the second application has no uid either.
  await expect(run(source, { ...second, api: forgetful(second.api) }, file)).rejects.toThrow("killed");
  expect((await second.api.get<{ data: unknown[] }>("/api/v1/app")).data).toHaveLength(2);
  expect(file.state.applications).not.toHaveProperty(withoutUid?.id ?? "");
  const report = await run(source, second, file);
  expect((await second.api.get<{ data: unknown[] }>("/api/v1/app")).data).toHaveLength(2);
  expect(counts(report)).toMatchObject({ failed: 0, differs: 0, skipped: 1 });
  expect(report.entries.find(({ id }) => id === withoutUid?.id)?.detail).toMatch(/app_\w{27} there/);
  expect(counts(await run(source, second, file))).toMatchObject({ made: 0, there: 2 + 2 + 3 });
});

test("an endpoint whose headers can't be read waits, disabled, until they are given", async () => {
  const content = contentOf(receiver.url);
  const [acme] = content.applications;
  const [main] = acme?.endpoints ?? [];
  Object.assign(main ?? {}, { sensitive: ["Authorization"] });
  acme?.endpoints?.push({ id: idAt("endpoint", 5), uid: "pair", url: `${receiver.url}/pair`, secret: publicKey });
  const source = await newSource(content);
  const target = await newTarget();
  const report = await run(source, target);
  expect(report.entries.filter(({ outcome }) => outcome === "wanting").map(({ id, detail }) => [id, detail])).toEqual([
    [main?.id, expect.stringContaining("Authorization")],
    [acme?.endpoints?.at(-1)?.id, expect.stringContaining("private key")],
  ]);
  const path = `/api/v1/app/acme/endpoint/${main?.id}`;
  expect(await target.api.get(path)).toMatchObject({ disabled: true });
  expect(counts(await run(source, target))).toMatchObject({ made: 0, wanting: 2, differs: 0 });
  const values = { ...noValues, endpoints: { main: { headers: { authorization: "Bearer private-value" } } } };
  const given = await run(source, target, { values });
  expect(counts(given)).toMatchObject({ made: 1, wanting: 1 });
  expect(await target.api.get(path)).toMatchObject({ disabled: false });
  expect(await target.api.get(`${path}/headers`)).toMatchObject({ sensitive: ["authorization"] });
  expect(counts(await run(source, target, { values }))).toMatchObject({ made: 0, wanting: 1, differs: 0 });
});

test("what has been changed at the target is told, and left alone", async () => {
  const source = await newSource(contentOf(receiver.url));
  const target = await newTarget();
  await run(source, target);
  await target.api.patch("/api/v1/app/acme/endpoint/main", { description: "Changed here", disabled: true });
  await target.api.patch("/api/v1/event-type/paid", { description: "Changed here" });
  const before = await seenAt(target);
  const report = await run(source, target);
  expect(report.entries.filter(({ outcome }) => outcome === "differs").map(({ kind, detail }) => [kind, detail])).toEqual([
    ["event type", "differs in description"],
    ["endpoint", "differs in description, disabled"],
  ]);
  expect(await seenAt(target)).toBe(before);
});

test("long lists are read page by page, few requests at a time, with the pauses that the source wants", async () => {
  const messages = Array.from({ length: 601 }, (_, i) => messageAt(10 - i / 100, { rawPayload: `{"i": ${i}.0}` }));
  const applications = Array.from({ length: 260 }, (_, i) => ({
    id: idAt("application", 50 - i / 10),
    name: `A ${i}`,
    messages: i === 7 ? messages : [],
  }));
  const source = await newSource({ eventTypes: [], applications });
  const target = await newTarget();
  let asked = 0;
  source.interfere(() =>
    ++asked % 50 === 0
      ? new Response('{"code":"rate_limit","detail":"slow down"}', { status: 429, headers: { "retry-after": "7" } })
      : null,
  );
  waits.length = 0;
  expect(counts(await run(source, target))).toEqual({ ...none, made: 260 + 601 });
  expect(waits).toContain(7_000);
  expect(source.busiest()).toBeLessThanOrEqual(4);
  expect(await target.api.get(`/api/v1/app/${applications[7]?.id}/msg/${messages[300]?.id}`)).toMatchObject({ payload: { i: 300 } });
  const listed = await target.api.get<{ data: unknown[]; done: boolean }>("/api/v1/app?limit=250");
  expect([listed.data.length, listed.done]).toEqual([250, false]);
});

test("one that is refused does not hold up the others, and no secret stands in the report", async () => {
  const content = contentOf(receiver.url);
  const [acme] = content.applications;
  acme?.endpoints?.unshift({
    id: idAt("endpoint", 9),
    url: "http://example.com/plain",
    secret,
    headers: { "X-Own": "private-header-value" },
  });
  acme?.endpoints?.unshift({ id: idAt("endpoint", 9), url: `${receiver.url}/short`, secret: "whsec_AAAA" });
  const report = await run(await newSource(content), await newTarget());
  expect(counts(report)).toMatchObject({ failed: 2, made: 3 + 2 + 3 + 3 });
  const text = reportText(report, { apply: true, from: "https://a", to: "https://b" });
  expect(text).toContain("## Failed");
  for (const private_ of [secret, "whsec_AAAA", "private-header-value", svixToken, code]) expect(text).not.toContain(private_);
});

test("connectors, operational webhooks, sources, integrations and polling endpoints come along, once", async () => {
  const content: SvixContent = {
    ...contentOf(receiver.url),
    connectors: [{ id: "conn_1", name: "Chat", kind: "Slack", transformation: code, logo: null, description: "" }],
    operationalEndpoints: [
      { id: "ep_op", url: `${receiver.url}/op`, description: "", metadata: {}, secret, filterTypes: ["endpoint.created"] },
    ],
    sources: [
      {
        id: "src_1",
        name: "Anything",
        type: "generic-webhook",
        metadata: {},
        endpoints: [{ id: "ep_in", url: `${receiver.url}/in`, secret, headers: { "X-A": "b" } }],
      },
      { id: "src_2", uid: "pay", name: "Payments", type: "stripe", config: {}, metadata: {} },
    ],
  };
  Object.assign(content.applications[0] ?? {}, {
    integrations: [{ id: "integ_1", name: "Zapier", featureFlags: ["beta"] }],
    destinations: [
      { id: "dest_1", uid: "warehouse", type: "pollingEndpoint", status: "enabled", eventTypes: ["paid"], channels: [], metadata: {} },
    ],
  });
  const source = await newSource(content);
  const target = await newTarget();
  const first = await run(source, target);
  expect(first.entries.filter(({ outcome }) => outcome === "failed").map(({ id }) => id)).toEqual(["src_2"]);
  const values = { ...noValues, sources: { pay: { config: { secret: "whsec_C2FVsBQIhrscChlQIMV" } } } };
  expect(counts(await run(source, target, { values }))).toMatchObject({ made: 1, failed: 0, differs: 0 });
  expect(counts(await run(source, target, { values }))).toMatchObject({ made: 0, failed: 0, differs: 0 });
  const { data } = await target.api.get<{ data: Record<string, unknown>[] }>("/api/v1/operational-webhook/endpoint");
  expect(data).toMatchObject([{ url: `${receiver.url}/op`, eventTypes: ["endpoint.created"] }]);
});

test("one application alone, and a stop on the way", async () => {
  const source = await newSource(contentOf(receiver.url));
  const target = await newTarget();
  expect(counts(await run(source, target, { only: ["acme"] }))).toMatchObject({ made: 3 + 1 + 3 + 2 });
  expect((await target.api.get<{ data: unknown[] }>("/api/v1/app")).data).toHaveLength(1);
  await expect(run(source, target, { only: ["nobody"] })).rejects.toThrow(/no application nobody/);
  const stop = () => {
    throw new Stopped();
  };
  await expect(run(source, target, { checkStop: stop })).rejects.toThrow(Stopped);
});

test("from another Webster", async () => {
  const from = await newTarget();
  const id = (await from.api.post<{ id: string }>("/api/v1/app", { name: "W", uid: "w" })).id;
  const endpoint = { url: `${receiver.url}/w`, uid: "e", retrySchedule: [1, 2], ordering: "fifo", signature: { style: "svix" } };
  await from.api.post(`/api/v1/app/${id}/endpoint`, endpoint);
  await from.api.post(`/api/v1/app/${id}/msg`, { eventType: "t", payload: { a: 1 } });
  const target = await newTarget();
  const report = await run(from, target, { token: from.apiKey });
  expect(counts(report)).toMatchObject({ made: 2, skipped: 1, failed: 0 });
  expect(await target.api.get("/api/v1/app/w/endpoint/e")).toMatchObject({
    retrySchedule: [1, 2],
    ordering: "fifo",
    signature: { style: "svix" },
  });
});

const refusals: [string, (source: SvixServer, target: Target) => Promise<unknown>, RegExp, RegExp][] = [
  ["a wrong token", (source, target) => run(source, target, { token: "other" }), /SVIX_TOKEN/, /region/],
  ["another server's address", (source, target) => run({ url: `${source.url}/elsewhere` }, target), /is not Svix's API|404/, /address/],
  ["nothing there", (_, target) => run({ url: closedUrl }, target), /Nothing answers at http.*: ECONNREFUSED/, /SVIX_URL/],
  [
    "a key of nobody",
    (source, target) => run(source, { ...target, api: apiOf("target", webster.url, "wk_no") }),
    /WEBSTER_API_KEY/,
    /Settings/,
  ],
];

test.each(refusals)("%s is told with what to do", async (_, work, message, remedy) => {
  const source = await newSource({ eventTypes: [], applications: [] });
  const fault = await work(source, await newTarget()).then(
    () => null,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(Fatal);
  expect((fault as Fatal).message).toMatch(message);
  expect((fault as Fatal).remedy).toMatch(remedy);
});

test("a key that may only read is told so before anything is written, in a dry run too", async () => {
  const source = await newSource(contentOf(receiver.url));
  const target = await newTarget();
  const { key } = await target.api.post<{ key: string }>("/api/v1/api-key", { name: "Reads", permission: "read" });
  const api = apiOf("target", webster.url, key);
  for (const apply of [false, true])
    await expect(run(source, { ...target, api }, { apply })).rejects.toThrow(/does not let the key in WEBSTER_API_KEY/);
});
