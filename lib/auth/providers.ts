/** Where members may have accounts: GitHub or a GitHub Enterprise Server, Google, any OpenID Connect provider. */
import type { Profile } from "next-auth";
import GithubProvider from "next-auth/providers/github";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { env, type OauthClient } from "../env.ts";
import { lookupFor } from "../names.ts";

export type SignInProvider = {
  id: "github" | "google" | "oidc";
  /** The provider's name, for people. */
  name: string;
  /** Who gives the ids of the accounts: an id means something only together with it. */
  authority: string;
  /** Whether an address counts of which the provider does not say whether it is verified. */
  trustsEmail: boolean;
  config: OAuthConfig<Claims>;
};

type Claims = Profile & { sub: string; email?: string; email_verified?: unknown };

// The library's 3.5 s are short for a provider on the other side of the world.
const timeoutMs = 10_000;

const httpOptions = { timeout: timeoutMs, lookup: lookupFor({ tenant: "sign-in", owner: "sign-in" }) };

export function signInProviders(): SignInProvider[] {
  const { github, google, oidc } = env();
  return [
    ...(github === null ? [] : [atGithub(github)]),
    ...(google === null
      ? []
      : [atOpenId("google", { ...google, name: "Google", issuer: "https://accounts.google.com", trustsEmail: false })]),
    ...(oidc === null ? [] : [atOpenId("oidc", oidc)]),
  ];
}

/** The address that the provider has verified; null: none. */
export function verifiedEmail({ trustsEmail }: SignInProvider, profile: Profile | undefined): string | null {
  const { email, email_verified: isVerified } = (profile ?? {}) as Partial<Claims>;
  if (email === undefined || email === "") return null;
  // Some providers say `"true"` as a text. One that says nothing is believed if the operator wants that; one that says no, never.
  const counts = isVerified === true || isVerified === "true" || (isVerified === undefined && trustsEmail);
  return counts ? email : null;
}

function atGithub({ url, ...client }: OauthClient & { url: string | null }): SignInProvider {
  const web = url ?? "https://github.com";
  const api = url === null ? "https://api.github.com" : `${url}/api/v3`;
  const config = GithubProvider({
    ...client,
    authorization: { url: `${web}/login/oauth/authorize`, params: { scope: "read:user user:email" } },
    token: `${web}/login/oauth/access_token`,
    httpOptions,
    userinfo: {
      url: `${api}/user`,
      // The list of all addresses is asked for: the profile does not say whether its address is verified.
      request: async ({ client, tokens }) => {
        const profile = await client.userinfo(tokens.access_token ?? "");
        const headers = { accept: "application/vnd.github+json" };
        const { statusCode, body } = await client.requestResource(`${api}/user/emails`, tokens.access_token ?? "", { headers });
        const emails = statusCode === 200 ? (JSON.parse(String(body)) as { email: string; primary: boolean; verified: boolean }[]) : [];
        const primary = emails.find(({ primary, verified }) => primary && verified);
        return { ...profile, email: primary?.email, email_verified: primary !== undefined } as never;
      },
    },
  });
  return {
    id: "github",
    name: "GitHub",
    authority: url === null ? "github" : `github ${url}`,
    trustsEmail: false,
    config: config as never,
  };
}

type OpenIdClient = OauthClient & { issuer: string; name: string; trustsEmail: boolean };

function atOpenId(id: "google" | "oidc", { issuer, name, trustsEmail, clientId, clientSecret }: OpenIdClient): SignInProvider {
  const config: OAuthConfig<Claims> = {
    id,
    name,
    type: "oauth",
    wellKnown: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    clientId,
    clientSecret,
    httpOptions,
    userinfo: {
      // The standard lets a provider keep the address out of the token.
      request: async ({ client, tokens }) => {
        const claims = (tokens as unknown as { claims: () => Claims }).claims();
        return claims.email === undefined ? { ...claims, ...(await client.userinfo(tokens as never)) } : claims;
      },
    },
    profile: ({ sub }) => ({ id: sub }),
  };
  return { id, name, authority: id === "google" ? "google" : `oidc ${issuer}`, trustsEmail, config };
}
