import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { env, setEnv } from "../env.ts";
import { type LimitName, type Limits, limits } from "../limits.ts";
import { closeEventStreams } from "../services/eventStream/eventStream.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let usual: Limits;
beforeAll(async () => {
  database = await testDatabase();
  usual = env().limits;
});
afterEach(() => {
  closeEventStreams();
  setEnv({ ...env(), limits: usual });
});
afterAll(() => database.close());

const api = createApi();
const setLimits = (changed: Partial<Limits>): void => setEnv({ ...env(), limits: { ...usual, ...changed } });

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const init = { method, headers: { "content-type": "application/json", ...headers } };
  const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const isStream = response.headers.get("content-type") === "text/event-stream";
  const told = isStream || response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
  return { status: response.status, retryAfter: response.headers.get("retry-after"), told };
}

/** A tenant with two applications, each with an endpoint, and a token of the first one's people. */
async function furnished() {
  const { apiKey } = await newTenant();
  const key = withKey(apiKey);
  const made = async () => {
    const applicationId = String((await call("POST", "/app", key, { name: "Café" })).told["id"]);
    const { told } = await call("POST", `/app/${applicationId}/endpoint`, key, { url: anotherUrl(), uid: "main" });
    expect(told["id"]).toBeDefined();
    return applicationId;
  };
  const [own, other] = [await made(), await made()];
  const token = String((await call("POST", `/auth/app-portal-access/${own}`, key, {})).told["token"]);
  return { key, own, other, portal: withKey(token) };
}

type Furnished = Awaited<ReturnType<typeof furnished>>;

const newEndpoint = (applicationId: string, headers: Record<string, string>, url: string) =>
  call("POST", `/app/${applicationId}/endpoint`, headers, { url });
const newTask = (applicationId: string, headers: Record<string, string>) =>
  call("POST", `/app/${applicationId}/endpoint/main/recover`, headers, { since: new Date(Date.now() - 3_600_000).toISOString() });

let port = 10_000;
const anotherUrl = () => `http://127.0.0.1:${port++}/`;

/** Of each limit: what is too much the second time when one more is left, and what isn't even then. */
const examples = {
  endpointsPerUrl: {
    more: ({ key, own }) => newEndpoint(own, key, "http://127.0.0.1:9/"),
    fine: ({ key, other }) => newEndpoint(other, key, "http://127.0.0.1:9/"),
  },
  portalEndpoints: {
    more: ({ portal, own }) => newEndpoint(own, portal, anotherUrl()),
    fine: ({ key, own }) => newEndpoint(own, key, anotherUrl()),
  },
  streamsPerCaller: {
    more: ({ key }) => call("GET", "/event-stream", key),
    fine: async () => call("GET", "/event-stream", (await furnished()).key),
  },
  streamsPerEnvironment: {
    more: ({ key }) => call("GET", "/event-stream", key),
    fine: async () => call("GET", "/event-stream", (await furnished()).key),
  },
  streams: { more: async () => call("GET", "/event-stream", (await furnished()).key), fine: ({ key }) => call("GET", "/app", key) },
  tasksPerApplication: { more: ({ key, own }) => newTask(own, key), fine: ({ key, other }) => newTask(other, key) },
  tasksPerCaller: { more: ({ portal, own }) => newTask(own, portal), fine: ({ key, own }) => newTask(own, key) },
  tasksPerEnvironment: { more: ({ key, own }) => newTask(own, key), fine: () => furnished().then(({ key, own }) => newTask(own, key)) },
} satisfies Partial<Record<LimitName, Record<"more" | "fine", (tenant: Furnished) => Promise<Awaited<ReturnType<typeof call>>>>>>;

/** Reached by the portal's token in the examples: it is told what to do. */
const byPortal = new Set<LimitName>(["portalEndpoints", "tasksPerCaller"]);

const refusing = (Object.keys(limits) as LimitName[]).filter((name) => limits[name].refusal !== null) as (keyof typeof examples)[];

test.each(refusing)("%s: one more is refused, in words that name the setting, and nobody else is", async (name) => {
  const tenant = await furnished();
  setLimits({ [name]: name === "portalEndpoints" ? 2 : 1 });
  const { more, fine } = examples[name];
  expect((await more(tenant)).status).toBeLessThan(300);
  const refused = await more(tenant);
  const { code } = limits[name].refusal;
  const expected = code === "conflict" ? { status: 409, retryAfter: null } : { status: 429, retryAfter: "10" };
  expect(refused).toMatchObject({ ...expected, told: { code } });
  expect(refused.told["detail"]).toContain(byPortal.has(name) ? limits[name].refusal.plain : limits[name].variable);
  expect((await fine(tenant)).status).toBeLessThan(300);
});

test.each(["endpointsPerUrl", "portalEndpoints", "tasksPerCaller"] as const)(
  "%s: the people of an application read what to do, and of no setting, which they can't change",
  async (name) => {
    const { key, own, portal } = await furnished();
    setLimits({ [name]: name === "portalEndpoints" ? 2 : 1 });
    const more = () => examples[name].more({ key: portal, own, other: own, portal });
    await more();
    const { detail } = (await more()).told;
    expect(detail).toMatch(/: (delete one first|try again when one has ended)$/);
    expect(detail).not.toMatch(/WEBSTER|portal/);
    expect(key).not.toBe(portal);
  },
);

test("streams of one organization leave as many to others, however many keys and environments it has", async () => {
  setLimits({ streams: 8 });
  const [{ key }, other] = [await furnished(), await furnished()];
  const opened = [];
  for (let i = 0; i < 8; i++) opened.push((await call("GET", "/event-stream", key)).status);
  expect(opened).toEqual([200, 200, 200, 200, 429, 429, 429, 429]);
  expect((await call("GET", "/event-stream", other.key)).status).toBe(200);
});

test("however many are made at once, no more than the limit are", async () => {
  const { key, own, portal } = await furnished();
  setLimits({ endpointsPerUrl: 3, portalEndpoints: 5, tasksPerCaller: 4 });
  const many = <T>(make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 7 }, make));
  const made = (answers: { status: number }[]): number => answers.filter(({ status }) => status < 300).length;
  expect(made(await many(() => newEndpoint(own, key, "http://127.0.0.1:9/")))).toBe(3);
  expect(made(await many(() => newEndpoint(own, portal, anotherUrl())))).toBe(1);
  expect(made(await many(() => newTask(own, portal)))).toBe(4);
});

test("what there may be a fixed number of is no more, however many are made at once", async () => {
  const { key, own } = await furnished();
  const { told } = await call("POST", `/app/${own}/destination`, key, { type: "pollingEndpoint", uid: "p" });
  expect(told["id"]).toBeDefined();
  const makers = {
    10: (n: number) => call("POST", "/inbox", key, { name: `${n}` }),
    25: (n: number) => call("GET", `/app/${own}/poller/p/consumer/c${n}`, key),
  };
  for (const [most, make] of Object.entries(makers)) {
    const statuses = (await Promise.all(Array.from({ length: 40 }, (_, n) => make(n)))).map(({ status }) => status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(Number(most));
    expect(new Set(statuses.filter((status) => status >= 300))).toEqual(new Set([409]));
  }
});

test("a URL is no way around by a change, in any spelling; what stays as it is can still be changed", async () => {
  const { key, own } = await furnished();
  setLimits({ endpointsPerUrl: 1 });
  const first = String((await newEndpoint(own, key, "http://127.0.0.1:9/a")).told["id"]);
  const second = String((await newEndpoint(own, key, "http://127.0.0.1:9/b")).told["id"]);
  const change = (id: string, method: string, body: object) => call(method, `/app/${own}/endpoint/${id}`, key, body);
  expect((await change(second, "PATCH", { url: "http://127.0.0.1:9/a" })).status).toBe(409);
  expect((await change(second, "PUT", { url: "HTTP://0x7f000001:9/x/../a#b" })).status).toBe(409);
  expect((await change(first, "PUT", { url: "http://127.0.0.1:9/a", description: "D" })).status).toBe(200);
  expect((await change(first, "DELETE", {})).status).toBe(204);
  expect((await change(second, "PATCH", { url: "http://127.0.0.1:9/a" })).status).toBe(200);
});

test("a stream that has ended makes room for another", async () => {
  const { key } = await furnished();
  setLimits({ streamsPerCaller: 1 });
  for (let turn = 0; turn < 3; turn++) {
    expect((await call("GET", "/event-stream", key)).status).toBe(200);
    expect((await call("GET", "/event-stream", key)).status).toBe(429);
    closeEventStreams();
  }
});
