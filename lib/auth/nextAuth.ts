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
import { cookieName, decodeSession, isSecure, sessionCookie, sessionSecrets } from "./session.ts";
import { type Person, type ProviderAccount, signInWithPassword, signInWithProvider } from "./signIn.ts";

type Handler = (request: Request, context: { params: Promise<{ nextauth: string[] }> }) => Promise<Response>;

/** Joins the organizations that the address is invited to, if any. Called with addresses that a provider has verified. */
type AcceptInvited = (email: string) => Promise<void>;

/** What the caller does when a session begins or is used: sessions are rows, so that the server can end them. */
export type SessionHooks = {
  /** A session begins; answers its id. `by`: "password", or the provider. */
  opened: (userId: string, by: string, client: Client, clearedUnproven: boolean) => Promise<string>;
  /** A session is used; answers whether it still stands. */
  renewed: (sessionId: string) => Promise<boolean>;
  closed: (sessionId: string, client: Client) => Promise<void>;
};

const maximumBodyBytes = 16_384;
const sessionLifetimeSeconds = 30 * 24 * 3600;

export function authHandler(acceptInvited: AcceptInvited, sessions: SessionHooks): Handler {
  return async (request, context) => {
    if (!isOffered(request.method, (await context.params).nextauth)) return unknown();
    // The body is a few short fields; its length must be given, so that nothing larger is taken in.
    if (request.method === "POST" && !(Number(request.headers.get("content-length") ?? Number.NaN) <= maximumBodyBytes))
      return new Response(null, { status: 413 });
    tellNextAuth(reachableUrl(env()));
    const response = (await NextAuth(request as never, context as never, nextAuthOptions(acceptInvited, sessions, request))) as Response;
    return guarded(response);
  };
}

/** The paths passed on to the library, which answers 500 to any other, and to a password in the address. */
const offered: Record<string, { methods: readonly string[]; of?: (provider: string) => boolean }> = {
  csrf: { methods: ["GET"] },
  session: { methods: ["GET"] },
  providers: { methods: ["GET"] },
  error: { methods: ["GET"] },
  signout: { methods: ["GET", "POST"] },
  signin: { methods: ["GET", "POST"], of: (provider) => isProvider(provider) },
  callback: { methods: ["GET", "POST"], of: (provider) => isProvider(provider) || provider === "credentials" },
};

const isProvider = (name: string): boolean => signInProviders().some(({ id }) => id === name);

function isOffered(method: string, [action = "", provider, ...rest]: string[]): boolean {
  const row = Object.hasOwn(offered, action) ? offered[action] : undefined;
  if (row === undefined || rest.length > 0 || !row.methods.includes(method)) return false;
  if (provider === undefined) return action !== "callback" && (action !== "signin" || method === "GET");
  if (provider === "credentials") return action === "callback" && method === "POST";
  return row.of?.(provider) ?? false;
}

const unknown = (): Response =>
  Response.json({ code: "not_found", detail: "There is nothing at this path" }, { status: 404, headers: answerHeaders });

const answerHeaders = { "x-content-type-options": "nosniff", "cache-control": "no-store" } as const;

function guarded(response: Response): Response {
  const headers = new Headers(response.headers);
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
export function nextAuthOptions(acceptInvited: AcceptInvited, sessions: SessionHooks, request: Request): NextAuthOptions {
  const client = clientOf(request);
  const secure = isSecure();
  let cleared = false;
  return {
    secret: secretOf(request.headers.get("cookie") ?? ""),
    session: { strategy: "jwt", maxAge: sessionLifetimeSeconds },
    jwt: { encode: (given) => encode({ ...given, secret: sessionSecrets()[0] }), decode: ({ token }) => decodeSession(token) },
    useSecureCookies: secure,
    cookies: cookies(secure),
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [credentials(), ...signInProviders().map(({ config }) => config)],
    logger,
    callbacks: {
      signIn: async ({ account, profile }) => {
        // The password was right, or there would be no such account.
        if (account?.type === "credentials") return true;
        const held = providerAccountOf(account, profile);
        if (held === null) return false;
        if (held.email !== null) await acceptInvited(held.email);
        const person = await signInWithProvider(held);
        cleared = person?.cleared ?? false;
        return person !== null;
      },
      jwt: async ({ token, user, account, profile }) => {
        const held = providerAccountOf(account ?? null, profile);
        const person = held === null ? (user as unknown as CredentialsUser | undefined)?.person : await signInWithProvider(held);
        if (person === null) return {};
        const { sid } = token;
        // Later calls have no user: the token stays what it is, while its session stands.
        if (person === undefined) return typeof sid === "string" && (await sessions.renewed(sid)) ? token : {};
        const { userId, sessionVersion } = person;
        return { sub: userId, sessionVersion, sid: await sessions.opened(userId, held?.provider ?? "password", client, cleared) };
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

type CredentialsUser = { id: string; person: Person };

const credentials = () =>
  CredentialsProvider({
    credentials: { email: { type: "email" }, password: { type: "password" } },
    authorize: async (given, { headers }) => {
      const { email, password } = given ?? {};
      if (typeof email !== "string" || typeof password !== "string") return null;
      const result = await signInWithPassword(
        email,
        password,
        markedAddress((name) => (headers as Record<string, string>)[name]),
      );
      if (result.kind === "refused") return null;
      // An error's text is all that the library passes on to the page.
      if (result.kind === "throttled") throw new Error(`throttled:${result.waitSeconds}`);
      const user: CredentialsUser = { id: result.session.userId, person: result.session };
      return user;
    },
  });

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
