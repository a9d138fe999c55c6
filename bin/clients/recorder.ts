/** A server in front of Webster that keeps what came through it, and one behind it that keeps what was delivered. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** `path` is with the query; `body` as it was sent. */
export type Recorded = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer; status: number; answer: Buffer };

export type Recorder<T> = { url: string; recorded: T[]; close: () => Promise<void> };

/** Starts a proxy that passes everything on as it is. */
export async function startProxy(targetUrl: string): Promise<Recorder<Recorded>> {
  const recorded: Recorded[] = [];
  return listening(recorded, (incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const passed = request(new URL(url, targetUrl), { method, headers }, (response) => {
      void bytesOf(response).then((answer) => {
        void sent.then((body) => recorded.push({ method, path: url, headers, body, status: response.statusCode ?? 0, answer }));
        outgoing.writeHead(response.statusCode ?? 502, response.headers).end(answer);
      });
    });
    passed.on("error", () => outgoing.destroy());
    const sent = bytesOf(incoming);
    incoming.pipe(passed);
  });
}

export type Delivery = { path: string; headers: IncomingHttpHeaders; body: Buffer };

/** Starts a receiver that answers 200 to everything. */
export async function startReceiver(): Promise<Recorder<Delivery>> {
  const recorded: Delivery[] = [];
  return listening(recorded, (incoming, outgoing) => {
    void bytesOf(incoming).then((body) => {
      recorded.push({ path: incoming.url ?? "/", headers: incoming.headers, body });
      outgoing.end("ok");
    });
  });
}

async function listening<T>(recorded: T[], answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<Recorder<T>> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, recorded, close: () => closed(server) };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => stream.once("close", resolve));
  return Buffer.concat(chunks);
}
