/** A sender without a database: an endpoint as it is remembered, and receivers that write whatever bytes a test wants. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { EndpointSnapshot } from "../db/applications.ts";
import { type Sender, targetOf, whoseOf } from "../delivery/send.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { parseSecret } from "../webhooks/signature.ts";
import { standardStyle } from "../webhooks/signatureStyle.ts";

export function endpointAt(url: string, secret: string, changes: Partial<EndpointSnapshot> = {}): EndpointSnapshot {
  return {
    id: "ep_1",
    applicationId: "app_1",
    environmentId: "env_1",
    url,
    disabled: false,
    eventTypes: [],
    channels: [],
    headers: {},
    throttleRate: null,
    ordering: "none",
    retrySchedule: [],
    signingKeys: [{ key: parseSecret(secret), expiresAtMs: null }],
    signature: standardStyle,
    svixHeaders: true,
    presentation: { userAgent: null, idHeader: null, traceHeaders: false },
    authentication: null,
    failingSinceMs: null,
    filter: null,
    transformation: null,
    ...changes,
  };
}

export function sendBy(sender: Sender, endpoint: EndpointSnapshot, payload: Buffer): Promise<Outcome> {
  const request = { url: endpoint.url, target: targetOf(endpoint, whoseOf(endpoint)), method: "POST", endpoint } as const;
  const delivery = { messageId: "msg_1", eventType: "cafe.closed", payload, contentType: null };
  return new Promise((resolve) => sender.send({ ...request, ...delivery, nowMs: Date.now() }, resolve));
}

export type RawReceiver = { url: string; sockets: Set<Socket>; connections: () => number; requests: () => string[]; close: () => void };

/** `answer` writes what it will to each request that has come whole; `nth` counts all of them from 1. */
export async function startRawReceiver(answer: (socket: Socket, nth: number) => void): Promise<RawReceiver> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let got = "";
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    socket.on("data", (bytes) => {
      got += bytes.toString("latin1");
      for (let end = endOfRequest(got); end !== null; end = endOfRequest(got)) {
        requests.push(got.slice(0, end));
        got = got.slice(end);
        answer(socket, requests.length);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, sockets, connections: () => connections, requests: () => requests, close };
}

function endOfRequest(bytes: string): number | null {
  const body = bytes.indexOf("\r\n\r\n") + 4;
  if (body < 4) return null;
  const length = Number(/^content-length: (\d+)/im.exec(bytes)?.[1] ?? 0);
  return bytes.length >= body + length ? body + length : null;
}
