/** Authentication as a form holds it: all fields of all kinds as text. */
import type { EndpointAuthenticationIn, EndpointAuthenticationOut } from "../../lib/contract/authentication.ts";

export type Kind = EndpointAuthenticationIn["kind"];
type KeysOfUnion<T> = T extends unknown ? keyof T : never;
export type FieldName = Exclude<KeysOfUnion<EndpointAuthenticationIn>, "kind" | "clientAuthentication">;
export type Draft = Record<FieldName, string> & { clientAuthentication: "client_secret_basic" | "client_secret_post" };

export const kinds: { value: Kind; label: string }[] = [
  { value: "basic", label: "Basic" },
  { value: "bearer", label: "Bearer token" },
  { value: "header", label: "API key in a header" },
  { value: "oauth2", label: "OAuth2 client credentials" },
  { value: "mtls", label: "Client certificate (mTLS)" },
];

export type KindOrNone = Kind | "none";

/** To choose from, for an endpoint that may do without. */
export const kindsOrNone: { value: KindOrNone; label: string }[] = [{ value: "none", label: "None" }, ...kinds];

type FieldLook = { label: string; placeholder?: string; help?: string; secret?: true; lines?: true; optional?: true };

/** The fields of each kind, in order. */
export const fields: Record<Kind, Partial<Record<FieldName, FieldLook>>> = {
  basic: { username: { label: "User name" }, password: { label: "Password", secret: true } },
  bearer: { token: { label: "Token", secret: true } },
  header: { name: { label: "Header", placeholder: "X-API-Key" }, value: { label: "Value", secret: true } },
  oauth2: {
    tokenUrl: { label: "Token URL", placeholder: "https://login.example.com/oauth/token" },
    clientId: { label: "Client id" },
    clientSecret: { label: "Client secret", secret: true },
    scope: { label: "Scope", placeholder: "None", help: "Separated by spaces.", optional: true },
    audience: { label: "Audience", placeholder: "None", optional: true },
  },
  mtls: {
    certificate: {
      label: "Certificate",
      placeholder: "-----BEGIN CERTIFICATE-----",
      help: "PEM; those of its issuers may follow.",
      lines: true,
    },
    privateKey: { label: "Private key", placeholder: "-----BEGIN PRIVATE KEY-----", help: "PEM, without a passphrase.", lines: true },
  },
};

/** A draft of what is stored. Secrets are empty: the API does not show them. */
export const draftOf = (shown: EndpointAuthenticationOut): Draft => ({
  username: shown.kind === "basic" ? shown.username : "",
  password: "",
  token: "",
  name: shown.kind === "header" ? shown.name : "",
  value: "",
  tokenUrl: shown.kind === "oauth2" ? shown.tokenUrl : "",
  clientId: shown.kind === "oauth2" ? shown.clientId : "",
  clientSecret: "",
  scope: (shown.kind === "oauth2" && shown.scope) || "",
  audience: (shown.kind === "oauth2" && shown.audience) || "",
  clientAuthentication: shown.kind === "oauth2" ? shown.clientAuthentication : "client_secret_basic",
  certificate: "",
  privateKey: "",
});

/** The draft as the API takes it. */
export function inputOf(kind: Kind, draft: Draft): EndpointAuthenticationIn {
  const { username, password, token, name, value, tokenUrl, clientId, clientSecret, clientAuthentication, certificate, privateKey } = draft;
  switch (kind) {
    case "basic":
      return { kind, username, password };
    case "bearer":
      return { kind, token: token.trim() };
    case "header":
      return { kind, name: name.trim(), value };
    case "oauth2": {
      const scope = draft.scope.trim() || null;
      const audience = draft.audience.trim() || null;
      return { kind, tokenUrl: tokenUrl.trim(), clientId, clientSecret, clientAuthentication, scope, audience };
    }
    case "mtls":
      return { kind, certificate, privateKey };
  }
}

/** Faults of fields that are empty and must not be. */
export const missingOf = (kind: Kind, draft: Draft): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields[kind])
      .filter(([name, look]) => !look.optional && draft[name as FieldName].trim() === "")
      .map(([name, look]) => [name, `Enter the ${look.label.charAt(0).toLowerCase()}${look.label.slice(1)}`]),
  );
