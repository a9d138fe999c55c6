/** How somebody can sign in, and where they are signed in: accounts at providers, and sessions. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, pageOf, paging } from "./shared.ts";

export const IdentityOut = z
  .object({
    id: z.string(),
    provider: z
      .string()
      .check(z.meta({ description: "Who answers for the account.", examples: ["github", "oidc https://id.example.com"] })),
    linkedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "IdentityOut" }));

const IdentitiesOut = z
  .object({
    hasPassword: z.boolean(),
    emailProvenAt: z
      .nullable(z.iso.datetime())
      .check(z.meta({ description: "When a provider, or a link sent by mail, first proved that the address is theirs." })),
    data: z.array(IdentityOut),
  })
  .check(z.meta({ id: "IdentitiesOut" }));

export const SessionListedOut = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    ip: z.nullable(z.string()).check(z.meta({ description: "Where it began." })),
    userAgent: z.nullable(z.string()),
    current: z.boolean().check(z.meta({ description: "It is the one that asks." })),
  })
  .check(z.meta({ id: "SessionListedOut" }));

export type IdentityOut = z.output<typeof IdentityOut>;
export type IdentitiesOut = z.output<typeof IdentitiesOut>;
export type SessionListedOut = z.output<typeof SessionListedOut>;

const tag = "Account";
const access = "user";

export const listIdentities = operation({
  operationId: "v1.profile.list-identities",
  method: "get",
  path: "/api/v1/profile/identity",
  tag,
  summary: "List the accounts at providers that one signs in with",
  access,
  responses: { 200: { description: "The accounts", schema: IdentitiesOut } },
});

export const unlinkIdentity = operation({
  operationId: "v1.profile.unlink-identity",
  method: "delete",
  path: "/api/v1/profile/identity/{identity_id}",
  tag,
  summary: "Unlink an account at a provider; every other session ends",
  description: "It can't be the only way to sign in. Signing in there again with the same verified address links it again.",
  access,
  responses: deleted,
});

export const listSessions = operation({
  operationId: "v1.profile.list-sessions",
  method: "get",
  path: "/api/v1/profile/session",
  tag,
  summary: "List where one is signed in",
  access,
  query: z.object(paging),
  responses: { 200: { description: "The newest first", schema: pageOf("ListResponse_SessionListedOut_", SessionListedOut) } },
});

export const endSession = operation({
  operationId: "v1.profile.end-session",
  method: "delete",
  path: "/api/v1/profile/session/{session_id}",
  tag,
  summary: "Sign out elsewhere",
  access,
  responses: deleted,
});
