import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkAddress, checkUrl, parseNetworks } from "./address.ts";

const loopback = parseNetworks(["127.0.0.0/8", "::1/128"]);
const strict = { httpsOnly: true, allowedNetworks: [] };
const lenient = { httpsOnly: false, allowedNetworks: [] };
const local = { httpsOnly: true, allowedNetworks: loopback };

/** First and last address of each range that is nobody's on the Internet. */
const forbiddenV4 = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["168.63.129.16", "168.63.129.16"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "239.255.255.255"],
  ["240.0.0.0", "255.255.255.255"],
] as const;

const toNumber = (ip: string): number => ip.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);
const octetsOf = (value: number): [number, number, number, number] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const dotted = (value: number): string => octetsOf(value).join(".");

const forbiddenAddress = fc.constantFrom(...forbiddenV4).chain(([from, to]) => fc.integer({ min: toNumber(from), max: toNumber(to) }));
const isForbidden = (value: number): boolean => forbiddenV4.some(([from, to]) => value >= toNumber(from) && value <= toNumber(to));
const as112OrAmt = (value: number): boolean =>
  ["192.31.196.", "192.52.193.", "192.175.48."].some((prefix) => dotted(value).startsWith(prefix));
const publicAddress = fc.integer({ min: 0, max: 0xffffffff }).filter((value) => !isForbidden(value) && !as112OrAmt(value));

/** Ways to write an IPv4 address in a URL that the WHATWG parser understands. */
const spellings: Record<string, (value: number) => string> = {
  dotted,
  decimal: String,
  hexadecimal: (value) => `0x${value.toString(16)}`,
  "upper-case hexadecimal": (value) => `0X${value.toString(16).toUpperCase()}`,
  octal: (value) => `0${value.toString(8)}`,
  "octal octets": (value) =>
    octetsOf(value)
      .map((octet) => `0${octet.toString(8)}`)
      .join("."),
  "padded octal octets": (value) =>
    octetsOf(value)
      .map((octet) => `0000${octet.toString(8)}`)
      .join("."),
  "hexadecimal octets": (value) =>
    octetsOf(value)
      .map((octet) => `0x${octet.toString(16)}`)
      .join("."),
  "two parts": (value) => `${value >>> 24}.${value & 0xffffff}`,
  "three parts": (value) => `${value >>> 24}.${(value >>> 16) & 255}.${value & 0xffff}`,
  "mixed bases": (value) => `${value >>> 24}.0x${((value >>> 16) & 255).toString(16)}.0${(value & 0xffff).toString(8)}`,
  "trailing dot": (value) => `${dotted(value)}.`,
  "full-width digits": (value) => dotted(value).replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  "full-width stops": (value) => dotted(value).replaceAll(".", "。"),
  "circled digits": (value) => dotted(value).replaceAll(/[1-9]/g, (digit) => String.fromCodePoint(0x2460 + Number(digit) - 1)),
  "percent-encoded": (value) => dotted(value).replaceAll(/\d/g, (digit) => `%3${digit}`),
  mapped: (value) => `[::ffff:${dotted(value)}]`,
  "mapped in hexadecimal": (value) => `[::ffff:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}]`,
  compatible: (value) => `[::${dotted(value)}]`,
  nat64: (value) => `[64:ff9b::${dotted(value)}]`,
  "local nat64": (value) => `[64:ff9b:1::${dotted(value)}]`,
  "6to4": (value) => `[2002:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}::1]`,
  teredo: (value) => `[2001:0:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}::1]`,
  "stateless translation": (value) => `[::ffff:0:${dotted(value)}]`,
};

describe("IPv4", () => {
  test.each(Object.keys(spellings))("every private address is refused in its spelling: %s", (name) => {
    const spell = spellings[name];
    if (spell === undefined) throw new Error(name);
    fc.assert(
      fc.property(forbiddenAddress, (value) => {
        expect(checkUrl(`https://${spell(value)}/hook`, lenient)).toEqual({
          ok: false,
          reason: "The URL's address is private or reserved; WEBSTER_ALLOWED_NETWORKS on the server allows it",
          plainReason: "The URL's address is private or reserved: enter one that can be reached from the Internet",
        });
      }),
      { numRuns: 60 },
    );
  });

  test("the edges of each range are refused, and so are all inside", () => {
    for (const [from, to] of forbiddenV4) {
      expect(checkAddress(from, [])).toBe("forbidden");
      expect(checkAddress(to, [])).toBe("forbidden");
    }
    fc.assert(fc.property(forbiddenAddress, (value) => checkAddress(dotted(value), []) === "forbidden"));
  });

  test("public addresses are allowed, and come back in their usual spelling", () => {
    const readable = ["dotted", "decimal", "hexadecimal", "octal octets", "two parts", "trailing dot", "full-width digits"];
    fc.assert(
      fc.property(publicAddress, fc.constantFrom(...readable), (value, name) => {
        expect(checkAddress(dotted(value), [])).toBe("allowed");
        const url = `https://${spellings[name]?.(value)}`;
        expect(checkUrl(url, strict)).toEqual({ ok: true, url: `https://${dotted(value)}/`, literal: dotted(value) });
      }),
    );
  });

  test("just outside the ranges is public", () => {
    for (const ip of [
      "9.255.255.255",
      "11.0.0.0",
      "100.63.255.255",
      "100.128.0.0",
      "128.0.0.0",
      "172.15.255.255",
      "172.32.0.0",
      "223.255.255.255",
      "168.63.129.17",
    ])
      expect(checkAddress(ip, [])).toBe("allowed");
  });
});

describe("IPv6", () => {
  test.each([
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "1fff:ffff::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ])("%s is forbidden", (ip) => {
    expect(checkAddress(ip, [])).toBe("forbidden");
    expect(checkUrl(`https://[${ip}]/`, lenient).ok).toBe(false);
  });

  test.each(["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2001:4860:4860::8888", "2400:cb00::1"])("%s is allowed", (ip) => {
    expect(checkAddress(ip, [])).toBe("allowed");
    expect(checkUrl(`https://[${ip}]/`, strict)).toEqual({ ok: true, url: `https://[${ip}]/`, literal: ip });
  });

  test("a zone makes no difference", () => {
    expect(checkAddress("fe80::1%eth0", loopback)).toBe("forbidden");
  });

  test("nothing outside 2000::/3 is ever allowed", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(
        group.filter((g) => g >> 13 !== 1),
        fc.array(group, { minLength: 7, maxLength: 7 }),
        (head, rest) => {
          expect(checkAddress([head, ...rest].map((g) => g.toString(16)).join(":"), [])).toBe("forbidden");
        },
      ),
    );
  });
});

describe("allowed networks", () => {
  test("are exempt, in both notations", () => {
    const networks = parseNetworks(["10.1.0.0/16", "fd00::/8"]);
    for (const ip of ["10.1.2.3", "::ffff:10.1.2.3", "::ffff:a01:203", "fd12::1"]) expect(checkAddress(ip, networks)).toBe("allowed");
    for (const ip of ["10.2.0.1", "::ffff:10.2.0.1", "127.0.0.1", "fc00::1", "64:ff9b::10.1.2.3", "::10.1.2.3"])
      expect(checkAddress(ip, networks)).toBe("forbidden");
  });

  test("may be written as mapped addresses", () => {
    const networks = parseNetworks(["::ffff:10.0.0.0/104"]);
    expect(checkAddress("10.200.0.1", networks)).toBe("allowed");
    expect(checkAddress("11.0.0.1", networks)).toBe("allowed");
    expect(checkAddress("192.168.0.1", networks)).toBe("forbidden");
  });

  test("of all IPv4 say nothing about IPv6", () => {
    expect(checkAddress("::1", parseNetworks(["0.0.0.0/0"]))).toBe("forbidden");
    expect(checkAddress("192.168.0.1", parseNetworks(["0.0.0.0/0"]))).toBe("allowed");
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "example.com/8", ""])("%j is no network", (cidr) => {
    expect(() => parseNetworks([cidr])).toThrow(/address/);
  });
});

test.each(["", "example.com", "999.1.1.1", "1.2.3.4.5", ":::1", "127.0.0.1:80", "[::1]"])("%j is no address, and so forbidden", (text) => {
  expect(checkAddress(text, parseNetworks(["0.0.0.0/0", "::/0"]))).toBe("forbidden");
});

describe("checkUrl", () => {
  test.each([
    ["https://Example.COM", "https://example.com/"],
    ["https://example.com:443/a/../b?x=1#fragment", "https://example.com/b?x=1"],
    ["HTTPS://example.com/hook", "https://example.com/hook"],
    ["  https://example.com/hook ", "https://example.com/hook"],
    ["https://bücher.example/", "https://xn--bcher-kva.example/"],
    ["https://example.com:8443/hook", "https://example.com:8443/hook"],
    ["https://example.com./hook", "https://example.com./hook"],
    ["https://play.svix.com/in/e_x/?a=%20b", "https://play.svix.com/in/e_x/?a=%20b"],
    ["https://api_internal.example.com/", "https://api_internal.example.com/"],
  ])("%s becomes %s", (text, url) => {
    expect(checkUrl(text, strict)).toEqual({ ok: true, url, literal: null });
  });

  test("however often it is asked, it says the same of letters beyond ASCII", () => {
    // As many that a hot function has been compiled in the meantime.
    let passed = 0;
    while (passed < 30_000 && checkUrl("https://bücher.example/", strict).ok) passed++;
    expect(passed).toBe(30_000);
  });

  test.each([
    "",
    "example.com",
    "//example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "gopher://example.com",
    "data:text/plain,x",
    "https:example.com",
    "https://",
    "https://user@example.com",
    "https://user:pass@example.com",
    "https://:pass@example.com",
    "https://exa mple.com",
    "https://exam\tple.com",
    "https://example.com/\r\nX: 1",
    "https://[::1",
    "https://[fe80::1%25eth0]/",
    "https://example..com/",
    "https://example.com../",
    "https://./",
    `https://${"a".repeat(64)}.com/`,
    `https://${"a.".repeat(130)}com/`,
    `https://example.com/${"a".repeat(8192)}`,
    `https://example.com/${"ä".repeat(1500)}`,
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://256.256.256.256/",
    "https://1.2.3.4.5/",
    "http://example.com/",
  ])("%j is refused", (text) => {
    expect(checkUrl(text, strict).ok).toBe(false);
  });

  test.each(["localhost", "LOCALHOST", "localhost.", "foo.localhost", "foo.localhost.", "ｌｏｃａｌｈｏｓｔ"])("%s is loopback", (host) => {
    expect(checkUrl(`https://${host}/`, lenient)).toEqual({
      ok: false,
      reason: "The URL's address is private or reserved; WEBSTER_ALLOWED_NETWORKS on the server allows it",
      plainReason: "The URL's address is private or reserved: enter one that can be reached from the Internet",
    });
    expect(checkUrl(`http://${host}:5432/`, local).ok).toBe(true);
  });

  test.each(["169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200"])(
    "the metadata service at %s is refused, where loopback is allowed too",
    (host) => {
      expect(checkUrl(`https://${host}/`, local).ok).toBe(false);
    },
  );

  test("plain http is for allowed networks, unless https is not insisted on", () => {
    expect(checkUrl("http://127.0.0.1:3999/x", local)).toEqual({ ok: true, url: "http://127.0.0.1:3999/x", literal: "127.0.0.1" });
    expect(checkUrl("http://[::1]:3999/x", local)).toEqual({ ok: true, url: "http://[::1]:3999/x", literal: "::1" });
    expect(checkUrl("http://8.8.8.8/", local).ok).toBe(false);
    expect(checkUrl("http://example.com/", local).ok).toBe(false);
    expect(checkUrl("http://example.com/", lenient)).toEqual({ ok: true, url: "http://example.com/", literal: null });
    expect(checkUrl("http://127.0.0.1/", lenient).ok).toBe(false);
  });

  test.each([21, 22, 23, 25, 110, 143, 465, 587, 993, 995, 1433, 1521, 3306, 5432, 6379, 9200, 11_211, 27_017])(
    "port %i belongs to another service",
    (port) => {
      expect(checkUrl(`https://example.com:${port}/`, strict)).toEqual({
        ok: false,
        reason: `Port ${port} belongs to another service than HTTP`,
        plainReason: `Port ${port} belongs to another service than HTTP`,
      });
      expect(checkUrl(`https://8.8.8.8:${port}/`, strict).ok).toBe(false);
      expect(checkUrl(`https://127.0.0.1:${port}/`, local).ok).toBe(true);
    },
  );

  test.each([80, 443, 3000, 5000, 8000, 8080, 8443, 9000])("port %i is fine", (port) => {
    expect(checkUrl(`https://example.com:${port}/`, strict).ok).toBe(true);
  });

  test("what it returns passes again unchanged, whatever came in", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withFragments: true, withQueryParameters: true }),
          fc.string().map((text) => `https://${text}`),
        ),
        (text) => {
          const checked = checkUrl(text, lenient);
          expect(checked.ok ? checkUrl(checked.url, lenient) : checked).toEqual(checked);
        },
      ),
    );
  });
});
