/** An HTTP server around a fetch handler that gives it nothing but standard Requests, as other hosts do. */
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

export type FetchServer = { url: string; close: () => Promise<void> };

export async function startFetchServer(answer: (request: Request) => Response | Promise<Response>): Promise<FetchServer> {
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing);
  });
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const response = await answer(toRequest(incoming));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = "GET", headers } = incoming;
  const carriesBody = method !== "GET" && method !== "HEAD";
  const hasBody = carriesBody && (headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined);
  const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" } : {};
  return new Request(`http://${headers.host}${incoming.url}`, { method, headers: headers as Record<string, string>, ...body });
}
