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
  /** Without it: JSON, if there is a schema. */ contentTypes?: readonly string[];
};

export type Operation = {
  /** The name that the SDKs' generator knows it by. */
  operationId: string;
  method: Method;
  /** With `{name}` for parameters. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** There is another operation for the same. */
  deprecated?: true;
  access: Access;
  /** The least role. Without it: viewer to get, member for everything else. */
  role?: Role;
  /**
   * What a get does beyond reading: `changes` something that is stored, or `reveals` a secret and is audited. Neither is there for
   * other sites' pages, and what changes needs the rights of a change. What `exports` a file is audited.
   */
  effect?: "changes" | "reveals" | "exports";
  /** What a portal token must have been given. Without it: ViewBase to get, ManageEndpoint for everything else. */
  capability?: Grant;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniType;
  /** A request without a body counts as `{}`. */
  bodyOptional?: boolean;
  /** The first one is what a handler answers that says nothing else. */
  responses: Record<number, ResponseShape>;
  /** Statuses that it is refused with, beyond those that follow from its access, path and input. */
  refusals?: readonly (401 | 409 | 503)[];
};

const isReading = ({ method, effect }: Operation): boolean => method === "get" && effect !== "changes";

export const leastRole = (operation: Operation): Role => operation.role ?? (isReading(operation) ? "viewer" : "member");

export const capabilityFor = (operation: Operation): Grant =>
  operation.capability ?? (isReading(operation) ? "ViewBase" : "ManageEndpoint");

export const operation = <const O extends Operation>(description: O): O => description;

type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParametersOf<Rest> : never;

export type PathOf<O extends Operation> = Record<ParametersOf<O["path"]>, string>;
export type QueryOf<O extends Operation> = O["query"] extends z.ZodMiniType ? z.output<O["query"]> : Record<string, never>;
export type BodyOf<O extends Operation> = O["body"] extends z.ZodMiniType ? z.output<O["body"]> : undefined;
