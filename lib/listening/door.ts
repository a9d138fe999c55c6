/** The way in for machines that want to listen: /api/v1/listen, a websocket. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { listenOffer } from "./offer.ts";
import type { Actor } from "../actor.ts";
import { accessCache } from "../auth/apiKeys.ts";
import { accessOf } from "../auth/authenticate.ts";
import { addressOf } from "../client.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { listenTokenOf, listenUrlOf } from "../listenUrl.ts";
import { log } from "../log.ts";
import { networkOfCaller } from "../networks.ts";
import type { Whose } from "../turns.ts";
import type { ListenLimits } from "./limits.ts";
import { Listener } from "./listener.ts";
import { readFrame, startedFrame } from "./protocol.ts";
import { inUse, type Relay } from "./relay.ts";

export type ListenDoor = {
  path: string;
  protocol: string;
  take: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

/** A row for the table of offers to upgrade. */
export function listenDoor(relay: Relay): ListenDoor {
  const { limits } = relay;
  // Others have their turn between two messages.
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    clientTracking: true,
    allowSynchronousEvents: false,
  });
  const open = new Map<string, number>();
  return {
    ...listenOffer,
    take: (request, socket, head) => {
      const ignore = (): void => undefined;
      socket.on("error", ignore);
      callerOf(request)
        .then(({ caller, tenant, key }) => {
          // A socket that has closed meanwhile has no close event to come, and would be counted for good.
          if (socket.destroyed) return;
          requireRoom(relay, caller, { all: server.clients.size, ofTenant: open.get(tenant) ?? 0, own: open.get(caller) ?? 0 });
          const counted = new Set([caller, tenant]);
          for (const each of counted) open.set(each, (open.get(each) ?? 0) + 1);
          socket.once("close", () => counted.forEach((each) => leave(open, each)));
          socket.off("error", ignore);
          server.handleUpgrade(request, socket, head, (websocket) => {
            if (key !== null) endWith(websocket, key, limits.pingMs);
            void serve(websocket, relay, { tenant, owner: caller });
          });
        })
        .catch((error: unknown) => refuse(socket, error));
    },
  };
}

/** An API key, and whether it still lets this machine in: rejects with AppError if not. */
type Key = { actor: Actor; ask: () => Promise<unknown> };

/** For whom a connection counts: an API key, of an organization, or a network. */
type Caller = { caller: string; tenant: string; key: Key | null };

/** Throws AppError. */
async function callerOf({ headers, socket }: IncomingMessage): Promise<Caller> {
  const { listen } = env();
  if (listen === "off")
    throw new AppError("not_offered", "Nobody may listen at this server; WEBSTER_LISTEN=keys in its settings allows it");
  // The public clients are programs. A page in a browser says where it comes from, and has no business here.
  if (headers.origin !== undefined) throw new AppError("forbidden", "This is for programs, not for pages");
  if (headers.authorization !== undefined || listen === "keys") {
    const address = callersAddress({ headers, socket });
    const ask = () => accessOf(headers.authorization, address);
    const { actor } = await ask();
    if (actor.kind !== "apiKey") throw new AppError("forbidden", "Listening needs an API key");
    return { caller: actor.id, tenant: actor.organizationId, key: { actor, ask } };
  }
  const network = networkOfCaller(callersAddress({ headers, socket }));
  return { caller: network, tenant: network, key: null };
}

/** Ends the connection with its key: when that is revoked, or soon after it has run out. A database that is away ends nothing. */
function endWith(socket: WebSocket, { actor, ask }: Key, everyMs: number): void {
  const look = (): void =>
    void ask().catch((error: unknown) => {
      if (error instanceof AppError && [401, 403].includes(error.status)) socket.close(1008, "The key that let this machine in has ended");
    });
  const unwatch = accessCache().watch(actor, look);
  const timer = setInterval(look, everyMs).unref();
  socket.once("close", () => {
    unwatch();
    clearInterval(timer);
  });
}

function callersAddress({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">): string | null {
  const forwarded = headers["x-forwarded-for"];
  return addressOf(socket.remoteAddress, Array.isArray(forwarded) ? forwarded.join() : forwarded, env().trustedProxies);
}

type Open = { all: number; ofTenant: number; own: number };

function requireRoom(relay: Relay, caller: string, { all, ofTenant, own }: Open): void {
  const { limits } = relay;
  if (!relay.isInTime(caller, limits.openedPerSecond))
    throw new AppError("rate_limited", "Too many connections at once: wait a second", { retryAfterSeconds: 1 });
  if (own >= limits.connectionsOfOne)
    throw new AppError("rate_limited", `${own} machines listen already with this key or from this network: stop one`);
  if (all >= limits.connections) throw new AppError("unavailable", `${all} machines listen at this server already`);
  if (ofTenant > 0 && ofTenant >= limits.connections - all)
    throw new AppError("rate_limited", `${ofTenant} machines of yours listen already, and leave as many places to others: stop one`);
}

function leave(open: Map<string, number>, caller: string): void {
  const left = (open.get(caller) ?? 1) - 1;
  if (left === 0) open.delete(caller);
  else open.set(caller, left);
}

/** Serves one machine: its first message says which token; the listener takes all that follow. */
async function serve(socket: WebSocket, relay: Relay, whose: Whose): Promise<void> {
  const { owner: caller } = whose;
  // An error closes the connection, and the close event is enough.
  socket.on("error", () => undefined);
  const chosen = await startOf(socket, relay.limits);
  if (chosen === null) return socket.close(1008, "Say first which token: a start message");
  if (!/^[\w-]{8,128}$/.test(chosen)) return socket.close(1008, "A token has 8 to 128 letters, digits, _ and -");
  const token = listenTokenOf(chosen);
  const listener = new Listener(socket, relay.limits, whose);
  if (!(await relay.claim(token, listener))) return socket.close(inUse.code, inUse.reason);
  log.info({ caller }, "listen.opened");
  socket.once("close", () => {
    relay.leave(token, listener);
    log.info({ caller }, "listen.closed");
  });
  if (socket.readyState !== socket.OPEN) return relay.leave(token, listener);
  socket.send(startedFrame(token, listenUrlOf(token)));
}

function startOf(socket: WebSocket, { startMs, startBytes }: ListenLimits): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (token: string | null): void => {
      clearTimeout(timer);
      socket.off("message", message).off("close", closed);
      resolve(token);
    };
    const message = (frame: Buffer): void => {
      const first = frame.length > startBytes ? null : readFrame(frame.toString());
      end(first?.type === "start" ? first.token : null);
    };
    const closed = (): void => end(null);
    const timer = setTimeout(closed, startMs);
    socket.once("message", message).once("close", closed);
  });
}

function refuse(socket: Duplex, error: unknown): void {
  const known = error instanceof AppError ? error : new AppError("internal_error", "Something went wrong on our side");
  if (known !== error) log.error({ error: (error as Error).message }, "listen.failed");
  const body = JSON.stringify({ code: known.code, detail: known.message });
  const wait = known.retryAfterSeconds === undefined ? "" : `Retry-After: ${known.retryAfterSeconds}\r\n`;
  const head = `HTTP/1.1 ${known.status} ${known.code}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  socket.end(`${head}${wait}Connection: close\r\n\r\n${body}`);
}
