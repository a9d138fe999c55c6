/** Keys and tokens that somebody makes up cost the database little, and do no harm to those who have real ones. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessCache } from "../auth/apiKeys.ts";
import { forgetAllSources } from "../db/sources.ts";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { clientOf, type Door, newSource, openDoor } from "../testing/sources.ts";
import { newTenant } from "../testing/tenant.ts";

let database: TestDatabase;
let door: Door;
const before = env();
beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
  setEnv({ ...env(), trustedProxies: 1 });
});
afterAll(async () => {
  setEnv(before);
  await door.close();
  await database.close();
});

const made = (prefix: string): string => prefix + randomBytes(24).toString("base64url");

async function statusOf(path: string, ip: string, headers: Record<string, string> = {}, method = "GET"): Promise<number> {
  const response = await fetch(door.url + path, { method, headers: { "x-forwarded-for": ip, ...headers } });
  await response.arrayBuffer();
  return response.status;
}

const network = (() => {
  let last = 0;
  return (): string => `203.0.113.${++last}`;
})();

const floods: [what: string, send: (ip: string) => Promise<number>, unknown: number][] = [
  ["API keys", (ip) => statusOf("/api/v1/app", ip, withKey(made("wk_"))), 401],
  ["portal tokens", (ip) => statusOf("/api/v1/app", ip, withKey(made("wp_"))), 401],
  ["tokens of sources", (ip) => statusOf(`/in/${made("")}`, ip, {}, "POST"), 404],
  ["tokens of inboxes", (ip) => statusOf(`/inbox/${made("")}`, ip, {}, "POST"), 404],
];

test.each(floods)("a flood of made-up %s from one network is looked up a little, and that of others goes on", async (_, send, unknown) => {
  const [flooding, other] = [network(), network()];
  const statuses = await Promise.all(Array.from({ length: 600 }, () => send(flooding)));
  expect(new Set(statuses)).toEqual(new Set([unknown, 429]));
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(100);
  expect(await send(other)).toBe(unknown);
});

test("a key that was valid before is looked up again in the midst of strangers, in the same network", async () => {
  const ip = network();
  const key = withKey((await newTenant()).apiKey);
  expect(await statusOf("/api/v1/app", ip, key)).toBe(200);
  const flood = Promise.all(Array.from({ length: 600 }, () => statusOf("/api/v1/app", ip, withKey(made("wk_")))));
  for (let i = 0; i < 20; i++) {
    accessCache().forget(null);
    expect(await statusOf("/api/v1/app", ip, key)).toBe(200);
  }
  expect(await flood).toContain(429);
});

test("many keys and sources that are valid are looked up for the first time, however many come from one network at once", async () => {
  const ip = network();
  const tenants = await Promise.all(Array.from({ length: 120 }, () => newTenant()));
  const statuses = await Promise.all(tenants.map(({ apiKey }) => statusOf("/api/v1/app", ip, withKey(apiKey))));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const source = await newSource(await clientOf(door));
  forgetAllSources();
  expect(await statusOf(source.path, ip, { "content-type": "application/json" }, "POST")).toBe(200);
});

test("an inbox is looked up no more often than it takes", async () => {
  const { call } = await clientOf(door);
  const { url } = await call<{ url: string }>("POST", "/api/v1/inbox", { name: "Look" });
  const ip = network();
  const send = () => statusOf(new URL(url, door.url).pathname, ip, {}, "POST");
  const statuses = await Promise.all(Array.from({ length: 100 }, send));
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(40);
});
