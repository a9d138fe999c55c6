/** Where a request came from. A header may say anything, so it counts only as far as it is known who wrote it. */
import type { IncomingMessage } from "node:http";
import { setSingleton, singleton } from "./singleton.ts";

/** The header that Webster's front server sets on requests for Next.js, in place of whatever the client sent. */
const addressHeader = "webster-client-address";

/**
 * The address of the client. `trustedProxies`: how many trusted proxies stand in front; each of them appends to
 * X-Forwarded-For the address that it was called from, so that this many entries from the end can be believed.
 */
export function addressOf(peer: string | undefined, forwardedFor: string | undefined, trustedProxies: number): string | null {
  const hops = [...(forwardedFor ?? "").split(","), peer ?? ""].map((hop) => hop.trim()).filter((hop) => hop !== "");
  const address = hops.at(-1 - Math.min(trustedProxies, hops.length - 1));
  if (address === undefined || !/^[0-9a-fA-F:.]{2,45}$/.test(address)) return null;
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** Sets the client's address on a request, and answers it. To be called by the front server before it hands the request on. */
export function markAddress(request: IncomingMessage, trustedProxies: number): string | null {
  setSingleton("addressesAreMarked", true);
  const forwarded = request.headers["x-forwarded-for"];
  const address = addressOf(request.socket.remoteAddress, Array.isArray(forwarded) ? forwarded.join() : forwarded, trustedProxies);
  request.headers[addressHeader] = address ?? "";
  return address;
}

/** The address that `markAddress` set; null without Webster's front server, when the header would be the client's own. */
export function markedAddress(header: (name: string) => string | null | undefined): string | null {
  if (!singleton("addressesAreMarked", () => false)) return null;
  const address = header(addressHeader);
  return address === undefined || address === "" ? null : address;
}
