/**
 * Bodies of requests for pages. Only signing in and out has one, a few short fields; Next.js would read megabytes from anybody
 * before it looks at the request.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { takeRoom, unknownBodyBytes } from "../api/unknownBytes.ts";

export type Refusal = { status: number; code: string; detail: string };

/** Why a request is refused for its body; null: it may go on, and is counted until its answer has ended. */
export function refusalOfBody(request: IncomingMessage, response: ServerResponse, ip: string | null): Refusal | null {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (length === undefined && coding === undefined) return null;
  const bytes = coding === undefined ? Number(length) : Number.NaN;
  if (bytes === 0) return null;
  if (!(bytes <= unknownBodyBytes))
    return {
      status: 413,
      code: "payload_too_large",
      detail: `A page takes no more than ${unknownBodyBytes} bytes, and is told how many in content-length`,
    };
  const giveBack = takeRoom(ip, bytes);
  if (giveBack === null) return { status: 503, code: "unavailable", detail: "Too many requests with a body at the same time; try again" };
  response.once("close", giveBack);
  return null;
}
