/** Networks that addresses lie in, as people write them: `203.0.113.0/24`, or one address. */
import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

function rangeOf(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** Whether an address lies in one of the networks; one that is null or unreadable does not. */
export function isWithin(ip: string | null, networks: readonly string[]): boolean {
  if (ip === null || !ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return networks.map(rangeOf).some(([base, length]) => base.kind() === address.kind() && address.match(base, length));
}

/** The first network of `inner` that lies in none of `outer`; null: there is none. */
export function outsideOf(inner: readonly string[], outer: readonly string[]): string | null {
  const ranges = outer.map(rangeOf);
  const isInside = ([base, length]: Range): boolean =>
    ranges.some(([around, shorter]) => around.kind() === base.kind() && shorter <= length && base.match(around, shorter));
  return inner.find((text) => !isInside(rangeOf(text))) ?? null;
}

/** The network that an address counts for: one household or machine has any number of IPv6 addresses. */
export function networkOf(ip: string): string {
  const address = ipaddr.process(ip);
  return address.kind() === "ipv4" ? address.toString() : `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}

/** The same of a caller's address, which may not be known. */
export const networkOfCaller = (ip: string | null): string => (ip !== null && ipaddr.isValid(ip) ? networkOf(ip) : "unknown");
