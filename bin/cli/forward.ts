/** A request to the developer's own server, and what it answers. */
import { Agent, request as ask } from "undici";
import type { Answer, Request } from "./relayClient.ts";

export type Forwarded = { answer: Answer; durationMs: number; error: string | null };

export type Forwarder = { forward: (request: Request) => Promise<Forwarded>; close: () => Promise<void> };

const timeoutMs = 30_000;
const maximumAnswerBytes = 2_097_152;

/** `insecure`: certificates are not verified. Redirects are the answer, as for any receiver. */
export function forwarderTo(url: URL, insecure: boolean): Forwarder {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: !insecure }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  return {
    forward: async (request) => {
      const startedMs = performance.now();
      const durationMs = (): number => Math.round(performance.now() - startedMs);
      try {
        const answer = await send(withQuery(url, request.query), request, dispatcher);
        return { answer, durationMs: durationMs(), error: null };
      } catch (error) {
        const why = reasonOf(error as NodeJS.ErrnoException);
        const body = Buffer.from(`webster listen: ${url.href} can't be reached: ${why}`);
        return { answer: { status: 502, headers: { "content-type": "text/plain" }, body }, durationMs: durationMs(), error: why };
      }
    },
    close: () => dispatcher.destroy(),
  };
}

async function send(url: URL, { method, headers, body }: Request, dispatcher: Agent): Promise<Answer> {
  const {
    statusCode,
    headers: answered,
    body: stream,
  } = await ask(url, {
    method: method as "POST",
    headers,
    body: body.length === 0 && (method === "GET" || method === "HEAD") ? null : body,
    dispatcher,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maximumAnswerBytes - bytes));
    bytes += chunk.length;
    if (bytes > maximumAnswerBytes) break;
  }
  return { status: statusCode, headers: joined(answered), body: Buffer.concat(chunks) };
}

function withQuery(url: URL, query: string): URL {
  const asked = new URL(url);
  if (query !== "") asked.search = asked.search === "" ? query : `${asked.search}&${query}`;
  return asked;
}

const joined = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(", ")]])));

function reasonOf(error: NodeJS.ErrnoException): string {
  const { code = "", name, message } = error;
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (name === "TimeoutError" || code.includes("TIMEOUT")) return `no answer within ${timeoutMs / 1000} s`;
  if (/CERT|SELF_SIGNED|TLS/.test(code)) return `its certificate is not trusted (${code}); --insecure takes any`;
  return code === "" ? message : code;
}
