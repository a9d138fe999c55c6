import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notify } from "../db/listen.ts";
import { setSingleton } from "../singleton.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { actorOf, newTenant } from "../testing/tenant.ts";
import { accessCache, forgetAccess, hashToken, newApiKey } from "./apiKeys.ts";
import { hashPassword, isAcceptablePassword, verifyPassword } from "./passwords.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe("API keys", () => {
  test("a key has 256 bits and is known by its hash alone", () => {
    const key = newApiKey();
    expect(key.text).toMatch(/^wk_[A-Za-z0-9_-]{43}$/);
    expect(key.text.startsWith(key.prefix)).toBe(true);
    expect(key.hash).toEqual(hashToken(key.text));
    expect(key.hash).toHaveLength(32);
    expect(newApiKey().text).not.toBe(key.text);
  });

  test("the actor of a key; a revoked, an expired and an unknown one", async () => {
    const { apiKey, actor } = await newTenant();
    expect(await actorOf(`Bearer ${apiKey}`)).toEqual(actor);
    expect(await actorOf(`bearer  ${apiKey}`)).toEqual(actor);
    for (const header of [null, undefined, "", apiKey, `Bearer ${apiKey}x`, `Bearer ${apiKey} x`, `Basic ${apiKey}`])
      await expect(actorOf(header)).rejects.toMatchObject({ code: "authentication_failed" });
    await database.pool.query(`update api_key set "revokedAt" = now() where "id" = $1`, [actor.id]);
    await forgetAccess(actor.id);
    await expect(actorOf(`Bearer ${apiKey}`)).rejects.toMatchObject({ code: "authentication_failed" });
  });

  test("a key that expires while it is remembered", async () => {
    const { apiKey, actor } = await newTenant();
    const expiresAt = new Date(Date.now() + 60_000);
    await database.pool.query(`update api_key set "expiresAt" = $2 where "id" = $1`, [actor.id, expiresAt]);
    await actorOf(`Bearer ${apiKey}`);
    const { now } = Date;
    // As before the first measurement of the database's clock, whoever measured it here before.
    setSingleton("clock", undefined);
    try {
      Date.now = () => expiresAt.getTime();
      await expect(actorOf(`Bearer ${apiKey}`)).rejects.toMatchObject({ code: "authentication_failed" });
    } finally {
      Date.now = now;
      setSingleton("clock", undefined);
    }
  });

  test("another process's revocation arrives as a notification", async () => {
    const { apiKey, actor } = await newTenant();
    await actorOf(`Bearer ${apiKey}`);
    await database.pool.query(`update api_key set "revokedAt" = now() where "id" = $1`, [actor.id]);
    await notify("access", actor.id);
    await expect
      .poll(
        () =>
          actorOf(`Bearer ${apiKey}`).then(
            () => "let in",
            () => "refused",
          ),
        { interval: 5, timeout: 4_900 },
      )
      .toBe("refused");
  });

  test("a lookup that began before a revocation is not remembered", async () => {
    const { actor } = await newTenant();
    const cache = accessCache();
    const access = { actor, expiresAtMs: null };
    await cache.find("race", async () => {
      cache.forget(actor.id);
      return access;
    });
    expect(await cache.find("race", async () => null)).toBeNull();
  });
});

describe("passwords", () => {
  test("argon2id, and only the right one fits", async () => {
    const hash = await hashPassword("correct horse");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword(hash, "correct horse")).toBe(true);
    expect(await verifyPassword(hash, "correct horse ")).toBe(false);
    expect(await verifyPassword(null, "correct horse")).toBe(false);
    expect(await verifyPassword(hash, "x".repeat(100_000))).toBe(false);
    await expect(hashPassword("short")).rejects.toThrow(RangeError);
    expect(isAcceptablePassword("x".repeat(257))).toBe(false);
  });
});
