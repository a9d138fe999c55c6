import { expect, test } from "vitest";
import { lookOf, styleOf } from "./look.ts";

test("a link's look is what is understood of it, and nothing that could be more than a word or a colour", () => {
  expect(lookOf("key=x&title=Acme&accent=3B82F6")).toEqual({ title: "Acme", accent: "3b82f6" });
  expect(lookOf("accent=%233b82f6")).toEqual({ title: null, accent: "3b82f6" });
  for (const accent of ["red", "fff", "3b82f6;}body{display:none", "url(x)"])
    expect(lookOf(new URLSearchParams({ accent }).toString()).accent).toBe(null);
  expect(lookOf(new URLSearchParams({ title: `a\n${"b".repeat(99)}` }).toString()).title).toBe(`a ${"b".repeat(38)}`);
});

test("the text on a button is the one that can be read there", () => {
  expect(styleOf("ffff00")).toContain("--on-solid:#000000");
  expect(styleOf("1e3a8a")).toContain("--on-solid:#ffffff");
});
