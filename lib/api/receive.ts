/** The public address of a source. Whoever knows it may send; what becomes of it, the source says. */
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { env } from "../env.ts";
import { isListenToken } from "../listenUrl.ts";
import { receive } from "../receiving/receive.ts";
import type { Head } from "../services/receivedRequest/receivedHead.ts";
import type { Asked } from "./asked.ts";
import { readBody } from "./body.ts";
import { clientOf } from "./caller.ts";
import { passToListener } from "./listen.ts";
import { traced, type TraceOfRequest } from "./traced.ts";
import { errorReply, newRequestId, respondError } from "./route.ts";

export async function receiveAtSource(c: Context): Promise<Response> {
  try {
    const token = c.req.param("token") ?? "";
    if (isListenToken(token)) return await passToListener(c, token);
  } catch (error) {
    return respondError(error, newRequestId());
  }
  const { status, headers, body } = await answerAtSource(c);
  return new Response(body, { status, headers });
}

type AtSource = { status: number; headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> | null };

export const answerAtSource = (c: Asked): Promise<AtSource> => traced(c, "/in/{token}", (trace) => answerIn(c, trace));

async function answerIn(c: Asked, trace: TraceOfRequest): Promise<AtSource> {
  try {
    const token = c.req.param("token") ?? "";
    const length = c.req.header("content-length");
    const { status, headers, body } = await receive({
      token,
      method: c.req.method,
      head: headOf(c, token),
      remoteAddress: clientOf(c).ip,
      contentLength: length === undefined ? null : Number(length),
      trace: trace.context(),
      read: (maximumBytes) => readBody(c, maximumBytes, null),
    });
    const closing = status === 413 ? { connection: "close" } : {};
    return { status, headers: { ...headers, ...inert, ...closing }, body: mayHaveBody(status) ? body : null };
  } catch (error) {
    const { status, headers, text, contentType } = errorReply(error, newRequestId(), {}, trace.logFields);
    return { status, headers: { ...headers, "content-type": contentType }, body: text };
  }
}

/** A source answers under the dashboard's origin with what others chose: it must never be a page of ours. */
const inert = {
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

const mayHaveBody = (status: number): boolean => status !== 204 && status !== 205 && status !== 304;

function headOf(c: Asked, token: string): Head {
  const { pathname, search, origin } = new URL(c.req.url);
  const prefix = `/in/${token}`;
  return {
    path: pathname.startsWith(prefix) ? pathname.slice(prefix.length) : "",
    query: search.slice(1),
    headers: Object.fromEntries(c.req.raw.headers),
    url: (env().publicUrl ?? origin) + targetOf(c, pathname + search),
  };
}

/** The request's path and query, letter by letter: some providers sign the URL as they wrote it. */
function targetOf(c: Asked, parsed: string): string {
  const target = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming?.url;
  return target?.startsWith("/") === true ? target : parsed;
}
