import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prisma } from "../db/client.ts";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newMember } from "../testing/session.ts";
import { withKey, withSession } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";
import { RateLimiter } from "../rateLimit.ts";

describe("a bucket", () => {
  test("holds a second's worth, refills steadily, and takes nothing for what it refuses", () => {
    const limiter = new RateLimiter();
    const spend = (nowMs: number) => limiter.spend({ id: "a", perSecond: 10 }, nowMs);
    expect(Array.from({ length: 10 }, () => spend(5_000).remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    for (let refused = 0; refused < 1_000; refused++) expect(spend(5_000).allowed).toBe(false);
    expect(spend(5_000).waitMs).toBeCloseTo(100);
    expect(spend(5_099).allowed).toBe(false);
    expect(spend(5_100)).toEqual({ allowed: true, remaining: 0, waitMs: 0 });
    expect(spend(5_199).allowed).toBe(false);
    expect(spend(60_000)).toMatchObject({ allowed: true, remaining: 9 });
  });

  test("over an hour of flood lets through exactly the rate, and others feel nothing", () => {
    const limiter = new RateLimiter();
    let [allowed, unharmed] = [0, 0];
    for (let ms = 0; ms < 3_600_000; ms += 10) {
      if (limiter.spend({ id: "flood", perSecond: 3 }, ms).allowed) allowed += 1;
      if (ms % 1_000 === 0) unharmed += limiter.spend({ id: "other", perSecond: 3 }, ms).remaining;
    }
    expect(unharmed).toBe(3_600 * 2);
    expect(allowed).toBeGreaterThanOrEqual(3 * 3_600);
    expect(allowed).toBeLessThanOrEqual(3 * 3_600 + 3);
  });

  test("costs next to nothing, whoever floods", () => {
    const limiter = new RateLimiter();
    const ids = Array.from({ length: 10_000 }, (_, n) => `key_${n}`);
    const perSpend = (rounds: number): number => {
      const startMs = performance.now();
      for (let n = 0; n < rounds; n++) limiter.spend({ id: ids[n % ids.length] ?? "", perSecond: 50 }, n / 100);
      return ((performance.now() - startMs) * 1_000) / rounds;
    };
    perSpend(100_000);
    const microseconds = Math.min(perSpend(100_000), perSpend(100_000), perSpend(100_000));
    // Far above what it should take, and far below what a request costs: a walk through all callers would show.
    expect(microseconds).toBeLessThan(5);
  });
});

describe("the API", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());
  const api = createApi();
  const get = async (headers: Record<string, string>, path = "/api/v1/app") => api.request(path, { headers });

  test("a key beyond its own limit is refused, alone, and says when to come back", async () => {
    const [flooding, other] = [await newTenant(), await newTenant()];
    await prisma().apiKey.update({ where: { id: flooding.actor.id }, data: { requestsPerSecond: 3 } });
    const before = performance.now();
    const passed = await get(withKey(flooding.apiKey));
    const answers = await Promise.all(Array.from({ length: 60 }, () => get(withKey(flooding.apiKey))));
    const refused = answers.filter(({ status }) => status === 429);
    const seconds = (performance.now() - before) / 1_000;
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(4 + 3 * seconds);
    const [first] = refused;
    expect(first?.headers.get("retry-after")).toBe("1");
    expect(first?.headers.get("ratelimit-policy")).toBe('"second";q=3;w=1');
    expect(first?.headers.get("ratelimit")).toBe('"second";r=0;t=1');
    expect(await first?.json()).toEqual({ code: "rate_limited", detail: "More than 3 requests in a second; try again later" });
    expect([passed.status, passed.headers.get("ratelimit")]).toEqual([200, '"second";r=2;t=1']);
    const others = await get(withKey(other.apiKey));
    expect([others.status, others.headers.get("ratelimit")]).toEqual([200, null]);
  });

  test("an admin sets a key's limit, which holds at once and stands in the audit log", async () => {
    const { organizationId, environmentId, apiKey, actor } = await newTenant();
    const admin = withSession(await newMember(organizationId, "admin"), environmentId);
    const patch = (body: object, headers = admin) =>
      api.request(`/api/v1/api-key/${actor.id}`, {
        method: "PATCH",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await get(withKey(apiKey))).headers.get("ratelimit-policy")).toBe(null);
    expect(await (await patch({ requestsPerSecond: 7 })).json()).toMatchObject({ id: actor.id, requestsPerSecond: 7, name: "Test" });
    expect((await get(withKey(apiKey))).headers.get("ratelimit-policy")).toBe('"second";q=7;w=1');
    const [entry] = await prisma().auditEntry.findMany({ where: { organizationId, action: "apiKey.updated" } });
    expect(entry?.changes).toEqual({ requestsPerSecond: { from: null, to: 7 } });
    for (const requestsPerSecond of [0, -1, 1.5, 1_000_001, "7"]) expect((await patch({ requestsPerSecond })).status).toBe(422);
    const stranger = await newTenant();
    expect((await patch({ requestsPerSecond: 1 }, withKey(stranger.apiKey))).status).toBe(404);
    expect(await (await patch({ requestsPerSecond: null, name: "New" })).json()).toMatchObject({ requestsPerSecond: null, name: "New" });
    expect((await get(withKey(apiKey))).headers.get("ratelimit-policy")).toBe(null);
  });

  test("the configuration's limit is for keys without their own; people have theirs", async () => {
    const { organizationId, environmentId, apiKey, actor } = await newTenant();
    const member = withSession(await newMember(organizationId, "member"), environmentId);
    expect((await get(member)).headers.get("ratelimit-policy")).toBe('"second";q=200;w=1');
    expect((await get({ cookie: member["cookie"] ?? "" }, "/api/v1/session")).headers.get("ratelimit-policy")).toBe('"second";q=200;w=1');
    const usual = env();
    setEnv({ ...usual, rateLimitPerSecond: 50, personRateLimitPerSecond: null });
    try {
      expect((await get(withKey(apiKey))).headers.get("ratelimit-policy")).toBe('"second";q=50;w=1');
      expect((await get(member)).headers.get("ratelimit-policy")).toBe(null);
      await prisma().apiKey.update({ where: { id: actor.id }, data: { permission: "read" } });
      // What it may not do counts as well.
      const forbidden = await api.request("/api/v1/app", {
        method: "POST",
        headers: { ...withKey(apiKey), "content-type": "application/json" },
        body: "{}",
      });
      expect(forbidden.headers.get("ratelimit")).toMatch(/;r=4\d;/);
    } finally {
      setEnv(usual);
    }
  });
});
