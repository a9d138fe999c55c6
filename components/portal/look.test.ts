import { expect, test } from "vitest";
import { lookOf, styleOf } from "./look.ts";

test("a link's look is what is understood of it, and nothing that could be more than a word or a colour", () => {
  expect(lookOf("key=x&title=Acme&accent=3B82F6")).toEqual({ title: "Acme", accent: "3b82f6", theme: null, font: null });
  expect(lookOf("accent=%233b82f6")).toMatchObject({ title: null, accent: "3b82f6" });
  for (const accent of ["red", "fff", "3b82f6;}body{display:none", "url(x)"])
    expect(lookOf(new URLSearchParams({ accent }).toString()).accent).toBe(null);
  expect(lookOf(new URLSearchParams({ title: `a\n${"b".repeat(99)}` }).toString()).title).toBe(`a ${"b".repeat(38)}`);
});

test("what Svix's React component appends is understood too", () => {
  expect(lookOf("?darkMode=true&fontFamily=Open+Sans&primaryColor=%2328BB93")).toEqual({
    title: null,
    accent: "28bb93",
    theme: "dark",
    font: "Open Sans",
  });
  expect(["auto", "false", "", "x"].map((darkMode) => lookOf(`darkMode=${darkMode}`).theme)).toEqual([null, "light", null, null]);
  for (const fontFamily of ['a"b', "a;b", "a}b", "url(x)", "a,b", "x".repeat(41), " "])
    expect(lookOf(new URLSearchParams({ fontFamily }).toString()).font).toBe(null);
});

test("a look is what it was once it has been kept", () => {
  const look = { title: "Acme", accent: "28bb93", theme: "light", font: "Open Sans" } as const;
  expect(lookOf(new URLSearchParams(look).toString())).toEqual(look);
});

const plain = { title: null, accent: null, theme: null, font: null };

test("the text on a button is the one that can be read there", () => {
  expect(styleOf({ ...plain, accent: "ffff00" })).toContain("--on-solid:#000000");
  expect(styleOf({ ...plain, accent: "1e3a8a" })).toContain("--on-solid:#ffffff");
});

test("a style says what is wanted and nothing else", () => {
  expect(styleOf(plain)).toBe("");
  expect(styleOf({ ...plain, font: "Open Sans" })).toBe('html:root:root{--font-geist-sans:"Open Sans"}');
});
