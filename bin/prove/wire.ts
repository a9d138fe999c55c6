/** The wire between a proxy and Webster: which of them closes a connection on which nothing is under way. */
import { type AddressInfo, connect, createServer, type Server } from "node:net";

type End = "proxy" | "webster";

export type Wire = {
  port: number;
  /** Who ended each connection without having said that it would, once all have ended. */
  ended: () => Promise<End[]>;
  close: () => void;
};

/** Passes on what comes to Webster's port. */
export async function startWire(websterPort: number): Promise<Wire> {
  const ends: Promise<End | "said">[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (proxy) => {
    const webster = connect({ port: websterPort, host: "127.0.0.1", allowHalfOpen: true });
    let said = false;
    webster.on("data", (chunk: Buffer) => (said ||= /^HTTP\/1\.1 101|\r\nconnection: close/im.test(chunk.toString("latin1"))));
    const end = (by: End): End | "said" => (said ? "said" : by);
    ends.push(
      new Promise((resolve) => {
        for (const event of ["end", "error"]) {
          proxy.once(event, () => resolve(end("proxy")));
          webster.once(event, () => resolve(end("webster")));
        }
      }),
    );
    for (const socket of [proxy, webster]) socket.setNoDelay();
    proxy.once("error", () => webster.destroy()).pipe(webster);
    webster.once("error", () => proxy.destroy()).pipe(proxy);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ended: async () => (await Promise.all(ends)).filter((end) => end !== "said"),
    close: () => void server.close(),
  };
}
