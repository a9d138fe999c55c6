import fc from "fast-check";
import { expect, test } from "vitest";
import { checkHeaders } from "./headers.ts";

test("ordinary headers pass", () => {
  const headers = {
    "X-Tenant": "42",
    Authorization: "Bearer abc==",
    "x-api-key": "ümläut",
    "X-Empty": "",
    "X-Tab": "a\tb",
    Cookie: "a=b",
    "Content-Type": "application/cloudevents+json",
  };
  expect(checkHeaders(headers)).toEqual([]);
});

test.each([
  "Host",
  "content-length",
  "Transfer-Encoding",
  "connection",
  "Keep-Alive",
  "proxy-connection",
  "TE",
  "trailer",
  "Upgrade",
  "expect",
  "User-Agent",
  "accept-encoding",
  "webhook-id",
  "Webhook-Signature",
  "webhook-anything",
  "svix-id",
  "X-Svix-Foo",
  "x-amz-date",
  "X-Amzn-Trace-Id",
  "x-google-abuse",
  "x-googleapis",
  "X-Goog-Api-Key",
  "x-gfe-ssl",
  "X-Azure-FDID",
  "x-fd-healthprobe",
])("%s is Webster's own", (name) => {
  expect(checkHeaders({ [name]: "1", "x-fine": "1" })).toEqual([{ name, reason: "is set by Webster and cannot be changed" }]);
});

test.each(["", "a b", "a:b", "x-invalid???", "a\r\nb", "ä", "a\u0000", "(x)", "x[0]"])("%j is no name", (name) => {
  expect(checkHeaders({ [name]: "1" })).toHaveLength(1);
});

test.each(["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u0000b", "\u007f", "\u001b[31m", "€", "日本", "a".repeat(4097)])(
  "%j is no value",
  (value) => {
    expect(checkHeaders({ "x-fine": "1", "x-bad": value }).map((fault) => fault.name)).toEqual(["x-bad"]);
  },
);

test("a value of 4,096 characters passes", () => {
  expect(checkHeaders({ "x-long": "a".repeat(4096) })).toEqual([]);
});

test("the same name in another case is refused", () => {
  expect(checkHeaders({ "X-One": "1", "x-one": "2" })).toEqual([{ name: "x-one", reason: "is given twice, in different case" }]);
});

test("no more than 50 headers", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, "1"]));
  expect(checkHeaders(many(50))).toEqual([]);
  expect(checkHeaders(many(51))).toHaveLength(1);
});

test("an accepted header is one that the platform sends", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, value) => {
      const header = { [`x-${name}`]: value };
      expect(() => checkHeaders(header).length > 0 || new Headers(header)).not.toThrow();
    }),
  );
});
