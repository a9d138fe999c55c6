/**
 * What an operation of the HTTP API is. Routes, the OpenAPI document and the checks of input come from these
 * descriptions, so there is nothing to keep in step.
 */
import type * as z from "zod/mini";
import type { Grant } from "../words/capability.ts";
import type { Role } from "../words/role.ts";

/**
 * Who may call. `public`: nobody needs to be known. `apiKey`: an API key, or a member who is signed in.
 * `apiKeyOrPortal`: a portal token too. `portal`: a portal token alone. `member`: a member, never a key.
 * `user`: who is signed in, member of an organization or not. `management`: a member, or an API key that may manage.
 */
export type Access = "public" | "apiKey" | "apiKeyOrPortal" | "portal" | "member" | "user" | "management";

type Method = "get" | "post" | "put" | "patch" | "delete";

type ResponseShape = {
  description: string;
  schema?: z.ZodMiniType;
  /** Media types of the response. Left out: JSON, if there is a schema. */ contentTypes?: readonly string[];
};

export type Operation = {
  /** The operation's name, as the generator of SDKs knows it. */
  operationId: string;
  method: Method;
  /** The path, with `{name}` for parameters. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** Set if another operation does the same. */
  deprecated?: true;
  access: Access;
  /** The least role that may call. Left out: viewer to get, member for everything else. */
  role?: Role;
  /**
   * What a get does beyond reading: it `changes` something that is stored, or `reveals` a secret and is audited. Neither is for
   * other sites' pages, and what changes needs the rights of a change. What `exports` a file is audited.
   */
  effect?: "changes" | "reveals" | "exports";
  /** What it sets up, or tries out before. Where operational webhooks are kept, endpoints are set up by an admin, as in the settings. */
  setsUp?: "endpoints";
  /** It waits for more than the database: for somebody else's server, or for people's code. Meanwhile it keeps no change waiting. */
  waits?: true;
  /** The capability that a portal token needs. Left out: ViewBase to get, ManageEndpoint for everything else. */
  capability?: Grant;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniType;
  /** A request without a body counts as `{}`. */
  bodyOptional?: boolean;
  /** Responses by status. A handler that says nothing else answers the first, or a POST 201 where that is one of them. */
  responses: Record<number, ResponseShape>;
  /** Statuses that a request is refused with, beyond those that follow from access, path and input. */
  refusals?: readonly (401 | 409 | 503)[];
};

const isReading = ({ method, effect }: Operation): boolean => method === "get" && effect !== "changes";

/** `isOperational`: where operational webhooks are kept. */
export const leastRole = (operation: Operation, isOperational = false): Role =>
  isOperational && operation.setsUp === "endpoints" ? "admin" : (operation.role ?? (isReading(operation) ? "viewer" : "member"));

export const capabilityFor = (operation: Operation): Grant =>
  operation.capability ?? (isReading(operation) ? "ViewBase" : "ManageEndpoint");

export const operation = <const O extends Operation>(description: O): O => description;

type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParametersOf<Rest> : never;

export type PathOf<O extends Operation> = Record<ParametersOf<O["path"]>, string>;
export type QueryOf<O extends Operation> = O["query"] extends z.ZodMiniType ? z.output<O["query"]> : Record<string, never>;
export type BodyOf<O extends Operation> = O["body"] extends z.ZodMiniType ? z.output<O["body"]> : undefined;
