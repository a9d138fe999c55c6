/**
 * Requests that offer to go on in another protocol (RFC 9110, section 7.8). Java's HttpClient, `curl --http2` and some
 * proxies make that offer with everything they send. Only what a row takes is taken; the rest is answered in HTTP/1.1 as
 * if it had not been offered.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export type UpgradeRow = {
  /** A path without a query; paths below it belong to the row too. */
  path: string;
  /** The protocol as the Upgrade header names it, in lower case: websocket. */
  protocol: string;
  /** Takes the connection over; `head`: what was already read from it beyond the request. */
  take: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
};

/** Handles offers on a server. `underWay`: the answer still being given on a connection, to an earlier request. */
export function serveUpgrades(server: Server, rows: readonly UpgradeRow[], underWay: (socket: Socket) => ServerResponse | null): void {
  // With a maximum, Node.js would drop headers beyond it, maybe the body's length. Their bytes are limited all the same.
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
 * Serves a request as if it had made no offer. Node.js without an upgrade listener would ignore the offer by itself, but lose
 * what it has read beyond a request without a body. So the connection begins anew, with the request less its offer.
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
