import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { nextAuthOptions } from "./nextAuth.ts";
import { hashPassword } from "./passwords.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

type Authorize = (given: Record<string, string>) => Promise<unknown>;

/** What the library asks about each of Webster's own ways in, while nothing stands behind them that answers. */
function waysIn(): Record<string, Authorize> {
  const broken = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:5432"));
  const factors = { begin: broken, takeCode: broken, takePasskey: broken, takePasskeyAlone: broken };
  const sessions = { opened: broken, renewed: broken, closed: broken };
  const request = new Request("http://webster.test/api/auth/callback/credentials");
  const { providers } = nextAuthOptions({ acceptInvited: broken, sessions, factors }, request);
  return Object.fromEntries(providers.map(({ options }) => [options.id ?? "credentials", (options as { authorize: Authorize }).authorize]));
}

test("a fault of ours is told as one, and nothing of what stands behind Webster", async () => {
  const { actor } = await newTenant();
  const email = `${actor.id.toLowerCase()}@cafe.example`;
  const password = "a password of the guest";
  await database.pool.query(`insert into "user" (id, email, "passwordHash") values ($1, $2, $3)`, [
    `usr_${actor.id.slice(-27)}`,
    email,
    await hashPassword(password),
  ]);
  const { credentials, code, passkey } = waysIn();
  await expect(credentials?.({ email, password })).rejects.toThrow(/^failed$/);
  await expect(code?.({ code: "123456" })).rejects.toThrow(/^failed$/);
  await expect(passkey?.({ step: "second", answer: "{}" })).rejects.toThrow(/^failed$/);
  // A wrong password is no fault.
  expect(await credentials?.({ email, password: "another password" })).toBeNull();
});
