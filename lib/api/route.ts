/**
 * A route is a sentence: `route(createEndpoint, ({ actor, params, body }) => endpoints.create(actor, params.app_id, body))`.
 * Here is all that routes share: who is it, may they, is the input valid, was it asked before, how is it answered.
 * One handler a route and no chain of middleware, because POST …/msg runs through it thousands of times a second.
 */
import { randomBytes } from "node:crypto";
import type { Actor, Client, SignedIn } from "../actor.ts";
import type { AnswerOf, UsualValueOf } from "../contract/answer.ts";
import type { BodyOf, Operation, PathOf, QueryOf } from "../contract/operation.ts";
import { withoutMark } from "../byteOrderMark.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { takesLong, turnOfLongWork } from "../longWork.ts";
import type { TraceContext } from "../traceContext.ts";
import type { Whose } from "../turns.ts";
import { type About, type Idempotency, idempotencyOf, once } from "../services/message/idempotency.ts";
import type { Asked } from "./asked.ts";
import { callerOf, clientOf, identify, permit } from "./caller.ts";
import { parseObject, readDecoded, requireStorable } from "./body.ts";
import { BodyPlace } from "./bodyRoom.ts";
import { crossOriginHeaders } from "./crossOrigin.ts";
import { answerTo } from "./errors.ts";
import { check, checkParameter, parseQuery } from "./input.ts";
import { hopsHeader, hopsOf } from "../words/hops.ts";
import { rateLimitHeaders, rateLimiter, type Quota } from "../rateLimit.ts";
import { Reply, StreamReply, reply } from "./reply.ts";
import { inTurn } from "../services/shared/requestTurns.ts";
import { together } from "./together.ts";
import { traced, type TraceOfRequest } from "./traced.ts";
import { unknownBodyBytes, withRoom } from "./unknownBytes.ts";

type ActorOf<O extends Operation> = O["access"] extends "public" ? null : O["access"] extends "user" ? SignedIn : Actor;

export type Input<O extends Operation> = {
  actor: ActorOf<O>;
  params: PathOf<O>;
  query: QueryOf<O>;
  body: BodyOf<O>;
  /** The body as it came, without a byte order mark. */
  bytes: Buffer;
  idempotency: Idempotency | null;
  client: () => Client;
  /** The Cookie header. */
  cookies: () => string;
  /** Throws AppError once the caller may no longer do this, for answers that take long. */
  recheck: () => Promise<unknown>;
  /** The trace that the request is a part of; null: of none. */
  trace: () => TraceContext | null;
  /** How often a Webster has passed on what led to the request. */
  hops: () => number;
};

type RouteOptions = {
  /** The handler looks after repeated requests itself. */
  ownIdempotency?: boolean;
  /** The body may hold text that the database can't, and payloads anything: the handler stores them as bytes. */
  anyText?: boolean;
  /** The handler checks the parsed body itself. */
  ownCheck?: boolean;
  maximumBodyBytes?: () => number;
  /** How many levels deep the body may be nested. */
  maximumDepth?: number;
  /** The answer follows from the caller's credential, the path and the query. */
  isRead?: boolean;
};

/** Headers of every answer: it is for the caller alone, and is what it says it is. */
export const answerHeaders = { "x-content-type-options": "nosniff", "cache-control": "no-store" } as const;

/** `isRead`: made by `read`. */
export type Route = { operation: Operation; answer: (c: Asked) => Promise<Reply | StreamReply>; isRead: boolean };

type Handled<O extends Operation> = UsualValueOf<O> | Reply<AnswerOf<O>> | StreamReply;
type Handler<O extends Operation> = (input: Input<O>) => Handled<O> | Promise<Handled<O>>;

/** The handler gives a value for the operation's first response, or a Reply. */
export function route<const O extends Operation>(operation: O, handler: Handler<O>, options: RouteOptions = {}): Route {
  const usualStatus = firstStatus(operation);
  const { isRead = false } = options;
  const replyOf = (value: unknown): Reply => (value instanceof Reply ? value : reply(usualStatus, usualStatus === 204 ? undefined : value));
  const answer = (c: Asked): Promise<Reply | StreamReply> => traced(c, operation.path, (trace) => answerIn(c, trace));
  const answerIn = async (c: Asked, trace: TraceOfRequest): Promise<Reply | StreamReply> => {
    const requestId = newRequestId();
    const told: Record<string, string> = { "x-request-id": requestId, ...answerHeaders, ...crossOriginHeaders(operation, c) };
    let place: BodyPlace | null = null;
    try {
      const actor = await admit(operation, c, told);
      const whose = actor === null ? null : whoseOf(actor);
      if (whose !== null && operation.body !== undefined) place = new BodyPlace(whose);
      const shared = isRead ? sharedBy(c) : null;
      if (shared !== null) {
        const handled = async (): Promise<Handled<typeof operation>> => handler(await inputOf(operation, options, c, actor, place, trace));
        const one = async (): Promise<Reply> => replyOf(await inTurn(operation, whose, handled)).forSeveral();
        return (await together(shared, one)).with(told);
      }
      const input = await inputOf(operation, options, c, actor, place, trace);
      const { idempotency } = input;
      // What sends has turns of its own, where many share a commit.
      const turnOf = options.ownIdempotency ? null : whose;
      if (idempotency === null || options.ownIdempotency) {
        const value = await inTurn(operation, turnOf, () => handler(input));
        return (value instanceof StreamReply ? value : replyOf(value)).with(told);
      }
      const handled = async (): Promise<Reply> => replyOf(await handler(input));
      const { status, text } = await inTurn(operation, turnOf, () => once(idempotency, handled, aboutOf(input)));
      return new Reply(status, text, undefined, told);
    } catch (error) {
      return errorReply(error, requestId, told, trace.logFields);
    } finally {
      place?.leave();
    }
  };
  return { operation, answer, isRead };
}

/** A route of what programs read often: it takes the express lane, and those who ask for the same at once are told the same. */
export const read = <const O extends Operation>(operation: O, handler: Handler<O>): Route => route(operation, handler, { isRead: true });

/** Who shares an answer: the same credential, at the same URL. Null: the caller shares none. */
function sharedBy(c: Asked): string | null {
  const authorization = c.req.header("authorization");
  return authorization === undefined ? null : `${c.req.raw.url} ${authorization}`;
}

export const respondError = (error: unknown, requestId: string): Response => errorReply(error, requestId).toResponse();

export function errorReply(error: unknown, requestId: string, told: Record<string, string> = {}, logFields = {}): Reply {
  const { status, body, retryAfterSeconds } = answerTo(error, requestId, logFields);
  const headers: Record<string, string> = { ...answerHeaders, ...told, "x-request-id": requestId };
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(Math.ceil(retryAfterSeconds));
  if (status === 401) headers["www-authenticate"] = "Bearer";
  // The rest of a request that is too large is not read, so its connection can't be used again.
  if (status === 413) headers["connection"] = "close";
  if (status === 415) headers["accept-encoding"] = "gzip";
  return new Reply(status, JSON.stringify(body), undefined, headers);
}

/** Who calls, and may; null: the operation is for everyone. `told`: the answer's headers, to which the quota's are added. */
async function admit(operation: Operation, c: Asked, told: Record<string, string>): Promise<Actor | SignedIn | null> {
  const caller = await identify(operation, c);
  // The quota comes before all that costs more; a request that is refused counts too.
  if (caller !== null && caller.quota !== null) spend(caller.quota, told);
  const actor = caller?.actor ?? null;
  if (actor !== null) permit(operation, actor);
  return actor;
}

async function inputOf<O extends Operation>(
  operation: O,
  options: RouteOptions,
  c: Asked,
  actor: Actor | SignedIn | null,
  place: BodyPlace | null,
  trace: TraceOfRequest,
): Promise<Input<O>> {
  const params: Record<string, string> = {};
  for (const name of parameterNames(operation.path)) params[name] = checkParameter(c.req.param(name));
  const { url } = c.req.raw;
  const question = url.indexOf("?");
  const query = operation.query === undefined ? {} : parseQuery(operation.query, question < 0 ? "" : url.slice(question + 1));
  const bytes = operation.body === undefined ? nothing : await bytesOf(operation, options, c, place);
  if (place !== null && takesLong(bytes.length)) await turnOfLongWork(place.whose);
  const body = operation.body === undefined ? undefined : bodyOf(operation, options, bytes);
  const key = operation.method === "post" && actor !== null && "environmentId" in actor ? c.req.header("idempotency-key") : undefined;
  const idempotency = key === undefined ? null : idempotencyOf(actor as Actor, key, pathAndQuery(url), bytes);
  const cookies = (): string => c.req.header("cookie") ?? "";
  return {
    actor,
    params,
    query,
    body,
    bytes,
    idempotency,
    client: () => clientOf(c),
    cookies,
    recheck: () => callerOf(operation, c),
    trace: trace.context,
    hops: () => hopsOf({ [hopsHeader]: c.req.header(hopsHeader) ?? "" }),
  } as Input<O>;
}

type Named = { app_id?: string; source_id?: string; endpoint_id?: string; destination_id?: string; sink_id?: string };

function aboutOf({ actor, params }: { actor: unknown; params: Named }): About | null {
  const { app_id: application, source_id: source, endpoint_id, destination_id, sink_id } = params;
  const within = endpoint_id ?? destination_id ?? sink_id;
  return (application ?? source ?? within) === undefined ? null : { actor: actor as Actor, application, source, within };
}

/** A parser may ignore a byte order mark (RFC 8259, section 8.1), which .NET and PowerShell send; nobody behind this one sees it. */
const bytesOf = async (operation: Operation, options: RouteOptions, c: Asked, place: BodyPlace | null): Promise<Buffer> =>
  withoutMark(await readOf(options, c, place));

const readOf = ({ maximumBodyBytes = usualBodyBytes }: RouteOptions, c: Asked, place: BodyPlace | null): Promise<Buffer> =>
  place === null ? withRoom(clientOf(c).ip, () => readDecoded(c, unknownBodyBytes, null)) : readDecoded(c, maximumBodyBytes(), place);

/** Whose room a body takes, and whose turn it is: an environment's, and in it the caller's. */
const whoseOf = (actor: Actor | SignedIn): Whose =>
  "kind" in actor ? { tenant: actor.environmentId, owner: actor.id } : { tenant: actor.userId, owner: actor.userId };

/** Counts the request against the quota, and tells the caller how much is left. Throws `rate_limited`. */
function spend(quota: Quota, told: Record<string, string>): void {
  const spent = rateLimiter().spend(quota, performance.now());
  Object.assign(told, rateLimitHeaders(quota, spent));
  if (spent.allowed) return;
  const detail = `More than ${quota.perSecond} requests in a second; try again later`;
  throw new AppError("rate_limited", detail, { retryAfterSeconds: spent.waitMs / 1000 });
}

function bodyOf(operation: Operation, options: RouteOptions, bytes: Buffer): unknown {
  const parsed = operation.bodyOptional && bytes.length === 0 ? {} : parseObject(bytes);
  requireStorable(parsed, { payloadsAreBytes: options.anyText, maximumDepth: options.maximumDepth });
  return operation.body === undefined || options.ownCheck ? parsed : check(operation.body, parsed, "body");
}

const nothing = Buffer.alloc(0);

/** Room for what stands around a payload of the greatest size. */
const envelopeBytes = 65_536;
const usualBodyBytes = (): number => env().maxPayloadBytes + envelopeBytes;

const firstStatus = (operation: Operation): number => {
  // Numeric keys come in ascending order; a POST that can create is answered 201, even if 200 is possible too.
  const statuses = Object.keys(operation.responses).map(Number);
  return statuses.find((status) => status === 201 && operation.method === "post") ?? statuses[0] ?? 200;
};

const names = new Map<string, string[]>();

function parameterNames(path: string): string[] {
  const known = names.get(path);
  if (known !== undefined) return known;
  const found = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  names.set(path, found);
  return found;
}

const pathAndQuery = (url: string): string => url.slice(url.indexOf("/", url.indexOf("://") + 3));

const processPart = randomBytes(6).toString("base64url");
let requestCount = 0;

/** Unique, and cheap to make. */
export const newRequestId = (): string => `req_${processPart}${(requestCount++).toString(36)}`;
