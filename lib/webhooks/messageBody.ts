/** The body of a stored message, as it is sent: lib/webhooks/body/body.ts says what can be asked of it. */
import { type Body, readBody } from "./body/body.ts";
import type { Forward } from "./forward.ts";

export type MessageContent = {
  payload: Uint8Array;
  /** Null: application/json. */
  contentType: string | null;
  /** The headers that are sent along, of a received request, whose body is kept as it was packed. */
  forward?: Pick<Forward, "headers"> | null;
};

export const messageBody = ({ payload, contentType, forward }: MessageContent, maximumBytes: number): Body =>
  readBody({ body: payload, contentType: contentType ?? "application/json", contentEncoding: encodingOf(forward) }, maximumBytes);

/** The coding in which the body is packed; null: it is not. */
export const encodingOf = (forward: MessageContent["forward"]): string | null =>
  forward?.headers.find(([name]) => name === "content-encoding")?.[1] ?? null;
