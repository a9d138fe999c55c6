/** The public address of a machine that listens: requests go to it through the relay, and its answer is the answer. */
import { isUtf8 } from "node:buffer";
import type { Context } from "hono";
import { env } from "../env.ts";
import type { Answer, Passed } from "../listening/protocol.ts";
import { relay } from "../listening/relay.ts";
import { readBody } from "./body.ts";
import { withPlace } from "./bodyRoom.ts";
import { newRequestId, respondError } from "./route.ts";

export async function passToListener(c: Context, token: string): Promise<Response> {
  try {
    const returned = await withPlace({ tenant: "listen", owner: token }, async (place) => {
      const body = await readBody(c, env().maxPayloadBytes, place);
      const passed: Passed = { method: c.req.method, headers: passedHeaders(c), query: new URL(c.req.url).search.slice(1), body };
      return relay().pass(token, passed, c.req.raw.signal);
    });
    if (returned.ok) return responseOf(returned.answer);
    const wait = returned.status === 429 ? { "retry-after": "1" } : {};
    return new Response(returned.detail, { status: returned.status, headers: { "content-type": "text/plain", ...wait, ...inert } });
  } catch (error) {
    return respondError(error, newRequestId());
  }
}

/** The answer to a request that does not offer to upgrade to a websocket. */
export function tellHowToListen(): Response {
  const detail = "This is a websocket, for `webster listen` and `svix listen`";
  const body = JSON.stringify({ code: "bad_request", detail });
  return new Response(body, { status: 426, headers: { "content-type": "application/json", upgrade: "websocket", connection: "Upgrade" } });
}

/** Headers of an answer that comes from the dashboard's origin with what others chose: it must never be a page of ours. */
const inert = {
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

const mayHaveBody = (status: number): boolean => status !== 204 && status !== 205 && status !== 304;

function responseOf({ status, headers, body }: Answer): Response {
  // Statuses below 200 are informational, and not the answer.
  if (status < 200) return new Response(`The local server answered ${status}`, { status: 502, headers: inert });
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) if (!isOfConnection(name) && !ofOrigin.test(name)) append(kept, name, value);
  for (const [name, value] of Object.entries(inert)) kept.set(name, value);
  return new Response(mayHaveBody(status) ? Uint8Array.from(body) : null, { status, headers: kept });
}

/** Appends a header, its text as bytes in UTF-8, as they were at the machine. A header that HTTP can't carry is left out. */
function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, Buffer.from(value).toString("latin1"));
  } catch {
    return;
  }
}

function passedHeaders({ req }: Context): Record<string, string> {
  const named = (req.header("connection") ?? "").toLowerCase().split(/\s*,\s*/);
  const all = [...req.raw.headers].filter(([name]) => !isOfConnection(name) && !ofUs.has(name) && !named.includes(name));
  return Object.fromEntries(all.map(([name, value]) => [name, textOf(value)]));
}

/** The text of a header's bytes, which Node.js gives as one character each. The machine makes them UTF-8 again. */
function textOf(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString() : value;
}

/** Headers of one connection (RFC 9110, section 7.6.1), and those that the client of either side works out anew. */
const ofConnection = new Set(
  "connection keep-alive proxy-connection te trailer transfer-encoding upgrade http2-settings content-length host expect".split(" "),
);

const isOfConnection = (name: string): boolean => ofConnection.has(name.toLowerCase());

/** Headers for us alone: what a browser sends along for the dashboard, and what our own server notes down. */
const ofUs = new Set(["cookie", "webster-client-address"]);

/** Headers of an answer that would speak for our origin. */
const ofOrigin =
  /^(set-cookie2?|clear-site-data|strict-transport-security|alt-svc|service-worker-allowed|access-control-.*|refresh|link)$/i;
