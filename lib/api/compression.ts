/**
 * Which answers are compressed, and how. One whose length tells how well a guess fits what is secret in it must not be (BREACH):
 * that takes a secret and text that somebody else has chosen in one answer, and a caller who can be made to ask again and again.
 *
 * - What `reveals` or `exports` never is, nor what changes something, nor what is not asked with GET.
 * - Nor is what shows URLs that are keys in themselves, headers as they came, or who somebody is: of the nouns below none does.
 * - Requests with a cookie can be made by other sites' pages, those with an Authorization header can't. Of the first only those
 *   are answered so of which the browser says that our own page made them.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Operation } from "../contract/operation.ts";
import type { Asked } from "./asked.ts";
import { Reply, type StreamReply } from "./reply.ts";

/** By the tags of their operations. */
const compressedNouns: ReadonlySet<string> = new Set([
  "Application",
  "Background Tasks",
  "Delivery",
  "Event Type",
  "Incident",
  "Message",
  "Message Attempt",
  "Overview",
  "Statistics",
]);

/** Less fits into one packet anyway. */
const leastBytes = 1_400;

/** Quick rather than small: of 60 kB either takes about a millisecond, on another thread. */
const codings = {
  br: (text: string) => brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
  gzip: (text: string) => gzipped(text, { level: 5 }),
};
const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)];

export const isCompressible = ({ method, effect, tag }: Operation): boolean =>
  method === "get" && effect === undefined && compressedNouns.has(tag);

/** What is sent: in text where that is the whole body, in bytes where it is compressed or shared. Null: no content. */
export type Sent = { status: number; headers: Record<string, string>; body: string | Buffer | null };

export async function responseOf(operation: Operation, c: Asked, answer: Reply | StreamReply): Promise<Response> {
  if (!(answer instanceof Reply)) return answer.toResponse(c.req.raw.method);
  const { status, headers, body } = await sentOf(operation, c, answer);
  return new Response(typeof body === "string" || body === null ? body : new Uint8Array(body), { status, headers });
}

/** The answer as it is sent. */
export async function sentOf(operation: Operation, c: Asked, { status, text, bytes, headers, contentType }: Reply): Promise<Sent> {
  const told: Record<string, string> = text === null ? { ...headers } : { "content-type": contentType, ...headers };
  const plain: Sent = { status, headers: told, body: bytes ?? text };
  if (!isCompressible(operation) || contentType !== "application/json") return plain;
  // A cache in between must know that other answers differ, this one compressed or not.
  told["vary"] = told["vary"] === undefined ? "accept-encoding" : `${told["vary"]}, accept-encoding`;
  if (text === null || text.length < leastBytes || status !== 200 || told["set-cookie"] !== undefined || mayBeForeign(c)) return plain;
  const coding = preferred(c.req.header("accept-encoding") ?? "");
  if (coding === null) return plain;
  const body = await codings[coding](text);
  return { status, headers: { ...told, "content-encoding": coding, "content-length": String(body.length) }, body };
}

/** Whether another site's page may have made the request, with our cookie. */
const mayBeForeign = (c: Asked): boolean => c.req.header("cookie") !== undefined && c.req.header("sec-fetch-site") !== "same-origin";

/** RFC 9110, section 12.5.3: the coding that is asked for most; of those that are asked for alike the smaller one. Null: neither. */
export function preferred(accepted: string): keyof typeof codings | null {
  const weights = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(",").slice(0, 20)) {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim());
    const q = parameters
      .find((parameter) => /^q\s*=/.test(parameter))
      ?.split("=")[1]
      ?.trim();
    weights.set(name === "x-gzip" ? "gzip" : name, q === undefined ? 1 : Number(q) || 0);
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  const [br, gzip, plain] = [weightOf("br"), weightOf("gzip"), weights.get("identity") ?? 0];
  if (Math.max(br, gzip) === 0 || plain > Math.max(br, gzip)) return null;
  return br >= gzip ? "br" : "gzip";
}
