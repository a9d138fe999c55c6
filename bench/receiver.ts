/** Receives webhooks, checks each signature, and remembers which ids came. Runs as a process of its own. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { verify } from "../lib/webhooks/signature.ts";
import { answerCalls } from "./processes.ts";
import { pathOf, verifyingKeys } from "./workload.ts";

export type Received = { firstAtMs: number; lastAtMs: number; hits: number; distinct: number; refused: number };

const keysOf = new Map(verifyingKeys.map((key, endpoint) => [pathOf(endpoint), [key]]));
let ids = new Set<string>();
/** When each came first, by the clock that all processes share. */
let arrivals = new Map<string, number>();
let counts = { firstAtMs: 0, lastAtMs: 0, hits: 0, refused: 0 };
let waiting: { count: number; done: () => void } | null = null;

const server = createServer((request, response) => {
  const arrivedAtMs = performance.timeOrigin + performance.now();
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const accepted = take(request, arrivedAtMs, chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    response.writeHead(accepted ? 204 : 401).end();
  });
});
server.keepAliveTimeout = 60_000;

function take(request: IncomingMessage, arrivedAtMs: number, body: Buffer): boolean {
  const now = Date.now();
  const id = header(request, "webhook-id");
  const headers = { id, timestamp: header(request, "webhook-timestamp"), signature: header(request, "webhook-signature") };
  const keys = keysOf.get(request.url ?? "");
  if (keys === undefined || id === undefined || !verify(keys, headers, body, now / 1000).ok) {
    counts.refused++;
    return false;
  }
  if (counts.hits++ === 0) counts.firstAtMs = now;
  counts.lastAtMs = now;
  if (!ids.has(id)) arrivals.set(id, arrivedAtMs);
  ids.add(id);
  if (waiting !== null && ids.size >= waiting.count) waiting.done();
  return true;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const received = (): Received => ({ ...counts, distinct: ids.size });

const calls = {
  /** Linux takes all of 127.0.0.0/8 for this machine: there, `everywhere` has it listen at every address of it. */
  listen: ({ everywhere = false }: { everywhere?: boolean } = {}) =>
    new Promise<string>((resolve) =>
      server.listen(0, everywhere ? "0.0.0.0" : "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
    ),
  reset: () => {
    ids = new Set();
    arrivals = new Map();
    counts = { firstAtMs: 0, lastAtMs: 0, hits: 0, refused: 0 };
  },
  /** Waits until so many different ids have come, or nothing new came for `idleMs`. */
  wait: async ({ count, idleMs }: { count: number; idleMs: number }): Promise<Received> => {
    while (ids.size < count) {
      const before = counts.hits;
      await new Promise<void>((resolve) => {
        const idle = setTimeout(resolve, idleMs);
        waiting = { count, done: () => (clearTimeout(idle), resolve()) };
      });
      if (counts.hits === before) break;
    }
    waiting = null;
    return received();
  },
  arrivals: () => [...arrivals],
  missing: (wanted: string[]) => wanted.filter((id) => !ids.has(id)).length,
};

export type ReceiverCalls = typeof calls;
answerCalls(calls);
