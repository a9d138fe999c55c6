/** The machine's end of the relay, Webster's own or Svix's: it starts, takes requests, gives answers, and comes again when cut off. */
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import * as z from "zod/mini";
import { isForGood, refused } from "./client.ts";
import { CliError, plain } from "./io.ts";

export type Request = { method: string; headers: Record<string, string>; query: string; body: Buffer };
export type Answer = { status: number; headers: Record<string, string>; body: Buffer };

export type Relay = {
  /** ws: or wss:, with the path. */
  url: string;
  token: string;
  /** The key for our own servers, which may want one; Svix's relay knows nothing of keys. */
  apiKey: string | null;
};

type Handlers = {
  /** Called each time that the machine listens: where requests are to be sent. */
  started: (token: string, url: string | null) => void | Promise<void>;
  /** Answers a request; never rejects. */
  request: (request: Request) => Promise<Answer>;
  lost: (waitMs: number) => void;
};

const version = 1;
const waitsMs = [0, 250, 1_000, 5_000];
const startMs = 10_000;
/** Servers ping at least every 20 s: one that is silent for longer has gone. */
const silenceMs = 45_000;

const Started = z.object({ type: z.literal("start"), data: z.object({ token: z.string(), url: z.optional(z.string()) }) });
const Event = z.object({
  type: z.literal("event"),
  data: z.object({
    id: z.string(),
    method: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    query: z._default(z.string(), ""),
  }),
});

/** Listens until `stop`. Rejects with CliError if it can't begin, or is told that it may not go on. */
export async function listenAt(relay: Relay, handlers: Handlers, stop: AbortSignal): Promise<void> {
  let failures = 0;
  let hasStarted = false;
  while (!stop.aborted) {
    try {
      await session(relay, handlers, stop, () => {
        hasStarted = true;
        failures = 0;
      });
    } catch (error) {
      // A connection that can't even begin is told at once; later, the server may be starting anew.
      if (!hasStarted || isForGood(error) || error instanceof Unusable || (error instanceof InUse && failures >= waitsMs.length))
        throw unwrapped(error);
    }
    if (stop.aborted) return;
    const waitMs = waitsMs[Math.min(failures++, waitsMs.length - 1)] ?? 0;
    handlers.lost(waitMs);
    await wait(waitMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

class InUse extends CliError {}

/** The machine listens, but what was to be done then failed. */
class Unusable extends Error {}

const unwrapped = (error: unknown): unknown => (error instanceof Unusable ? error.cause : error);

/** One connection, until it is closed. */
function session(relay: Relay, handlers: Handlers, stop: AbortSignal, hasStarted: () => void): Promise<void> {
  const headers = relay.apiKey === null ? {} : { authorization: `Bearer ${relay.apiKey}` };
  const socket = new WebSocket(relay.url, { headers, handshakeTimeout: startMs });
  return new Promise<void>((resolve, reject) => {
    const close = (): void => socket.close(1000);
    stop.addEventListener("abort", close, { once: true });
    let silence = setTimeout(() => socket.terminate(), silenceMs);
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.terminate(), silenceMs);
    };
    const end = (): void => {
      clearTimeout(silence);
      stop.removeEventListener("abort", close);
    };
    socket.on("ping", heard).on("pong", heard);
    socket.once("unexpected-response", (request, response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("close", () => {
        end();
        request.destroy();
        reject(refused(relay.url, response.statusCode ?? 0, text));
      });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      end();
      reject(
        new CliError(`${relay.url} can't be reached: ${error.code ?? error.message}.`, "Is the server running, and the address right?"),
      );
    });
    socket.once("open", () => socket.send(JSON.stringify({ type: "start", version, data: { token: relay.token } })));
    socket.on("message", (frame: Buffer) => {
      heard();
      const message = parsed(frame.toString());
      const started = Started.safeParse(message);
      const event = Event.safeParse(message);
      if (started.success) {
        hasStarted();
        const { token, url = null } = started.data.data;
        Promise.resolve(handlers.started(token, url)).catch((error: unknown) => {
          reject(new Unusable("It can't be used", { cause: error }));
          socket.close(1000);
        });
      } else if (event.success) void answer(socket, event.data.data, handlers);
    });
    socket.once("close", (code, reason) => {
      end();
      if (code === 1008)
        reject(
          new InUse(
            `${relay.url} closed the connection: ${plain(reason.toString())}.`,
            "Stop the other `webster listen` for the same, or give another --token",
          ),
        );
      else resolve();
    });
  });
}

async function answer(socket: WebSocket, { id, body, ...request }: z.output<typeof Event>["data"], handlers: Handlers): Promise<void> {
  const { status, headers, body: answered } = await handlers.request({ ...request, body: Buffer.from(body, "base64") });
  if (socket.readyState !== socket.OPEN) return;
  socket.send(JSON.stringify({ type: "event", version, data: { id, status, headers, body: answered.toString("base64") } }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
