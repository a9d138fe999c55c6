import { expect, test } from "vitest";
import { addressOf } from "./client.ts";

test.each([
  // Without a trusted proxy in front, the header may be the client's own invention.
  ["192.0.2.1", undefined, 0, "192.0.2.1"],
  ["192.0.2.1", "198.51.100.7", 0, "192.0.2.1"],
  // The last entry is the trusted proxy's; what stands before it may be invented.
  ["192.0.2.1", "198.51.100.7", 1, "198.51.100.7"],
  ["192.0.2.1", "203.0.113.9, 198.51.100.7", 1, "198.51.100.7"],
  ["192.0.2.1", "203.0.113.9, 198.51.100.7", 2, "203.0.113.9"],
  // Fewer entries than proxies: the first one there is.
  ["192.0.2.1", undefined, 1, "192.0.2.1"],
  ["192.0.2.1", "198.51.100.7", 5, "198.51.100.7"],
  ["::ffff:192.0.2.1", undefined, 0, "192.0.2.1"],
  ["2001:db8::1", undefined, 0, "2001:db8::1"],
  ["192.0.2.1", "<script>", 1, null],
  ["192.0.2.1", "198.51.100.7\u001b[2J", 1, null],
  [undefined, undefined, 0, null],
])("a call from %s, forwarded for %s, with %s proxies: %s", (peer, forwardedFor, trustedProxies, address) => {
  expect(addressOf(peer, forwardedFor, trustedProxies)).toBe(address);
});
