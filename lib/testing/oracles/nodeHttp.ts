/** A request as it goes over HTTP to a library's own listener. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { IncomingRequest } from "../../webhooks/verification.ts";

/** The status that the listener answers with. */
export async function answerOf(listener: RequestListener, { method, url, headers, body }: IncomingRequest): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { pathname, search } = new URL(url);
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, { method, headers, body: new Uint8Array(body) });
    await response.arrayBuffer();
    return response.status;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
