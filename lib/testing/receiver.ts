/** A receiver of webhooks that does what a test tells it, and remembers what came. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type Hit = {
  method: string;
  /** Path and query. */
  url: string;
  /** Names in lower case; several of one name joined by ", ". */
  headers: Record<string, string>;
  body: Buffer;
  at: Date;
};

/** An answer to a request. A function takes over the response itself: it may stall, drip or break it off. */
export type Answer =
  | { status?: number; headers?: Record<string, string>; body?: string | Buffer }
  | ((request: IncomingMessage, response: ServerResponse, hit: Hit) => void | Promise<void>);

export type Receiver = {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  url: string;
  port: number;
  hits: Hit[];
  /** The hits, once there are `count`; throws after `timeoutMs`. */
  waitForHits(count: number, timeoutMs?: number): Promise<Hit[]>;
  /** Sets the answers from now on. A list is used up in order, its last answer stays. */
  respond(answer: Answer | Answer[]): void;
  close(): Promise<void>;
};

export async function startReceiver(answer: Answer | Answer[] = { status: 204 }, port = 0): Promise<Receiver> {
  const hits: Hit[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  let answers = [answer].flat();
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (body === null) return;
      const hit: Hit = { method: request.method ?? "", url: request.url ?? "", headers: joinHeaders(request), body, at: new Date() };
      hits.push(hit);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      for (const check of waiting) check();
      return give(next ?? {}, request, response, hit);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    hits,
    waitForHits: (count, timeoutMs = 60_000) => waitForHits(hits, waiting, count, timeoutMs),
    respond: (next) => (answers = [next].flat()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function waitForHits(hits: Hit[], waiting: Set<() => void>, count: number, timeoutMs: number): Promise<Hit[]> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      waiting.delete(check);
      reject(new Error(`Waited ${timeoutMs} ms for ${count} requests, ${hits.length} came`));
    }, timeoutMs);
    const check = (): void => {
      if (hits.length < count) return;
      clearTimeout(deadline);
      waiting.delete(check);
      resolve(hits);
    };
    waiting.add(check);
    check();
  });
}

async function give(answer: Answer, request: IncomingMessage, response: ServerResponse, hit: Hit): Promise<void> {
  if (typeof answer === "function") return answer(request, response, hit);
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body);
}

/** The body of a request. Null if the sender broke off. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

function joinHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]));
}
