/** Who asks, and may they do this? Decided here for every operation, from what the contract says of it. */
import type { IncomingMessage } from "node:http";
import type { Actor, Client, SignedIn } from "../actor.ts";
import { accessOf } from "../auth/authenticate.ts";
import { hasSession, memberAccess, signedIn } from "../auth/session.ts";
import { portalTokenIn } from "../auth/portalCookie.ts";
import { addressOf, markedAddress } from "../client.ts";
import { isGranted } from "../words/capability.ts";
import { isWithinScopes } from "../words/keyScope.ts";
import { capabilityFor, leastRole, type Operation } from "../contract/operation.ts";
import { isAtLeast } from "../words/role.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import type { Asked } from "./asked.ts";
import type { Quota } from "../rateLimit.ts";
import { parseUrl } from "../words/url.ts";

/** Who asks, and the quota that the request counts against. Null: the operation is for everyone. */
export type Caller = { actor: Actor | SignedIn; quota: Quota | null } | null;

/** The caller, who may call the operation; null: it is for everyone. Throws `authentication_failed` and `forbidden`. */
export async function callerOf(operation: Operation, c: Asked): Promise<Actor | SignedIn | null> {
  const caller = await identify(operation, c);
  if (caller === null) return null;
  permit(operation, caller.actor);
  return caller.actor;
}

/**
 * Who the caller is, before anything is said of whether they may. Throws `authentication_failed`, and `forbidden` for other
 * sites' pages.
 */
export async function identify(operation: Operation, c: Asked): Promise<Caller> {
  if (operation.access === "public") {
    requireNoForeignPage(operation, c);
    return null;
  }
  const client = clientOf(c);
  const authorization = c.req.header("authorization") ?? portalAuthorization(operation, c);
  const cookies = authorization === undefined ? c.req.header("cookie") : undefined;
  const isSession = cookies !== undefined && hasSession(cookies);
  if (isSession) requireOwnPage(operation, c);
  if (operation.access === "user") {
    if (authorization !== undefined) await accessOf(authorization, client.ip).then(requireSession);
    const person = await signedIn(cookies);
    return { actor: { client, ...person }, quota: quotaOf(person.userId, env().personRateLimitPerSecond) };
  }
  const isMember = isSession && !isOfPortal(c);
  const { actor, requestsPerSecond } = isMember ? await memberAccess(cookies, environmentOf(c)) : await accessOf(authorization, client.ip);
  if (actor.kind === "portal") requireMeantApplication(c, actor.applicationId);
  const usual = actor.kind === "apiKey" ? env().rateLimitPerSecond : env().personRateLimitPerSecond;
  return { actor: { ...actor, client }, quota: quotaOf(actor.id, requestsPerSecond ?? usual) };
}

/**
 * The portal's pages say with a header that they mean the portal's cookie, and not that of a member in the same browser; and for which
 * application they were made, once they know. No form can send that header, and no other site's script without asking first.
 */
function portalAuthorization(operation: Operation, c: Asked): string | undefined {
  const token = isOfPortal(c) ? portalTokenIn(c.req.header("cookie") ?? "") : undefined;
  if (token === undefined) return undefined;
  requireOwnPage(operation, c);
  return `Bearer ${token}`;
}

/**
 * A browser has one cookie for all portals: where another one was opened since, a page that still shows this one's application would
 * show and change that one's.
 */
function requireMeantApplication(c: Asked, applicationId: string | null): void {
  const meant = c.req.header("webster-portal") ?? "";
  if (meant.startsWith("app_") && meant !== applicationId)
    throw forbidden("Another portal has been opened in this browser since: open this one again by its own link");
}

const isOfPortal = (c: Asked): boolean => c.req.header("webster-portal") !== undefined;

const quotaOf = (id: string, perSecond: number | null): Quota | null => (perSecond === null ? null : { id, perSecond });

/** What is known of every caller, also of one without a token: the address and the user agent. */
export function clientOf(c: Asked): Client {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  const ip =
    incoming === undefined
      ? markedAddress((name) => c.req.header(name))
      : addressOf(incoming.socket.remoteAddress, c.req.header("x-forwarded-for"), env().trustedProxies);
  return { ip, userAgent: c.req.header("user-agent")?.slice(0, maximumUserAgentLength) ?? null };
}

const maximumUserAgentLength = 512;

const environmentOf = (c: Asked): string | undefined => c.req.header("webster-environment") ?? c.req.query("environment");

/** Throws `forbidden` if the actor may not call the operation. */
export function permit(operation: Operation, actor: Actor | SignedIn): void {
  const { access, path } = operation;
  if (!("kind" in actor)) return;
  if (access === "portal" && actor.kind !== "portal") throw forbidden("This needs a portal token");
  if (actor.kind === "portal") {
    if (access !== "portal" && access !== "apiKeyOrPortal") throw forbidden("A portal token may not do this");
    const needed = capabilityFor(operation);
    if (!isGranted(actor.capabilities, needed)) throw forbidden(`This portal token lacks ${needed}`);
    return;
  }
  if (access === "member" && actor.kind !== "member") requireSession();
  if (access === "management" && actor.kind !== "member" && actor.manages !== true)
    throw forbidden("This needs an API key that may manage, or a member's session");
  const least = leastRole(operation, actor.operational);
  if (!isAtLeast(actor.role, least))
    throw forbidden(
      actor.role === "viewer" && actor.kind === "apiKey"
        ? "This API key may only read"
        : `This needs the role ${least}; yours is ${actor.role}`,
    );
  if (actor.scopes !== undefined && !isWithinScopes(actor.scopes, operation.operationId, least === "viewer"))
    throw forbidden(`This API key's scopes do not include this: ${actor.scopes.join(", ")}`);
  if (access === "apiKey" && actor.applicationId !== null && !path.includes("{app_id}"))
    throw forbidden("This API key is for one application only");
}

/**
 * A browser sends the cookie along with other sites' requests too. Only those from our own pages may change
 * anything: the browser says where a request comes from, and other sites can't send JSON without asking first.
 */
function requireOwnPage(operation: Operation, c: Asked): void {
  if (operation.method === "get") {
    // A file goes to whoever is in front of the browser, and to no page.
    if (operation.effect === undefined || operation.effect === "exports" || isAskedByOwnPage(c)) return;
    throw forbidden("With a session, this can only be asked from Webster's own pages");
  }
  if (!isSameOrigin(c)) throw forbidden("With a session, changes must come from Webster's own pages");
  if (!isJson(operation, c)) throw forbidden("With a session, the body must be application/json");
}

/**
 * An operation that is for everyone can sign in, too: another site's page must not make a visitor somebody that it chose.
 * Programs say nothing of where they come from, and are let in.
 */
function requireNoForeignPage(operation: Operation, c: Asked): void {
  if (operation.method === "get") return;
  const isFromPage = c.req.header("sec-fetch-site") !== undefined || c.req.header("origin") !== undefined;
  if (isFromPage && !isSameOrigin(c)) throw forbidden("This is for Webster's own pages, and for programs");
  if (!isJson(operation, c)) throw forbidden("The body must be application/json, and say so");
}

function isJson({ body }: Operation, c: Asked): boolean {
  const type = c.req.header("content-type");
  return type === undefined ? body === undefined : /^application\/json *(;|$)/i.test(type);
}

/** Without TLS browsers don't say where a get comes from. But no other site's page can send a header of ours without asking first. */
function isAskedByOwnPage(c: Asked): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  return c.req.header("webster-environment") !== undefined || c.req.header("webster-portal") !== undefined;
}

function isSameOrigin(c: Asked): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = c.req.header("origin");
  const url = parseUrl(origin ?? "");
  if (url === null) return false;
  return url.host === c.req.header("host") || origin === env().publicUrl;
}

const requireSession = (): never => {
  throw forbidden("This is for members who are signed in, not for API keys");
};

const forbidden = (detail: string): AppError => new AppError("forbidden", detail);
