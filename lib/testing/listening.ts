/** The relay behind a front server, and machines that listen there. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { createApi } from "../api/app.ts";
import { env, setEnv } from "../env.ts";
import { createFrontServer } from "../http/server.ts";
import { listenDoor } from "../listening/door.ts";
import { type ListenLimits, listenLimits } from "../listening/limits.ts";
import { Relay } from "../listening/relay.ts";
import { setSingleton } from "../singleton.ts";

export type RelayServer = { url: string; listenUrl: string; close: () => Promise<void> };

/** Starts the relay; from then on env() knows its port. No second passes. */
export async function startRelay(limits: Partial<ListenLimits> = {}): Promise<RelayServer> {
  const relay = new Relay({ ...listenLimits, openedPerSecond: 1000, requestsPerSecond: 1000, ...limits }, () => 0);
  setSingleton("relay", relay);
  const api = createApi();
  const front = createFrontServer({
    api: (request, bindings) => api.fetch(request, bindings),
    next: null,
    fastLane: true,
    upgrades: [listenDoor(relay)],
  });
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  const { port } = front.server.address() as AddressInfo;
  setEnv({ ...env(), port });
  return {
    url: `http://127.0.0.1:${port}`,
    listenUrl: `ws://127.0.0.1:${port}/api/v1/listen/`,
    close: async () => {
      relay.closeAll();
      await front.close(0);
      setSingleton("relay", undefined);
    },
  };
}

type Request = { id: string; method: string; headers: Record<string, string>; body: string; query?: string };
type Answer = { status: number; headers: Record<string, string>; body: Buffer };

export type Machine = {
  /** The token in the machine's URL. */
  token: string;
  requests: Request[];
  socket: WebSocket;
  /** The next request, once it is there. */
  next: () => Promise<Request>;
  answer: (id: string, answer: Partial<Answer>) => void;
};

/** The frames of clients that are written in Go and Rust, as recorded from both. */
type Speech = "text" | "binary";

export async function connect(
  listenUrl: string,
  chosen: string,
  options: WebSocket.ClientOptions = {},
  speech: Speech = "text",
): Promise<Machine> {
  const socket = new WebSocket(listenUrl, options);
  const requests: Request[] = [];
  const waiting: ((request: Request) => void)[] = [];
  await once(socket, "open");
  socket.send(`{"type":"start","version":1,"data":{"token":"${chosen}"}}\n`);
  const first = await Promise.race([
    once(socket, "message").then(([frame]) => String(frame)),
    once(socket, "close").then(([code, reason]) => Promise.reject(new Error(`closed: ${code} ${String(reason)}`))),
  ]);
  socket.on("message", (frame: Buffer) => {
    const { data } = JSON.parse(frame.toString()) as { data: Request };
    const waiter = waiting.shift();
    if (waiter === undefined) requests.push(data);
    else waiter(data);
  });
  return {
    token: (JSON.parse(first) as { data: { token: string } }).data.token,
    requests,
    socket,
    next: () => {
      const there = requests.shift();
      return there === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(there);
    },
    answer: (id, { status = 200, headers = {}, body = Buffer.alloc(0) }) => {
      const data = { id, status, headers, body: body.toString("base64") };
      socket.send(JSON.stringify({ type: "event", version: 1, data }), { binary: speech === "binary" });
    },
  };
}
