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
import { messageRoutes } from "./message.ts";
import { answerAtSource } from "./receive.ts";
import { Reply } from "./reply.ts";

type Answered = { status: number; headers: Record<string, string>; body: string | Uint8Array | null };

type Lane = { parameter: string; isFor: (request: IncomingMessage, value: string) => boolean; answer: (c: Asked) => Promise<Answered> };

const sendOne = laneOf(createMessage.operationId);
const sendMany = laneOf(createMessages.operationId);
const source: Lane = { parameter: "token", isFor: (_, token) => !isListenToken(token), answer: answerAtSource };

// Letters that no URL is rewritten for. A path that begins with a dot would be.
const target = /^\/(?:api\/v1\/app\/(\w[\w.-]*)\/msg(\/batch)?|in\/([\w-]+))(?:\?([\w.~%=&+-]*))?$/;
const host = /^[\w.-]+(:\d{1,5})?$/;

/** The greatest body that is read in one piece. */
const wholeBytes = 262_144;

/** Answers a request, if it is one for this lane. Null: it is not, and has not been touched. */
export function express(request: IncomingMessage, response: ServerResponse): Promise<void> | null {
  if (request.method !== "POST") return null;
  const found = target.exec(request.url ?? "");
  if (found === null || !isUsual(request)) return null;
  const [, applicationId, batch, token] = found;
  const lane = applicationId === undefined ? source : batch === undefined ? sendOne : sendMany;
  const value = applicationId ?? token ?? "";
  return lane.isFor(request, value) ? serve(lane, value, request, response) : null;
}

/** Whether the body comes as it is and with its length, and each header once: only then are node's headers those of a standard request. */
function isUsual({ headers, rawHeaders }: IncomingMessage): boolean {
  const length = Number(headers["content-length"] ?? Infinity);
  return (
    length <= Math.min(wholeBytes, env().maxPayloadBytes) &&
    headers["transfer-encoding"] === undefined &&
    headers["content-encoding"] === undefined &&
    headers["set-cookie"] === undefined &&
    headers["expect"] === undefined &&
    host.test(headers.host ?? "") &&
    Object.keys(headers).length * 2 === rawHeaders.length
  );
}

async function serve({ parameter, answer }: Lane, value: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer(askedOf(request, parameter, value));
  if (body === null) response.writeHead(status, headers).end();
  else response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
}

function askedOf(request: IncomingMessage, parameter: string, value: string): Asked {
  const { headers } = request;
  const url = `http://${headers.host}${request.url}`;
  return {
    req: {
      method: "POST",
      url,
      header: (name) => headers[name.toLowerCase()] as string | undefined,
      param: (name) => (name === parameter ? value : undefined),
      query: (name) => new URL(url).searchParams.get(name) ?? undefined,
      raw: {
        url,
        method: "POST",
        // In the order of names, as those of a standard request.
        headers: { [Symbol.iterator]: () => (Object.entries(headers) as [string, string][]).sort(byName).values() },
        get body() {
          return Readable.toWeb(request) as ReadableStream<Uint8Array<ArrayBuffer>>;
        },
        arrayBuffer: async () => new Uint8Array(await wholeBody(request)).buffer,
      },
    },
    env: { incoming: request },
    wholeBody: () => wholeBody(request),
  };
}

const byName = ([one]: [string, string], [other]: [string, string]): number => (one < other ? -1 : 1);

function wholeBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .once("end", () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
      .once("error", reject)
      .once("close", () => reject(new Error("The connection closed")));
  });
}

function laneOf(operationId: string): Lane {
  const found = messageRoutes.find(({ operation }) => operation.operationId === operationId);
  if (found === undefined) throw new Error(`There is no ${operationId}`);
  const answer = async (c: Asked): Promise<Answered> => {
    const reply = await found.answer(c);
    if (!(reply instanceof Reply)) throw new Error(`${operationId} answered bit by bit`);
    const { status, headers, text, contentType } = reply;
    return { status, headers: text === null ? headers : { "content-type": contentType, ...headers }, body: text };
  };
  // A cookie may be a session's, with rules of its own.
  return { parameter: "app_id", isFor: ({ headers }) => headers.cookie === undefined, answer };
}
