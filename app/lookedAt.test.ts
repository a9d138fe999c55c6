import { expect, test } from "vitest";
import { isLookedAt } from "./lookedAt.ts";

test.each([
  ["a program, or a browser that says nothing", {}],
  ["an address that is typed", { "sec-fetch-site": "none", "sec-fetch-dest": "document" }],
  ["a link in Webster", { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" }],
  ["a link in a mail that is read in a browser", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" }],
])("%s is a look at the page", (_who, headers: Record<string, string>) => {
  expect(isLookedAt(new Headers(headers))).toBe(true);
});

test.each([
  ["a browser that fetches ahead", { "sec-purpose": "prefetch", "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" }],
  ["one that draws ahead", { "sec-purpose": "prefetch;prerender", "sec-fetch-site": "none", "sec-fetch-dest": "document" }],
  ["an older one that fetches ahead", { purpose: "prefetch" }],
  ["Next.js, which fetches ahead", { "next-router-prefetch": "1", "sec-fetch-site": "same-origin" }],
  ["a picture of another site", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" }],
  ["a frame of another site", { "sec-fetch-site": "same-site", "sec-fetch-dest": "iframe" }],
  ["a script of another site", { "sec-fetch-site": "cross-site", "sec-fetch-dest": "empty" }],
])("%s is none", (_who, headers: Record<string, string>) => {
  expect(isLookedAt(new Headers(headers))).toBe(false);
});
