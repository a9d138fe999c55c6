/** Signing in with a password, and with an account at a provider. */
import { pool } from "../db/client.ts";
import { countSignIn, forgiveSignIn } from "./loginThrottle.ts";
import { verifyPassword } from "./passwords.ts";
import { addressOf } from "../emailAddress.ts";
import type { Session } from "./session.ts";

/** A person for whom a session may be opened. */
export type Person = Omit<Session, "sessionId">;

export type SignInResult = { kind: "signedIn"; session: Person } | { kind: "refused" } | { kind: "throttled"; waitSeconds: number };

type UserRow = { id: string; sessionVersion: number; passwordHash: string | null };

const maximumEmailLength = 254;

export async function signInWithPassword(emailText: string, password: string, ip: string | null): Promise<SignInResult> {
  const email = addressOf(emailText);
  if (email === "" || email.length > maximumEmailLength || email.includes("\0")) return { kind: "refused" };
  const waitSeconds = await countSignIn(email, ip);
  if (waitSeconds > 0) return { kind: "throttled", waitSeconds };
  const { rows } = await pool().query<UserRow>(`select id, "sessionVersion", "passwordHash" from "user" where email = $1`, [email]);
  const user = rows[0];
  // An unknown user costs the same time as a wrong password.
  if (!(await verifyPassword(user?.passwordHash ?? null, password)) || user === undefined) return { kind: "refused" };
  await forgiveSignIn(email, ip);
  return { kind: "signedIn", session: { userId: user.id, sessionVersion: user.sessionVersion } };
}

/** An account at a provider, with the e-mail address that the provider has verified; null: it has none. */
export type ProviderAccount = { provider: string; providerAccountId: string; email: string | null };

/** `cleared`: whether something set before the address was proven has been removed. */
export type ProvidedPerson = Person & { cleared: boolean };

/**
 * Signs a member in who has an account at a provider; strangers are refused. Links the account to the member of its address.
 * The first time that an address is proven, its password, factors and the like are removed: whoever invited its owner may have set them.
 */
export async function signInWithProvider({ provider, providerAccountId, email }: ProviderAccount): Promise<ProvidedPerson | null> {
  const linked = await pool().query<Person>(
    `select u.id as "userId", u."sessionVersion" from account a join "user" u on u.id = a."userId"
     where a.provider = $1 and a."providerAccountId" = $2 and exists (select from member m where m."userId" = u.id)`,
    [provider, providerAccountId],
  );
  if (linked.rows[0] !== undefined) return { ...linked.rows[0], cleared: false };
  if (email === null) return null;
  const { rows } = await pool().query<ProvidedPerson>(
    `with person as (
       select u.id, u."emailProvenAt" is null as "isNew", u."passwordHash" is not null
         or exists (select from session s where s."userId" = u.id) or exists (select from account a where a."userId" = u.id)
         or exists (select from passkey k where k."userId" = u.id) or exists (select from authenticator_app f where f."userId" = u.id) as "hasSome"
       from "user" u where u.email = $3 and exists (select from member m where m."userId" = u.id) for update
     ), sessions as (
       delete from session using person where "userId" = person.id and "isNew"
     ), accounts as (
       delete from account using person where "userId" = person.id and "isNew" and not (provider = $1 and "providerAccountId" = $2)
     ), passkeys as (
       delete from passkey using person where "userId" = person.id and "isNew"
     ), apps as (
       delete from authenticator_app using person where "userId" = person.id and "isNew"
     ), codes as (
       delete from recovery_code using person where "userId" = person.id and "isNew"
     ), waiting as (
       delete from pending_sign_in using person where "userId" = person.id and "isNew"
     ), links as (
       update one_time_token t set "usedAt" = now() from person where t."userId" = person.id and "isNew" and t."usedAt" is null
     ), proven as (
       update "user" u set "emailProvenAt" = now(), "passwordHash" = null, "sessionVersion" = u."sessionVersion" + 1
       from person where u.id = person.id and "isNew" returning u."sessionVersion"
     ), link as (
       insert into account (provider, "providerAccountId", "userId") select $1, $2, id from person
       on conflict (provider, "providerAccountId") do update set "userId" = excluded."userId"
     )
     select person.id as "userId", coalesce((select "sessionVersion" from proven), (select u."sessionVersion" from "user" u where u.id = person.id)) as "sessionVersion",
       "isNew" and "hasSome" as cleared from person`,
    [provider, providerAccountId, addressOf(email)],
  );
  return rows[0] ?? null;
}
