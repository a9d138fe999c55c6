/** How Webster proves to a receiver who it is, besides signing: what an endpoint's owner has given for that. */
import { isRecord } from "../words/record.ts";

export type EndpointAuthentication =
  | { kind: "basic"; username: string; password: string }
  | { kind: "bearer"; token: string }
  /** An API key in a header of its own. */
  | { kind: "header"; name: string; value: string }
  | OAuth2
  | ({ kind: "mtls" } & ClientCertificate);

/** Client credentials (RFC 6749, section 4.4). */
export type OAuth2 = {
  kind: "oauth2";
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  clientAuthentication: "client_secret_basic" | "client_secret_post";
  scope: string | null;
  audience: string | null;
};

/** PEM; the certificate may be followed by those of its issuers. */
export type ClientCertificate = { certificate: string; privateKey: string };

/** The header that each request carries; null: none, or one that has to be asked for first. */
export function staticHeader(authentication: EndpointAuthentication): { name: string; value: string } | null {
  switch (authentication.kind) {
    case "basic":
      return { name: "authorization", value: basicOf(authentication.username, authentication.password) };
    case "bearer":
      return { name: "authorization", value: `Bearer ${authentication.token}` };
    case "header":
      return { name: authentication.name, value: authentication.value };
    case "oauth2":
    case "mtls":
      return null;
  }
}

/** The name of the header that authenticates, in lower case; an endpoint's own header of this name is not sent. Null: none. */
export function authenticationHeaderName(authentication: EndpointAuthentication): string | null {
  if (authentication.kind === "oauth2") return "authorization";
  return staticHeader(authentication)?.name.toLowerCase() ?? null;
}

/** The secrets that are struck out of a receiver's answer before it is kept: some receivers answer with what they were sent. */
export function secretsOf(authentication: EndpointAuthentication): string[] {
  switch (authentication.kind) {
    case "basic":
      return [basicOf(authentication.username, authentication.password).slice("Basic ".length), authentication.password];
    case "bearer":
      return [authentication.token];
    case "header":
      return [authentication.value];
    case "oauth2":
    case "mtls":
      return [];
  }
}

// Shorter ones are found in innocent text.
const shortestRedacted = 6;

export function redact(text: string, secrets: string[]): string {
  return secrets.filter((secret) => secret.length >= shortestRedacted).reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
}

export type TokenRequest = { headers: string[]; body: string };

/** RFC 6749, sections 2.3.1 and 4.4.2; `audience` as most servers of that kind have it. */
export function tokenRequest({ clientId, clientSecret, clientAuthentication, scope, audience }: OAuth2): TokenRequest {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scope !== null) form.set("scope", scope);
  if (audience !== null) form.set("audience", audience);
  const headers = ["content-type", "application/x-www-form-urlencoded", "accept", "application/json"];
  if (clientAuthentication === "client_secret_basic") headers.push("authorization", basicOf(encoded(clientId), encoded(clientSecret)));
  else {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret);
  }
  return { headers, body: form.toString() };
}

/** `lifetimeSeconds` null: the server does not say. */
export type TokenAnswer = { ok: true; token: string; lifetimeSeconds: number | null } | { ok: false; detail: string };

/** Reads a token server's answer (RFC 6749, sections 5.1 and 5.2). `detail` holds nothing that it wrote but a code of the standard. */
export function readTokenAnswer(statusCode: number, body: string): TokenAnswer {
  const answer = objectOf(body);
  if (statusCode < 200 || statusCode > 299) {
    const code = errorCodes.find((known) => known === answer?.["error"]);
    return { ok: false, detail: `The token server answered ${statusCode}${code === undefined ? "" : ` (${code})`}` };
  }
  const token = answer?.["access_token"];
  const type = answer?.["token_type"];
  if (typeof token !== "string" || token === "") return { ok: false, detail: "The token server's answer holds no access_token" };
  if (!/^[\u0021-\u007e]{1,16000}$/.test(token)) return { ok: false, detail: "The token server's token can't stand in a header" };
  if (type !== undefined && (typeof type !== "string" || type.toLowerCase() !== "bearer"))
    return { ok: false, detail: "The token server's token is of another type than Bearer" };
  const seconds = Number(answer?.["expires_in"] ?? NaN);
  return { ok: true, token, lifetimeSeconds: seconds > 0 && Number.isFinite(seconds) ? seconds : null };
}

const errorCodes = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  // RFC 8707, section 2.
  "invalid_target",
];

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

const basicOf = (username: string, password: string): string => `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** A text as a form holds it: a space becomes +. */
const encoded = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1);
