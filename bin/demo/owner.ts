/** The café owner: three cafés, and a receiver that is told each day's profit. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parseVerifyingKey, verify } from "../../lib/webhooks/signature.ts";
import type { VerifyingKey } from "../../lib/webhooks/signature.ts";

export type Cafe = {
  uid: string;
  name: string;
  city: string;
  currency: string;
  /** The day's takings, in the currency's smallest unit. */
  revenue: number;
  expenditure: number;
  /** The number of times that the café's webhook is answered 500 before it works. */
  failures: number;
};

export const cafes: Cafe[] = [
  {
    uid: "demo-cafe-berlin",
    name: "Café Größenwahn",
    city: "Berlin",
    currency: "EUR",
    revenue: 231_000,
    expenditure: 102_550,
    failures: 0,
  },
  { uid: "demo-cafe-tokyo", name: "Kissa Komorebi", city: "Tokyo", currency: "JPY", revenue: 186_400, expenditure: 97_250, failures: 1 },
  { uid: "demo-cafe-brooklyn", name: "Bean There", city: "Brooklyn", currency: "USD", revenue: 194_025, expenditure: 121_980, failures: 0 },
];

/** The payload of a `cafe.closed` message. */
export type Closed = { cafe: string; city: string; date: string; currency: string; revenue: number; expenditure: number; profit: number };

/** One request at the owner's door. */
export type Visit = { cafe: Cafe | null; id: string; answer: number; reason: string; closed: Closed | null; body: string };

export type Owner = {
  url: string;
  /** The secret of that café's endpoint, with which its webhooks are signed. */
  trust(cafe: Cafe, secret: string): void;
  visits: Visit[];
  /** Resolves once so many profits were taken; rejects after `timeoutMs`. */
  profits(count: number, timeoutMs: number): Promise<void>;
  close(): Promise<void>;
};

export const pathOf = (cafe: Cafe): string => `/${cafe.uid}`;

export async function openOwner(onVisit: (visit: Visit) => void): Promise<Owner> {
  const keys = new Map<Cafe, VerifyingKey>();
  const failuresLeft = new Map(cafes.map((cafe) => [cafe, cafe.failures]));
  const visits: Visit[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const visit = receive(request, await readBody(request), keys, failuresLeft);
    visits.push(visit);
    response.writeHead(visit.answer, { "content-type": "text/plain; charset=utf-8" }).end(visit.reason);
    onVisit(visit);
    for (const check of waiting) check();
  };
  // A sender who breaks off has not visited.
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trust: (cafe, secret) => void keys.set(cafe, parseVerifyingKey(secret)),
    visits,
    profits: (count, timeoutMs) =>
      new Promise((resolve, reject) => {
        const deadline = setTimeout(
          () => reject(new Error(`After ${timeoutMs / 1000} s the owner has not heard from every café`)),
          timeoutMs,
        );
        const check = (): void => {
          if (visits.filter(({ closed }) => closed !== null).length < count) return;
          clearTimeout(deadline);
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** First the signature, over the bytes as they came; only then is anything in them believed. */
function receive(request: IncomingMessage, body: Buffer, keys: Map<Cafe, VerifyingKey>, failuresLeft: Map<Cafe, number>): Visit {
  const cafe = cafes.find((candidate) => pathOf(candidate) === request.url) ?? null;
  const key = cafe === null ? undefined : keys.get(cafe);
  const headers = {
    id: header(request, "webhook-id"),
    timestamp: header(request, "webhook-timestamp"),
    signature: header(request, "webhook-signature"),
  };
  const visit = { cafe, id: headers.id ?? "", body: body.toString(), closed: null };
  if (cafe === null || key === undefined) return { ...visit, answer: 404, reason: "no such café" };
  const verified = verify([key], headers, body, Math.floor(Date.now() / 1000));
  if (!verified.ok) return { ...visit, answer: 401, reason: verified.reason };
  const failures = failuresLeft.get(cafe) ?? 0;
  failuresLeft.set(cafe, failures - 1);
  if (failures > 0) return { ...visit, answer: 500, reason: "the owner is taking a nap" };
  return { ...visit, answer: 200, reason: "thank you", closed: JSON.parse(visit.body) as Closed };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
