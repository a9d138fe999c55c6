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

/** The one request that comes while `send` runs, as it came. It is answered with "taken". */
export async function receivedBy(
  send: (origin: string) => Promise<void>,
): Promise<{ method: string; url: string; headers: Record<string, string>; body: Buffer }> {
  let found: Awaited<ReturnType<typeof receivedBy>> | null = null;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      found = { method: request.method ?? "", url: request.url ?? "", headers, body: Buffer.concat(chunks) };
      response.end("taken");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  if (found === null) throw new Error("No request came");
  return found;
}
