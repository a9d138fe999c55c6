/** How Webster proves to an endpoint's receiver who is sending. What is secret in it goes in, and never comes out again. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, withoutControls } from "./shared.ts";

// RFC 7617, section 2: a colon ends the user name.
const username = z
  .string()
  // oxlint-disable-next-line no-control-regex -- refusing them is the point
  .check(z.minLength(1), z.maxLength(500), z.regex(/^[^:\u0000-\u001f\u007f-\u009f]*$/, "must not hold a colon or control characters"));
const secretText = z.string().check(z.minLength(1), z.maxLength(4000), withoutControls);
const inHeader = z
  .string()
  .check(z.minLength(1), z.maxLength(4000), z.regex(/^[\u0021-\u007e]+$/, "must be ASCII characters without spaces"));
const url = z.string().check(z.minLength(1), z.maxLength(8192));
const pem = z.string().check(z.minLength(1), z.maxLength(65_536));
const clientAuthentication = z
  ._default(z.enum(["client_secret_basic", "client_secret_post"]), "client_secret_basic")
  .check(z.meta({ description: "Where the token server wants the client's secret: in the Authorization header, or in the form." }));

export const EndpointAuthenticationIn = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("basic"), username, password: secretText }),
    z.object({ kind: z.literal("bearer"), token: inHeader }),
    z.object({
      kind: z.literal("header"),
      name: z.string().check(z.minLength(1), z.maxLength(256)),
      value: z.string().check(z.minLength(1)),
    }),
    z.object({
      kind: z.literal("oauth2"),
      tokenUrl: url,
      clientId: secretText,
      clientSecret: secretText,
      clientAuthentication,
      scope: z.nullish(secretText),
      audience: z.nullish(secretText),
    }),
    z.object({ kind: z.literal("mtls"), certificate: pem, privateKey: pem }),
  ])
  .check(
    z.meta({
      id: "EndpointAuthenticationIn",
      description:
        "`basic`, `bearer`: the Authorization header. `header`: an API key in a header of its own. `oauth2`: client credentials; the token is " +
        "fetched from `tokenUrl`, kept until shortly before it expires, and fetched anew after a 401. `mtls`: a client certificate in PEM, with " +
        "those of its issuers behind it if need be, and its key without a passphrase.",
      examples: [{ kind: "basic", username: "webster", password: "…" }],
    }),
  );

const shown = z.nullable(z.string());

export const EndpointAuthenticationOut = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("none") }),
    z.object({ kind: z.literal("basic"), username: z.string() }),
    z.object({ kind: z.literal("bearer") }),
    z.object({ kind: z.literal("header"), name: z.string() }),
    z.object({
      kind: z.literal("oauth2"),
      tokenUrl: z.string(),
      clientId: z.string(),
      clientAuthentication: z.enum(["client_secret_basic", "client_secret_post"]),
      scope: shown,
      audience: shown,
    }),
    z.object({
      kind: z.literal("mtls"),
      subject: z.string(),
      issuer: z.string(),
      fingerprint: z.string().check(z.meta({ description: "SHA-256." })),
      expiresAt: z.iso.datetime(),
    }),
  ])
  .check(z.meta({ id: "EndpointAuthenticationOut", examples: [{ kind: "basic", username: "webster" }] }));

export type EndpointAuthenticationIn = z.output<typeof EndpointAuthenticationIn>;
export type EndpointAuthenticationOut = z.output<typeof EndpointAuthenticationOut>;

const path = "/api/v1/app/{app_id}/endpoint/{endpoint_id}/authentication";
const tag = "Endpoint";
const access = "apiKeyOrPortal";
const one = { 200: { description: "The authentication, without its secrets", schema: EndpointAuthenticationOut } } as const;

export const getEndpointAuthentication = operation({
  operationId: "v1.endpoint.get-authentication",
  method: "get",
  path,
  tag,
  summary: "Get how Webster authenticates to the receiver",
  access,
  responses: one,
});

export const putEndpointAuthentication = operation({
  operationId: "v1.endpoint.update-authentication",
  method: "put",
  path,
  tag,
  summary: "Set how Webster authenticates to the receiver",
  description: "Replaces the previous one from the next attempt on. An endpoint header with the same name is not sent.",
  access,
  setsUp: "endpoints",
  body: EndpointAuthenticationIn,
  responses: one,
});

export const deleteEndpointAuthentication = operation({
  operationId: "v1.endpoint.delete-authentication",
  method: "delete",
  path,
  tag,
  summary: "Stop authenticating to the receiver",
  access,
  setsUp: "endpoints",
  responses: deleted,
});
