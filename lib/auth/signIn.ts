/** Signing in with a password, and with an account at a provider. */
import { pool } from "../db/client.ts";
import { countAttempt, forgetAttempts } from "./loginThrottle.ts";
import { verifyPassword } from "./passwords.ts";
import type { Session } from "./session.ts";

export type SignInResult = { kind: "signedIn"; session: Session } | { kind: "refused" } | { kind: "throttled"; waitSeconds: number };

type UserRow = { id: string; sessionVersion: number; passwordHash: string | null };

const maximumEmailLength = 254;

export async function signInWithPassword(emailText: string, password: string, ip: string | null): Promise<SignInResult> {
  const email = emailText.trim().toLowerCase();
  if (email === "" || email.length > maximumEmailLength || email.includes("\0")) return { kind: "refused" };
  const waitSeconds = await countAttempt(email, ip);
  if (waitSeconds > 0) return { kind: "throttled", waitSeconds };
  const { rows } = await pool().query<UserRow>(`select id, "sessionVersion", "passwordHash" from "user" where email = $1`, [email]);
  const user = rows[0];
  // An unknown user costs the same time as a wrong password.
  if (!(await verifyPassword(user?.passwordHash ?? null, password)) || user === undefined) return { kind: "refused" };
  await forgetAttempts(email, ip);
  return { kind: "signedIn", session: { userId: user.id, sessionVersion: user.sessionVersion } };
}

/** An account at a provider, with the e-mail address that the provider has verified; null: it has none. */
export type ProviderAccount = { provider: string; providerAccountId: string; email: string | null };

/** For members only: someone unknown is nobody here. Links the account to the member of its address. */
export async function signInWithProvider({ provider, providerAccountId, email }: ProviderAccount): Promise<Session | null> {
  const linked = await pool().query<{ userId: string; sessionVersion: number }>(
    `select u.id as "userId", u."sessionVersion" from account a join "user" u on u.id = a."userId"
     where a.provider = $1 and a."providerAccountId" = $2 and exists (select from member m where m."userId" = u.id)`,
    [provider, providerAccountId],
  );
  if (linked.rows[0] !== undefined) return linked.rows[0];
  if (email === null) return null;
  const { rows } = await pool().query<{ userId: string; sessionVersion: number }>(
    `with person as (
       select u.id, u."sessionVersion" from "user" u where u.email = $3 and exists (select from member m where m."userId" = u.id)
     ), link as (
       insert into account (provider, "providerAccountId", "userId") select $1, $2, id from person
       on conflict (provider, "providerAccountId") do update set "userId" = excluded."userId"
     )
     select id as "userId", "sessionVersion" from person`,
    [provider, providerAccountId, email.trim().toLowerCase()],
  );
  return rows[0] ?? null;
}
