import { createHash } from "node:crypto";
import NextAuth from "next-auth";
import { decode, encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setSecrets, type TestDatabase, testDatabase } from "../testing/database.ts";
import { factorHooks } from "../services/secondFactor/signIn.ts";
import { nextAuthOptions } from "./nextAuth.ts";
import { sessionCookie, sessionSecrets } from "./session.ts";

const [old, newest] = ["the secret of before, long enough for one", "the secret of afterwards, long enough too"];
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

type Answered = { cookies: string[]; body: unknown };

/** What next-auth answers to a GET, as if it had come from a browser with these cookies. */
async function get(action: "session" | "csrf", cookies: Record<string, string>): Promise<Answered> {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const request = new Request(`http://webster.test/api/auth/${action}`, { headers: { cookie: pairs.join("; ") } });
  const sessions = { opened: () => Promise.resolve(""), renewed: () => Promise.resolve(true), closed: () => Promise.resolve() };
  const answered: Answered = { cookies: [], body: null };
  // The library's form for Next.js' older routers needs no running Next.js.
  const response = {
    status: () => response,
    getHeader: () => answered.cookies,
    setHeader: (name: string, value: string[]) => void (name === "Set-Cookie" && (answered.cookies = value)),
    send: (body: unknown) => void (answered.body = body),
  };
  const given = { method: "GET", query: { nextauth: [action] }, cookies, headers: {} };
  await NextAuth(
    given as never,
    response as never,
    nextAuthOptions({ acceptInvited: () => Promise.resolve(), sessions, factors: factorHooks }, request),
  );
  return answered;
}

const sessionIn = ({ cookies }: Answered): string | undefined =>
  cookies
    .find((cookie) => cookie.startsWith(`${sessionCookie()}=`))
    ?.slice(sessionCookie().length + 1)
    .split(";")[0];

test("who comes back with a session of the secret before is given one of the newest", async () => {
  setSecrets(old);
  const before = await encode({ token: { sub: "usr_1", sid: "ses_1", sessionVersion: 1 }, secret: sessionSecrets()[0] });
  setSecrets(newest, old);
  const given = sessionIn(await get("session", { [sessionCookie()]: before })) ?? "";
  setSecrets(newest);
  expect(await decode({ token: given, secret: sessionSecrets()[0] })).toMatchObject({ sub: "usr_1", sid: "ses_1" });
  expect(sessionIn(await get("session", { [sessionCookie()]: before }))).toBe("");
});

test("a sign-in that began with the secret before goes on, until that secret is gone", async () => {
  setSecrets(old);
  const token = "ab".repeat(32);
  const hash = createHash("sha256").update(`${token}${sessionSecrets()[0]}`).digest("hex");
  const tokenOf = async (): Promise<unknown> =>
    ((await get("csrf", { "webster-csrf": `${token}|${hash}` })).body as { csrfToken: string }).csrfToken;
  expect(await tokenOf()).toBe(token);
  setSecrets(newest, old);
  expect(await tokenOf()).toBe(token);
  setSecrets(newest);
  expect(await tokenOf()).not.toBe(token);
});
