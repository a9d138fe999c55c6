/** next-auth as Webster uses it: JWT sessions that carry a user's id and session version, and nothing else. */
import { createHash } from "node:crypto";
import NextAuth, { type Account, type NextAuthOptions, type Profile } from "next-auth";
import { encode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import type { Client } from "../actor.ts";
import { markedAddress } from "../client.ts";
import { env, reachableUrl, tellNextAuth } from "../env.ts";
import { log } from "../log.ts";
import { signInProviders, verifiedEmail } from "./providers.ts";
import { pendingCookie, pendingTokenIn } from "./pendingCookie.ts";
import { cookieName, decodeSession, isSecure, sessionCookie, sessionSecrets } from "./session.ts";
import { type Person, type ProviderAccount, signInWithPassword, signInWithProvider } from "./signIn.ts";
import { parseUrl } from "../words/url.ts";

type Handler = (request: Request, context: { params: Promise<{ nextauth: string[] }> }) => Promise<Response>;

/** Joins the organizations that the address is invited to, if any. Called with addresses that a provider has verified. */
type AcceptInvited = (email: string) => Promise<void>;

/** What the caller does when a session begins or is used: sessions are rows, so that the server can end them. */
export type SessionHooks = {
  /** A session begins; answers its id. */
  opened: (userId: string, opening: Opening, client: Client) => Promise<string>;
  /** A session is used; answers whether it still stands. */
  renewed: (sessionId: string) => Promise<boolean>;
  closed: (sessionId: string, client: Client) => Promise<void>;
};

/** `by`: "password", a provider, "passkey", or two of these. `factorShown`: whether one of them is a second factor. */
export type Opening = { by: string; factorShown: boolean; clearedUnproven: boolean };

/** What a second step leads to. */
type Step =
  | { kind: "signedIn"; person: Person; by: string }
  | { kind: "refused" }
  | { kind: "throttled"; waitSeconds: number }
  | { kind: "expired" };

/** What the caller does about second factors. `token`: that of the sign-in that waits for one. */
export type FactorHooks = {
  /** Lets the sign-in wait, if it needs a second factor; null: it needs none. */
  begin: (person: Person, by: string) => Promise<{ token: string; ways: readonly string[] } | null>;
  takeCode: (token: string | undefined, code: string, ip: string | null) => Promise<Step>;
  takePasskey: (token: string | undefined, answer: string, ip: string | null) => Promise<Step>;
  takePasskeyAlone: (answer: string) => Promise<Step>;
};

type Hooks = { acceptInvited: AcceptInvited; sessions: SessionHooks; factors: FactorHooks };

const maximumBodyBytes = 16_384;
const sessionLifetimeSeconds = 30 * 24 * 3600;

export function authHandler(hooks: Hooks): Handler {
  return async (request, context) => {
    if (!isOffered(request.method, (await context.params).nextauth)) return unknown();
    // The body is a few short fields; its length must be given, so that nothing larger is taken in.
    if (request.method === "POST" && !(Number(request.headers.get("content-length") ?? Number.NaN) <= maximumBodyBytes))
      return new Response(null, { status: 413 });
    tellNextAuth(reachableUrl(env()));
    const attempt = attemptOf(request);
    const response = (await NextAuth(request as never, context as never, nextAuthOptions(hooks, request, attempt))) as Response;
    return guarded(response, attempt.pending);
  };
}

/** One request's. `pending`: what becomes of the cookie of a sign-in that waits; undefined: it stays, null: it goes. */
type Attempt = { client: Client; cookies: string; pending: string | null | undefined };

const attemptOf = (request: Request): Attempt => ({
  client: clientOf(request),
  cookies: request.headers.get("cookie") ?? "",
  pending: undefined,
});

/** The paths passed on to the library, which answers 500 to any other, and to a password in the address. */
const offered: Record<string, { methods: readonly string[]; of?: (provider: string) => boolean }> = {
  csrf: { methods: ["GET"] },
  session: { methods: ["GET"] },
  providers: { methods: ["GET"] },
  error: { methods: ["GET"] },
  signout: { methods: ["GET", "POST"] },
  signin: { methods: ["GET", "POST"], of: (provider) => isProvider(provider) },
  callback: { methods: ["GET", "POST"], of: (provider) => isProvider(provider) || Object.hasOwn(ownProviders, provider) },
};

/** Ways in of our own, beside other providers': with a password, then a code or a passkey, or with a passkey alone. */
const ownProviders = { credentials, code, passkey };

const isProvider = (name: string): boolean => signInProviders().some(({ id }) => id === name);

function isOffered(method: string, [action = "", provider, ...rest]: string[]): boolean {
  const row = Object.hasOwn(offered, action) ? offered[action] : undefined;
  if (row === undefined || rest.length > 0 || !row.methods.includes(method)) return false;
  if (provider === undefined) return action !== "callback" && (action !== "signin" || method === "GET");
  if (Object.hasOwn(ownProviders, provider)) return action === "callback" && method === "POST";
  return row.of?.(provider) ?? false;
}

const unknown = (): Response =>
  Response.json({ code: "not_found", detail: "There is nothing at this path" }, { status: 404, headers: answerHeaders });

const answerHeaders = { "x-content-type-options": "nosniff", "cache-control": "no-store" } as const;

function guarded(response: Response, pending: string | null | undefined): Response {
  const headers = new Headers(response.headers);
  if (pending !== undefined) headers.append("set-cookie", pendingCookie(pending));
  for (const [name, value] of Object.entries(answerHeaders)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}

const clientOf = ({ headers }: Request): Client => ({
  ip: markedAddress((name) => headers.get(name)),
  userAgent: headers.get("user-agent")?.slice(0, 512) ?? null,
});

/** The library's cookies under Webster's names: its own lack the prefix that keeps them to this host. */
function cookies(secure: boolean): NonNullable<NextAuthOptions["cookies"]> {
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure } as const;
  const short = { ...options, maxAge: 15 * 60 };
  return {
    sessionToken: { name: sessionCookie(), options },
    csrfToken: { name: cookieName("webster-csrf"), options },
    callbackUrl: { name: cookieName("webster-next"), options },
    pkceCodeVerifier: { name: cookieName("webster-pkce"), options: short },
    state: { name: cookieName("webster-state"), options: short },
    nonce: { name: cookieName("webster-nonce"), options: short },
  };
}

/** The library's settings for one request. */
export function nextAuthOptions(
  { acceptInvited, sessions, factors }: Hooks,
  request: Request,
  attempt: Attempt = attemptOf(request),
): NextAuthOptions {
  const secure = isSecure();
  const { client } = attempt;
  let cleared = false;
  return {
    secret: secretOf(attempt.cookies),
    session: { strategy: "jwt", maxAge: sessionLifetimeSeconds },
    jwt: { encode: (given) => encode({ ...given, secret: sessionSecrets()[0] }), decode: ({ token }) => decodeSession(token) },
    useSecureCookies: secure,
    cookies: cookies(secure),
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [
      ...Object.values(ownProviders).map((provider) => provider(factors, attempt)),
      ...signInProviders().map(({ config }) => config),
    ],
    logger,
    callbacks: {
      signIn: async ({ account, profile }) => {
        // The password was right, or there would be no such account.
        if (account?.type === "credentials") return true;
        const held = providerAccountOf(account, profile);
        if (held === null) return false;
        if (held.email !== null) await acceptInvited(held.email);
        const person = await signInWithProvider(held);
        if (person === null) return false;
        cleared = person.cleared;
        const waiting = await factors.begin(person, held.provider);
        if (waiting === null) return true;
        attempt.pending = waiting.token;
        return `/login?step=second&next=${encodeURIComponent(nextIn(attempt.cookies))}`;
      },
      jwt: async ({ token, user, account, profile }) => {
        const held = providerAccountOf(account ?? null, profile);
        const own = user as unknown as CredentialsUser | undefined;
        const person = held === null ? own?.person : await signInWithProvider(held);
        if (person === null) return {};
        const { sid } = token;
        // Later calls have no user: the token stays what it is, while its session stands.
        if (person === undefined) return typeof sid === "string" && (await sessions.renewed(sid)) ? token : {};
        const { userId, sessionVersion } = person;
        const opening = { by: held?.provider ?? own?.by ?? "", factorShown: own?.factorShown ?? false, clearedUnproven: cleared };
        return { sub: userId, sessionVersion, sid: await sessions.opened(userId, opening, client) };
      },
      // The library's own answer names nobody: GET /api/v1/session says who is signed in.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => (isLocal(url) ? baseUrl + url : url.startsWith(`${baseUrl}/`) ? url : baseUrl),
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.["sid"] === "string") await sessions.closed(token["sid"], client);
      },
    },
  };
}

/**
 * The key for what a sign-in keeps in cookies until it is done: the one with which it began, by the library's own hash. So who
 * is at their provider while the secret is rotated comes back to a Webster that knows them.
 */
function secretOf(cookieHeader: string): string {
  const [, token, hash] =
    new RegExp(`(?:^|;\\s*)${cookieName("webster-csrf")}=([0-9a-f]+)(?:\\||%7C)([0-9a-f]+)`, "i").exec(cookieHeader) ?? [];
  const isIts = (secret: string): boolean => createHash("sha256").update(`${token}${secret}`).digest("hex") === hash;
  return sessionSecrets().find(isIts) ?? sessionSecrets()[0];
}

/** `id`: the library asks for one. */
type CredentialsUser = { id: string; person: Person; by: string; factorShown: boolean };

/** What the page is to know of a sign-in that has not come about: the library passes on an error's text, and nothing else of it. */
class Told extends Error {}

/** A fault of ours is told as one: neither its text, which may name what stands behind Webster, nor as a wrong password. */
async function tellingNothingElse<T>(authorize: () => Promise<T>): Promise<T> {
  try {
    return await authorize();
  } catch (error) {
    if (error instanceof Told) throw error;
    log.error({ error: error instanceof Error ? error.message : String(error) }, "auth.broken");
    throw new Told("failed");
  }
}

/** With a password. */
function credentials(factors: FactorHooks, attempt: Attempt) {
  return CredentialsProvider({
    credentials: { email: { type: "email" }, password: { type: "password" } },
    authorize: (given) =>
      tellingNothingElse(async () => {
        const { email, password } = given ?? {};
        if (typeof email !== "string" || typeof password !== "string") return null;
        const result = await signInWithPassword(email, password, attempt.client.ip);
        if (result.kind === "refused") return null;
        if (result.kind === "throttled") throw new Told(`throttled:${result.waitSeconds}`);
        const by = "password";
        const waiting = await factors.begin(result.session, by);
        if (waiting === null) return userOf(result.session, by, false);
        attempt.pending = waiting.token;
        throw new Told(`second:${waiting.ways.join(",")}`);
      }),
  });
}

/** After a password: with a code, of the app or for recovery. */
function code(factors: FactorHooks, attempt: Attempt) {
  return CredentialsProvider({
    id: "code",
    credentials: { code: { type: "text" } },
    authorize: (given) =>
      tellingNothingElse(async () => {
        const { code } = given ?? {};
        if (typeof code !== "string" || code.length > 100) return null;
        return settled(await factors.takeCode(pendingTokenIn(attempt.cookies), code, attempt.client.ip), attempt);
      }),
  });
}

/** After a password, if `step` is "second", or instead of one: with a passkey. */
function passkey(factors: FactorHooks, attempt: Attempt) {
  return CredentialsProvider({
    id: "passkey",
    credentials: { step: { type: "text" }, answer: { type: "text" } },
    authorize: (given) =>
      tellingNothingElse(async () => {
        const { step, answer } = given ?? {};
        if (typeof answer !== "string") return null;
        const taken =
          step === "second"
            ? factors.takePasskey(pendingTokenIn(attempt.cookies), answer, attempt.client.ip)
            : factors.takePasskeyAlone(answer);
        return settled(await taken, attempt);
      }),
  });
}

function settled(step: Step, attempt: Attempt): CredentialsUser | null {
  if (step.kind === "refused") return null;
  if (step.kind === "throttled") throw new Told(`throttled:${step.waitSeconds}`);
  attempt.pending = null;
  if (step.kind === "expired") throw new Told("expired");
  return userOf(step.person, step.by, true);
}

const userOf = (person: Person, by: string, factorShown: boolean): CredentialsUser => ({ id: person.userId, person, by, factorShown });

/** Where the page wanted to go that led to the provider: a path. */
function nextIn(cookies: string): string {
  const name = `${cookieName("webster-next")}=`;
  const found = cookies.split(";").find((part) => part.trim().startsWith(name));
  const text = decoded(found?.trim().slice(name.length) ?? "");
  if (isLocal(text)) return text;
  const { pathname, search } = parseUrl(text) ?? { pathname: "/", search: "" };
  return isLocal(pathname + search) ? pathname + search : "/";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The library's own log. What it adds to an error may hold tokens: only the error's own words are kept. */
const logger: NonNullable<NextAuthOptions["logger"]> = {
  error: (code, told) => {
    const error = told instanceof Error ? told : told["error"];
    const { message } = error instanceof Error ? error : { message: String(error) };
    log.warn({ code, provider: told instanceof Error ? undefined : told["providerId"], error: message }, "auth.failed");
  },
  warn: (code) => log.warn({ code }, "auth.warning"),
  debug: () => undefined,
};

function providerAccountOf(account: Account | null, profile: Profile | undefined): ProviderAccount | null {
  const provider = signInProviders().find(({ id }) => id === account?.provider);
  if (account === null || provider === undefined) return null;
  return { provider: provider.authority, providerAccountId: account.providerAccountId, email: verifiedEmail(provider, profile) };
}

/** Whether a URL is a path on this server; `//host` and `/\host` lead elsewhere. */
export const isLocal = (url: string): boolean => /^\/(?![/\\])[!-[\]-~]*$/.test(url);
