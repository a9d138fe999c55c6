/**
 * Which addresses Webster connects to, so that nobody's endpoint reaches into the network that Webster runs in.
 * A URL is checked when it is saved, and each resolved address again when it is connected to: a name may change
 * what it points to in between.
 */
import ipaddr from "ipaddr.js";
import { parseUrl } from "../words/url.ts";

type Address = ReturnType<typeof ipaddr.parse>;

/** A network exempt from the rules, as its operator configured it. */
export type Network = { address: Address; prefixLength: number };

export type CheckedUrl =
  /** `url` as the WHATWG parser writes it, without fragment; `literal` the IP address in it, if that is what it names. */
  | { ok: true; url: string; literal: string | null }
  /** `reason`: for whoever runs the server. `plainReason`: for an application's people too, who know of no setting. */
  | { ok: false; reason: string; plainReason: string };

/** The longest request line that most servers take. */
export const maximumUrlLength = 8192;

/** CIDRs; throws on one that is none. An IPv4 network written as mapped IPv6 counts as the IPv4 network. */
export function parseNetworks(cidrs: string[]): Network[] {
  return cidrs.map((cidr) => {
    const [address, prefixLength] = ipaddr.parseCIDR(cidr);
    const plain = unmapped(address);
    return plain === address ? { address, prefixLength } : { address: plain, prefixLength: Math.max(0, prefixLength - 96) };
  });
}

/** Judges an address as a resolver or a URL gives it. A text that is no IP address is forbidden. */
export function checkAddress(ip: string, allowedNetworks: Network[]): "allowed" | "forbidden" {
  // ipaddr.js reads the long deprecated ::1.2.3.4 as if it were ::ffff:1.2.3.4.
  if (!ipaddr.isValid(ip) || /^::\d+\./.test(ip)) return "forbidden";
  const address = ipaddr.parse(ip);
  if (isInside(address, allowedNetworks)) return "allowed";
  return isPublic(address) ? "allowed" : "forbidden";
}

export type UrlRules = {
  httpsOnly: boolean;
  allowedNetworks: Network[];
  /** Domains that are exempt, with all below them. */
  allowedHosts?: string[];
};

/** Whether a name is one of the domains that are exempt, or below one. */
export function isAllowedHost(hostname: string, allowedHosts: string[]): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  return allowedHosts.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/**
 * Whether a URL may be an endpoint's. Names are not resolved here. Inside an allowed network, at an allowed host, and at `localhost` where
 * loopback is one, plain http and every port are fine.
 */
export function checkUrl(text: string, options: UrlRules): CheckedUrl {
  const url = parseHttpUrl(text);
  if (typeof url === "string") return refused(url);
  url.hash = "";
  const literal = literalOf(url);
  const name = literal === null ? url.hostname.replace(/\.$/, "") : null;
  if (name !== null && !isHostName(name)) return refused("The URL's host is no valid name");

  const exempt =
    literal === null
      ? isAllowedHost(name ?? "", options.allowedHosts ?? []) || (isLocalhost(name) && loopbackIsAllowed(options.allowedNetworks))
      : isExempt(literal, options.allowedNetworks);
  if (!exempt) {
    if (isLocalhost(name) || (literal !== null && checkAddress(literal, []) === "forbidden"))
      return {
        ok: false,
        reason: `${isPrivate}; WEBSTER_ALLOWED_NETWORKS on the server allows it`,
        plainReason: `${isPrivate}: ${bePublic}`,
      };
    if (options.httpsOnly && url.protocol !== "https:")
      return { ok: false, reason: `${notHttps}; WEBSTER_HTTPS_ONLY=false on the server allows http:// too`, plainReason: notHttps };
    if (isForbiddenPort(url.port)) return refused(`Port ${url.port} belongs to another service than HTTP`);
  }
  return { ok: true, url: url.href, literal };
}

const isPrivate = "The URL's address is private or reserved";
const notHttps = "The URL must start with https://";
/** What the owner of a URL can do about its address. */
export const bePublic = "enter one that can be reached from the Internet";

function parseHttpUrl(text: string): URL | string {
  const tooLong = `The URL is longer than ${maximumUrlLength} characters`;
  if (text.length > maximumUrlLength) return tooLong;
  // The parser would silently drop tabs and line breaks.
  if (Array.from(text).some((character) => character < " " || character === "\u007f")) return "The URL holds control characters";
  if (!/^https?:\/\//i.test(text.trimStart())) return notHttps;
  const url = parseUrl(text);
  if (url === null) return "This is no valid URL";
  if (url.username !== "" || url.password !== "") return "The URL must not hold a user name or password: use a header instead";
  return url.href.length > maximumUrlLength ? tooLong : url;
}

/** The parser has already turned every spelling of an IP address (octal, short, full-width…) into the usual one. */
function literalOf(url: URL): string | null {
  if (url.hostname.startsWith("[")) return url.hostname.slice(1, -1);
  return ipaddr.IPv4.isValidFourPartDecimal(url.hostname) ? url.hostname : null;
}

// RFC 1035, section 2.3.4.
const isHostName = (name: string): boolean =>
  name.length <= 253 && name.split(".").every((label) => label.length > 0 && label.length <= 63);

// RFC 6761, section 6.3: all names under localhost mean loopback.
const isLocalhost = (name: string | null): boolean => name !== null && (name === "localhost" || name.endsWith(".localhost"));

const loopbackIsAllowed = (networks: Network[]): boolean => isExempt("127.0.0.1", networks) || isExempt("::1", networks);

const isExempt = (ip: string, networks: Network[]): boolean => isInside(ipaddr.parse(ip), networks);

function isInside(address: Address, networks: Network[]): boolean {
  const plain = unmapped(address);
  return networks.some((network) => network.address.kind() === plain.kind() && plain.match(network.address, network.prefixLength));
}

function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv6) return address.match(globalUnicast, 3) && address.range() === "unicast";
  return address.range() === "unicast" && !metadataAddresses.has(address.toString());
}

function unmapped(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

// All that IANA has handed out for the Internet; ipaddr.js calls more "unicast", such as ::7f00:1.
const globalUnicast = ipaddr.IPv6.parse("2000::");

/** Clouds' internal services at addresses that look public: Azure's; Alibaba's is in 100.64.0.0/10 already. */
const metadataAddresses = new Set(["168.63.129.16"]);

const refused = (reason: string): CheckedUrl => ({ ok: false, reason, plainReason: reason });

const isForbiddenPort = (port: string): boolean => forbiddenPorts.has(port);

/** The bad ports of the Fetch standard, then databases, caches, queues and the control of machines. */
const forbiddenPorts = new Set(
  `0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139
   143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049
   3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
   445 873 1433 1434 1521 1883 2181 2375 2376 2379 2380 3306 3389 5432 5433 5671 5672 5900 5984 6379 6380 6432 7199 8883 9042
   9092 9160 9200 9300 10250 11211 26257 27017 27018 27019 28015 33060`.split(/\s+/),
);
