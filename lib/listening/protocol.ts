/**
 * What goes through the websocket, as Svix's public clients speak it (version 1 in all of them): JSON in text or binary
 * messages. The machine starts, is told what stands in its URL, then gets requests and gives their answers by id.
 */
import * as z from "zod/mini";

const version = 1;

/** A request as the machine gets it: its body is base64. A header has one value only, and there is no path: the public clients know no more. */
export type Passed = {
  method: string;
  headers: Record<string, string>;
  /** The query without the question mark; public clients ignore it. */
  query: string;
  body: Buffer;
};

export type Answer = { status: number; headers: Record<string, string>; body: Buffer };

const base64 = z.string().check(z.regex(/^[0-9A-Za-z+/]*={0,2}$/));
const startShape = z.object({ type: z.literal("start"), version: z.number(), data: z.object({ token: z.string() }) });
const answerShape = z.object({
  type: z.literal("event"),
  version: z.number(),
  data: z.object({
    id: z.string(),
    status: z.number().check(z.int(), z.gte(100), z.lte(599)),
    headers: z._default(z.nullable(z.record(z.string(), z.string())), {}),
    body: z._default(z.nullable(base64), ""),
  }),
});

export type FromMachine = { type: "start"; token: string } | { type: "answer"; id: string; answer: Answer };

/** Reads a machine's message; null: it is none of the protocol's. */
export function readFrame(frame: string): FromMachine | null {
  const value = parsed(frame);
  const start = startShape.safeParse(value);
  if (start.success) return { type: "start", token: start.data.data.token };
  const event = answerShape.safeParse(value);
  if (!event.success) return null;
  const { id, status, headers, body } = event.data.data;
  return { type: "answer", id, answer: { status, headers: headers ?? {}, body: Buffer.from(body ?? "", "base64") } };
}

/** The answer to a start. `url`: where requests are to be sent. Public clients ignore it: each names its own server. */
export const startedFrame = (token: string, url: string): string => JSON.stringify({ type: "start", version, data: { token, url } });

export const requestFrame = (id: string, { method, headers, query, body }: Passed): string =>
  JSON.stringify({
    type: "event",
    version,
    data: { id, method, headers, body: body.toString("base64"), ...(query === "" ? {} : { query }) },
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
