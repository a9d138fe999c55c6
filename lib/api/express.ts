/**
 * The express lane: what comes thousands of times a second, without the objects of a standard request and answer, which cost more
 * than all that is done with them here. The routes are the same, and so is every answer; whatever is unusual about a request
 * leaves it to Hono.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createMessage, createMessages } from "../contract/message.ts";
import { env } from "../env.ts";
import { isListenToken } from "../listenUrl.ts";
import type { Asked } from "./asked.ts";
import { sentOf } from "./compression.ts";
import { answerAtSource } from "./receive.ts";
import { Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

type Answered = { status: number; headers: Record<string, string>; body: string | Uint8Array | null };

/** `parameters`: the names of what the path gives. */
type Lane = {
  parameters: string[];
  isFor: (request: IncomingMessage, values: string[]) => boolean;
  answer: (c: Asked) => Promise<Answered>;
};

const sendOne = laneOf(createMessage.operationId);
const sendMany = laneOf(createMessages.operationId);
const source: Lane = { parameters: ["token"], isFor: (_, [token = ""]) => !isListenToken(token), answer: answerAtSource };

// Letters that no URL is rewritten for. A path that begins with a dot would be.
const target = /^\/(?:api\/v1\/app\/(\w[\w.-]*)\/msg(\/batch)?|in\/([\w-]+))(?:\?([\w.~%=&+-]*))?$/;
const readTarget = /^(\/api\/v1\/(\w+)(?:\/\w[\w.-]*)*)(?:\?[\w.~%=&+-]*)?$/;
const host = /^[\w.-]+(:\d{1,5})?$/;

/** The greatest body that is read in one piece. */
const wholeBytes = 262_144;

/** Answers a request, if it is one for this lane. Null: it is not, and has not been touched. */
export function express(request: IncomingMessage, response: ServerResponse): Promise<void> | null {
  const found = request.method === "POST" ? sentTo(request) : request.method === "GET" ? askedAt(request) : null;
  return found !== null && found.lane.isFor(request, found.values) ? serve(found, request, response) : null;
}

type Found = { lane: Lane; values: string[] };

function sentTo(request: IncomingMessage): Found | null {
  const found = target.exec(request.url ?? "");
  if (found === null || !isUsual(request) || !isWhole(request)) return null;
  const [, applicationId, batch, token = ""] = found;
  if (applicationId === undefined) return { lane: source, values: [token] };
  return { lane: batch === undefined ? sendOne : sendMany, values: [applicationId] };
}

function askedAt(request: IncomingMessage): Found | null {
  const [, path = "", noun = ""] = readTarget.exec(request.url ?? "") ?? [];
  if (path === "" || !isUsual(request) || request.headers["content-length"] !== undefined) return null;
  for (const { pattern, lane } of reads.get(noun) ?? []) {
    const found = pattern.exec(path);
    if (found !== null) return lane && { lane, values: found.slice(1) };
  }
  return null;
}

type Read = { pattern: RegExp; lane: Lane | null };

/** By the noun that their path begins with all gets, in the order in which Hono tries them; null: one that is not for this lane. */
const reads = new Map<string, Read[]>();
for (const route of routes.filter(({ operation }) => operation.method === "get")) {
  const { path } = route.operation;
  const noun = /^\/api\/v1\/(\w+)/.exec(path)?.[1] ?? "";
  const pattern = new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`);
  reads.set(noun, [...(reads.get(noun) ?? []), { pattern, lane: route.isRead ? laneFor(route) : null }]);
}

/** Whether each header comes once: only then are node's headers those of a standard request. */
function isUsual({ headers, rawHeaders }: IncomingMessage): boolean {
  return (
    headers["transfer-encoding"] === undefined &&
    headers["content-encoding"] === undefined &&
    headers["set-cookie"] === undefined &&
    headers["expect"] === undefined &&
    host.test(headers.host ?? "") &&
    Object.keys(headers).length * 2 === rawHeaders.length
  );
}

/** Whether the body comes as it is and with its length. */
const isWhole = ({ headers }: IncomingMessage): boolean =>
  Number(headers["content-length"] ?? Infinity) <= Math.min(wholeBytes, env().maxPayloadBytes);

async function serve({ lane, values }: Found, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await lane.answer(askedOf(request, lane.parameters, values));
  if (body === null) response.writeHead(status, headers).end();
  else response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
}

function askedOf(request: IncomingMessage, parameters: string[], values: string[]): Asked {
  const { headers, method = "" } = request;
  const url = `http://${headers.host}${request.url}`;
  return {
    req: {
      method,
      url,
      header: (name) => headers[name.toLowerCase()] as string | undefined,
      param: (name) => values[parameters.indexOf(name)],
      query: (name) => new URL(url).searchParams.get(name) ?? undefined,
      raw: new RawRequest(request, url),
    },
    env: { incoming: request },
    wholeBody: () => wholeBody(request),
  };
}

/** A class, since a literal with a getter or a computed name is made by V8's runtime, each time anew. */
class RawRequest {
  readonly #request: IncomingMessage;
  readonly url: string;

  constructor(request: IncomingMessage, url: string) {
    this.#request = request;
    this.url = url;
  }

  get method(): string {
    return this.#request.method ?? "";
  }

  /** In the order of names, as those of a standard request. */
  get headers(): [string, string][] {
    return (Object.entries(this.#request.headers) as [string, string][]).sort(byName);
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return Readable.toWeb(this.#request) as ReadableStream<Uint8Array<ArrayBuffer>>;
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return new Uint8Array(await wholeBody(this.#request)).buffer;
  }
}

const byName = ([one]: [string, string], [other]: [string, string]): number => (one < other ? -1 : 1);

function wholeBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let hasEnded = false;
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .once("end", () => {
        hasEnded = true;
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
      })
      .once("error", reject)
      // Every request closes, also after its end: an error that nobody sees cost a message as much as its signature.
      .once("close", () => {
        if (!hasEnded) reject(new Error("The connection closed"));
      });
  });
}

function laneOf(operationId: string): Lane {
  const found = routes.find(({ operation }) => operation.operationId === operationId);
  if (found === undefined) throw new Error(`There is no ${operationId}`);
  return laneFor(found);
}

function laneFor({ operation, answer }: Route): Lane {
  return {
    parameters: [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    // A cookie may be a session's, with rules of its own.
    isFor: ({ headers }) => headers.cookie === undefined,
    answer: async (c) => {
      const reply = await answer(c);
      if (!(reply instanceof Reply)) throw new Error(`${operation.operationId} answered bit by bit`);
      return sentOf(operation, c, reply);
    },
  };
}
