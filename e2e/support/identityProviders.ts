/** Providers of accounts: an OpenID Connect provider (the certified `oidc-provider`), and what a GitHub Enterprise Server answers. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

export const client = { id: "webster", secret: "a secret between webster and the provider" };

export type IdentityProvider = {
  /** Without a trailing slash. */
  url: string;
  stop: () => Promise<void>;
};

export type OpenIdProvider = IdentityProvider & {
  /** Allows an address to which the provider may send people back. */
  allow: (callback: string) => void;
  /** Answers 503 while `work` runs. */
  whileDown: (work: () => Promise<void>) => Promise<void>;
};

/** Starts a provider that lets in whoever gives a name, at any password; `claimsOf` tells who that is. */
export async function startOpenIdProvider(claimsOf: (login: string) => Record<string, unknown>): Promise<OpenIdProvider> {
  const refuse: RequestListener = (_, response) => void response.writeHead(503).end();
  let handle = refuse;
  const server = await listen((request, response) => handle(request, response));
  const allow = (callback: string) => {
    const provider = new Provider(server.url, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [callback] }],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
      cookies: { keys: ["of the tests"] },
    });
    const answer = provider.callback();
    handle = (request, response) => void answer(request, response);
  };
  const whileDown = async (work: () => Promise<void>) => {
    const up = handle;
    handle = refuse;
    await work();
    handle = up;
  };
  return { ...server, allow, whileDown };
}

/** The one who is signed in there, as https://docs.github.com/rest/users says it. */
export type GithubUser = { id: number; login: string; emails: { email: string; primary: boolean; verified: boolean }[] };

/** Starts the web application flow of https://docs.github.com/apps/oauth-apps: `user()` has consented already. */
export function startGithub(user: () => GithubUser): Promise<IdentityProvider> {
  const code = "code-of-github";
  const token = "gho_token-of-github";
  return listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://github.test");
    const isKnown =
      /^(Bearer|token) gho_token-of-github$/.test(request.headers.authorization ?? "") && request.headers["user-agent"] !== undefined;
    if (pathname === "/login/oauth/authorize") {
      const back = new URL(searchParams.get("redirect_uri") ?? "");
      back.search = new URLSearchParams({ code, state: searchParams.get("state") ?? "" }).toString();
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === "/login/oauth/access_token") {
      const given = await form(request);
      const basic = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString();
      const isClient =
        given.get("client_secret") === client.secret ||
        basic === `${client.id}:${encodeURIComponent(client.secret).replaceAll("%20", "+")}`;
      json(
        response,
        isClient && given.get("code") === code
          ? { access_token: token, token_type: "bearer", scope: "read:user,user:email" }
          : { error: "bad_verification_code" },
      );
    } else if (!isKnown) json(response, { message: "Requires authentication" }, 401);
    else if (pathname === "/api/v3/user") json(response, { id: user().id, login: user().login, name: null, email: null, avatar_url: "" });
    else if (pathname === "/api/v3/user/emails") json(response, user().emails);
    else json(response, { message: "Not Found" }, 404);
  });
}

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<IdentityProvider> {
  const server: Server = createServer((request, response) => void listener(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

async function form(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
