/** A proxy that knows CONNECT and nothing else, and does what a test tells it. */
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export type ConnectProxy = {
  url: string;
  /** What was asked for, in order: `host:port`. */
  asked: string[];
  /** The credentials that came with the last request. */
  credentials: () => string | undefined;
  /** Answers from now on this instead of a tunnel: a response's head; or nothing at all, to "silence". Null: a tunnel again. */
  refuseWith: (head: string | null) => void;
  close: () => Promise<void>;
};

/** `target`: where every tunnel leads, whatever was asked for. */
export async function startConnectProxy(target: { port: number }): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let refusal: string | null = null;
  let credentials: string | undefined;
  const server = createServer();
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? "");
    credentials = request.headers["proxy-authorization"];
    sockets.add(client.on("error", () => undefined));
    if (refusal === "silence") return;
    if (refusal !== null) return void client.end(`${refusal}\r\n\r\n`);
    const upstream = connect(target.port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream.on("error", () => client.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    credentials: () => credentials,
    refuseWith: (head) => (refusal = head),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
