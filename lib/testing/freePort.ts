/**
 * Ports of loopback that nobody listens at, for programs that must be told theirs. Below those that systems give to whoever connects
 * or asks for any: such a one could be a connection's before the program listens. Processes count from places of their own.
 */
import { createServer } from "node:net";

const [lowest, count, ofProcess] = [20_000, 12_000, 20];
let next = process.pid * ofProcess;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + (next++ % count);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
