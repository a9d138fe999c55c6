/**
 * Bodies of requests for pages. Only signing in and out has one, a few short fields; Next.js would read megabytes from anybody
 * before it looks at the request.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

export const pageBodyBytes = 16_384;
const togetherBytes = 4 * 1024 * 1024;

let underWay = 0;

export type Refusal = { status: number; code: string; detail: string };

/** Why a request is refused for its body; null: it may go on, and is counted until its answer has ended. */
export function refusalOfBody(request: IncomingMessage, response: ServerResponse): Refusal | null {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (length === undefined && coding === undefined) return null;
  const bytes = coding === undefined ? Number(length) : Number.NaN;
  if (bytes === 0) return null;
  if (!(bytes <= pageBodyBytes))
    return {
      status: 413,
      code: "payload_too_large",
      detail: `A page takes no more than ${pageBodyBytes} bytes, and is told how many in content-length`,
    };
  if (underWay + bytes > togetherBytes)
    return { status: 503, code: "unavailable", detail: "Too many requests with a body at the same time; try again" };
  underWay += bytes;
  response.once("close", () => (underWay -= bytes));
  return null;
}
