/**
 * Requests that offer to go on in another protocol (RFC 9110, section 7.8). Java's HttpClient, `curl --http2` and some
 * proxies make that offer with everything they send. Only what a row takes is taken; the rest is answered in HTTP/1.1 as
 * if it had not been offered.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export type UpgradeRow = {
  /** Without a query; what is below it belongs to it too. */
  path: string;
  /** As the Upgrade header names it, in lower case: websocket. */
  protocol: string;
  /** From here on the connection is its own, `head` what had already been read of it. */
  take: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
};

/** `underWay`: the answer that is still being given on a connection, to what was asked before. */
export function serveUpgrades(server: Server, rows: readonly UpgradeRow[], underWay: (socket: Socket) => ServerResponse | null): void {
  // Else Node.js leaves some out, and one of those may say how long the body is. Their bytes are limited all the same.
  server.maxHeadersCount = 0;
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const row = rows.find((one) => isFor(one, request));
    if (row !== undefined) return row.take(request, socket, head);
    const before = underWay(socket);
    if (before === null) serveAgain(server, request, socket, head);
    else before.once("close", () => serveAgain(server, request, socket, head));
  });
}

function isFor({ path, protocol }: UpgradeRow, { url = "", headers }: IncomingMessage): boolean {
  const [asked = ""] = url.split("?", 1);
  return (asked === path || asked.startsWith(`${path}/`)) && tokensOf(headers.upgrade).includes(protocol);
}

/**
 * Without a listener Node.js would ignore an offer by itself, but lose what it has read beyond a request without a body.
 * So the connection begins anew, with the request as it came less the offer.
 */
function serveAgain(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  if (socket.destroyed) return;
  socket.setTimeout(0);
  socket.unshift(Buffer.concat([Buffer.from(withoutOffer(request), "latin1"), head]));
  server.emit("connection", socket);
}

function withoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (!partsOfOffer.has(name.toLowerCase())) lines.push(`${name}: ${isConnection(name) ? withoutUpgrade(value) : value}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

const partsOfOffer = new Set(["upgrade", "http2-settings"]);

const isConnection = (name: string): boolean => name.toLowerCase() === "connection";

const withoutUpgrade = (value: string): string =>
  tokensOf(value)
    .filter((token) => !partsOfOffer.has(token))
    .join(", ");

const tokensOf = (value = ""): string[] => value.split(",").map((token) => token.trim().toLowerCase());
