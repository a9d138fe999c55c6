/**
 * Members' sessions: next-auth's cookie, an encrypted JWT. It is not believed about the person: the database is asked
 * whether the session still stands, and what the person may do in the environment at hand.
 */
import { hkdfSync } from "node:crypto";
import type { JWT, getToken as GetToken } from "next-auth/jwt";
import type { SignedIn } from "../actor.ts";
import type { Role } from "../words/role.ts";
import { pool } from "../db/client.ts";
import { env } from "../env.ts";
import { AppError, notFound } from "../errors.ts";
import { type EnvironmentId, isId } from "../ids.ts";
import { laterPackage } from "../laterPackage.ts";
import { singleton } from "../singleton.ts";
import { type Access, accessCache } from "./apiKeys.ts";

/** Loaded with the first session: a server that only takes and sends webhooks has none. */
const jwt = () => laterPackage(import("next-auth/jwt"));

export type Session = { userId: string; sessionVersion: number; sessionId: string };

/**
 * The keys of the sessions' JWTs, derived from WEBSTER_SECRET and the other secrets, so that there are no more secrets to keep.
 * The first makes new ones; each reads what it has made.
 */
export const sessionSecrets = (): readonly [string, ...string[]] =>
  singleton("sessionSecrets", () => {
    const { secret, otherSecrets } = env();
    if (secret === null) throw new Error("No master secret: the programs set it before anyone signs in");
    return [sessionKey(secret), ...otherSecrets.map(sessionKey)];
  });

const sessionKey = (secret: string): string => Buffer.from(hkdfSync("sha256", secret, "webster", "session/1", 32)).toString("hex");

/** A JWT of next-auth's, read with whichever key made it; null: none of them did, or it has run out. */
export async function decodeSession(token: string | undefined): Promise<JWT | null> {
  const { decode } = await jwt();
  for (const secret of sessionSecrets()) {
    const decoded = await decode({ secret, ...(token === undefined ? {} : { token }) }).catch(() => null);
    if (decoded !== null) return decoded;
  }
  return null;
}

export const isSecure = (): boolean => env().publicUrl?.startsWith("https://") ?? false;

/** The prefix makes browsers insist on HTTPS, this host and the whole site (RFC 6265bis, section 4.1.3). A laptop has no HTTPS. */
export const cookieName = (name: string): string => (isSecure() ? `__Host-${name}` : name);

export const sessionCookie = (): string => cookieName("webster-session");

export const hasSession = (cookies: string): boolean => cookies.includes(sessionCookie());

/** The session in a Cookie header; null: there is none, or it is not Webster's, or it has run out. */
async function readSession(cookieHeader: string): Promise<Session | null> {
  const req = { headers: {}, cookies: parseCookies(cookieHeader) } as unknown as Parameters<typeof GetToken>[0]["req"];
  const { getToken } = await jwt();
  const [secret] = sessionSecrets();
  const names = { cookieName: sessionCookie(), secureCookie: isSecure() };
  const token = await getToken({ req, secret, ...names, decode: (given) => decodeSession(given.token) });
  const { sub, sessionVersion, sid } = token ?? {};
  if (typeof sub !== "string" || typeof sessionVersion !== "number" || typeof sid !== "string") return null;
  return { userId: sub, sessionVersion, sessionId: sid };
}

/** Who is signed in. Throws `authentication_failed`. */
export async function signedIn(cookieHeader: string | undefined): Promise<Omit<SignedIn, "client">> {
  const session = await readSession(cookieHeader ?? "");
  if (session === null) throw signInFirst();
  const { rows } = await pool().query<{ email: string; name: string | null }>({
    name: "find_signed_in",
    text: `select u.email, u.name from "user" u join session s on s."userId" = u.id
           where u.id = $1 and u."sessionVersion" = $2 and s.id = $3 and s."expiresAt" > now()`,
    values: [session.userId, session.sessionVersion, session.sessionId],
  });
  if (rows[0] === undefined) throw signInFirst();
  return { userId: session.userId, sessionId: session.sessionId, email: rows[0].email, name: rows[0].name ?? rows[0].email };
}

/**
 * The access of a signed-in member to an environment. Throws `authentication_failed`, `not_found` for an environment of others, and
 * `second_factor_required`.
 */
export async function memberAccess(cookieHeader: string, environmentId: string | undefined): Promise<Access> {
  const session = await readSession(cookieHeader);
  if (session === null) throw signInFirst();
  const { userId, sessionVersion, sessionId } = session;
  const asked = environmentId !== undefined && isId("environment", environmentId) ? environmentId : "";
  const access = await accessCache().find(`${userId} ${sessionVersion} ${sessionId} ${asked}`, () => findMember(session, asked));
  if (access !== null) return access;
  await signedIn(cookieHeader);
  if (environmentId === undefined) throw new AppError("bad_request", "Name the environment in the header webster-environment");
  throw notFound("Environment not found");
}

type MemberRow = {
  email: string;
  name: string | null;
  role: Role;
  organizationId: string;
  operational: boolean;
  organizationName: string;
  /** The organization requires a second factor, and the session has shown none. */
  shut: boolean;
};

async function findMember({ userId, sessionVersion, sessionId }: Session, environmentId: string): Promise<Access | null> {
  const { rows } = await pool().query<MemberRow>({
    name: "find_member",
    text: `select u.email, u.name, m.role, m."organizationId", e."operationalOfId" is not null as "operational",
             o.name as "organizationName", o."secondFactorRequired" and s."factorAt" is null as shut
           from "user" u join session s on s."userId" = u.id join member m on m."userId" = u.id
             join environment e on e."organizationId" = m."organizationId" join organization o on o.id = m."organizationId"
           where u.id = $1 and u."sessionVersion" = $2 and e.id = $3 and s.id = $4 and s."expiresAt" > now()`,
    values: [userId, sessionVersion, environmentId, sessionId],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { email, name, role, organizationId, operational, organizationName, shut } = row;
  if (shut)
    throw new AppError(
      "second_factor_required",
      `${organizationName} requires a second factor: set one up, or show yours, in the dashboard`,
    );
  const member = { kind: "member", id: userId, name: name ?? email, role, organizationId } as const;
  // The query has found the member there.
  const place = { environmentId: environmentId as EnvironmentId, ...(operational ? ({ operational } as const) : {}) };
  return { actor: { ...member, ...place, applicationId: null, featureFlags: null, sessionId, client: null }, expiresAtMs: null };
}

const signInFirst = (): AppError => new AppError("authentication_failed", "Sign in first");

function parseCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const part of header.split(";")) {
    const split = part.indexOf("=");
    if (split > 0) cookies[part.slice(0, split).trim()] = part.slice(split + 1).trim();
  }
  return cookies;
}
