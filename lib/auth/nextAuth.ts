/** next-auth, as we use it: JWT sessions that carry a user's id and session version, and nothing else. */
import NextAuth, { type Account, type NextAuthOptions, type Profile } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import GithubProvider from "next-auth/providers/github";
import GoogleProvider from "next-auth/providers/google";
import { markedAddress } from "../client.ts";
import { env, type OauthClient, tellNextAuth } from "../env.ts";
import { isSecure, type Session, sessionCookie, sessionSecret } from "./session.ts";
import { signInWithPassword, signInWithProvider } from "./signIn.ts";

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
    const { publicUrl, host, port } = env();
    tellNextAuth(publicUrl ?? `http://${host}:${port}`);
    return (await NextAuth(request as never, context as never, options(acceptInvited))) as Response;
  };
}

function options(acceptInvited: AcceptInvited): NextAuthOptions {
  const { github, google } = env();
  const secure = isSecure();
  return {
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: sessionLifetimeSeconds },
    useSecureCookies: secure,
    cookies: { sessionToken: { name: sessionCookie(), options: { httpOnly: true, sameSite: "lax", path: "/", secure } } },
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [credentials(), ...(github === null ? [] : [githubProvider(github)]), ...(google === null ? [] : [GoogleProvider(google)])],
    callbacks: {
      signIn: async ({ account, profile }) => {
        const held = providerAccountOf(account, profile);
        if (held === null) return true;
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

/** Asks for all addresses: the one in the profile says nothing about being verified. */
const githubProvider = (client: OauthClient) =>
  GithubProvider({
    ...client,
    userinfo: {
      url: "https://api.github.com/user",
      request: async ({ client, tokens }) => {
        const profile = await client.userinfo(tokens.access_token ?? "");
        const answer = await fetch("https://api.github.com/user/emails", { headers: { authorization: `token ${tokens.access_token}` } });
        const emails = answer.ok ? ((await answer.json()) as { email: string; primary: boolean; verified: boolean }[]) : [];
        const primary = emails.find(({ primary, verified }) => primary && verified);
        return { ...profile, email: primary?.email, email_verified: primary !== undefined } as never;
      },
    },
  });

function providerAccountOf(account: Account | null, profile: Profile | undefined) {
  if (account === null || account.type === "credentials") return null;
  const { email, email_verified: isVerified } = (profile ?? {}) as { email?: string; email_verified?: boolean };
  return {
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    email: isVerified === true && email !== undefined ? email : null,
  };
}

/** A path of our own; `//host` and `/\host` lead elsewhere. */
export const isLocal = (url: string): boolean => /^\/(?![/\\])[!-[\]-~]*$/.test(url);
