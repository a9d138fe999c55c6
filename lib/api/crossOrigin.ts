/**
 * Pages of other origins may use the API as Svix's lets them (its React hooks do): with a bearer token, and never with a
 * cookie. So no answer allows credentials, and none to a request with cookies says anything at all.
 */
import type { Context, Hono } from "hono";
import type { Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import type { Asked } from "./asked.ts";

const anyOrigin = { "access-control-allow-origin": "*" } as const;

/** Whether an operation belongs to signing in, up or into the portal: those are for no pages but our own. */
const isForOwnPages = ({ access, method }: Operation): boolean => access === "public" && method !== "get";

/** The headers that let a page of another origin read an answer. */
export function crossOriginHeaders(operation: Operation | null, c: Asked): Record<string, string> {
  if (c.req.header("cookie") !== undefined || (operation !== null && isForOwnPages(operation))) return {};
  return anyOrigin;
}

/** Adds the same headers to an answer that no operation gave. */
export function sharedAcrossOrigins(response: Response, c: Context): Response {
  if (!isShared(c.req.path)) return response;
  for (const [name, value] of Object.entries(crossOriginHeaders(null, c))) response.headers.set(name, value);
  return response;
}

/** Answers what browsers ask before a request that carries a token. Nobody has to be known for that, and it does not count. */
export function answerPreflights(app: Hono): void {
  for (const operation of operations.filter(isForOwnPages))
    app.options(operation.path.replace(/\{(\w+)\}/g, ":$1"), (c) => preflight(c, false));
  for (const path of prefixes) app.options(`${path}/*`, (c, next) => (isPreflight(c) ? preflight(c, true) : next()));
}

function preflight(c: Context, isAllowed: boolean): Response {
  const asked = (c.req.header("access-control-request-headers") ?? "").split(",").map((name) => name.trim());
  // Headers called webster-… say which of our cookies is meant, so no other origin may send them.
  const headers = asked.filter((name) => isToken.test(name) && !/^webster-/i.test(name)).join(", ");
  const allowed = {
    ...anyOrigin,
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-max-age": "600",
    ...(headers === "" ? {} : { "access-control-allow-headers": headers }),
  };
  return new Response(null, { status: 204, headers: { vary: "access-control-request-headers", ...(isAllowed ? allowed : {}) } });
}

const isPreflight = (c: Context): boolean => c.req.header("access-control-request-method") !== undefined;

const prefixes = ["/api/v1", "/ingest/api/v1"];

const isShared = (path: string): boolean => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));

/** RFC 9110, section 5.6.2. */
const isToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
