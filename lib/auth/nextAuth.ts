/** next-auth, as we use it: JWT sessions that carry a user's id and session version, and nothing else. */
import NextAuth, { type Account, type NextAuthOptions, type Profile } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { markedAddress } from "../client.ts";
import { env, reachableUrl, tellNextAuth } from "../env.ts";
import { log } from "../log.ts";
import { signInProviders, verifiedEmail } from "./providers.ts";
import { isSecure, type Session, sessionCookie, sessionSecret } from "./session.ts";
import { type ProviderAccount, signInWithPassword, signInWithProvider } from "./signIn.ts";

type Handler = (request: Request, context: { params: Promise<{ nextauth: string[] }> }) => Promise<Response>;

/** Joins the organizations that the address is invited to, if any. Called with addresses that a provider has verified. */
type AcceptInvited = (email: string) => Promise<void>;

const maximumBodyBytes = 16_384;
const sessionLifetimeSeconds = 30 * 24 * 3600;

export function authHandler(acceptInvited: AcceptInvited): Handler {
  return async (request, context) => {
    // What is read here is a few short fields; a length must be told, so that nothing larger is taken in.
    if (request.method === "POST" && !(Number(request.headers.get("content-length") ?? Number.NaN) <= maximumBodyBytes))
      return new Response(null, { status: 413 });
    tellNextAuth(reachableUrl(env()));
    return (await NextAuth(request as never, context as never, options(acceptInvited))) as Response;
  };
}

function options(acceptInvited: AcceptInvited): NextAuthOptions {
  const secure = isSecure();
  return {
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: sessionLifetimeSeconds },
    useSecureCookies: secure,
    cookies: { sessionToken: { name: sessionCookie(), options: { httpOnly: true, sameSite: "lax", path: "/", secure } } },
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
        return (await signInWithProvider(held)) !== null;
      },
      jwt: async ({ token, user, account, profile }) => {
        const held = providerAccountOf(account ?? null, profile);
        const session = held === null ? (user as unknown as CredentialsUser | undefined)?.session : await signInWithProvider(held);
        // Later calls have no user: the token stays what it is.
        if (session === undefined) return token;
        return session === null ? {} : { sub: session.userId, sessionVersion: session.sessionVersion };
      },
      // Who that is, GET /api/v1/session says.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => (isLocal(url) ? baseUrl + url : url.startsWith(`${baseUrl}/`) ? url : baseUrl),
    },
  };
}

type CredentialsUser = { id: string; session: Session };

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
      // The only way to tell the page: it arrives there as the error.
      if (result.kind === "throttled") throw new Error(`throttled:${result.waitSeconds}`);
      const user: CredentialsUser = { id: result.session.userId, session: result.session };
      return user;
    },
  });

/** Of the library itself. What it adds to an error may hold tokens: only the error's own words are kept. */
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

/** A path of our own; `//host` and `/\host` lead elsewhere. */
export const isLocal = (url: string): boolean => /^\/(?![/\\])[!-[\]-~]*$/.test(url);
