import { expect, test } from "vitest";
import { parseYaml } from "./yamlDocument.ts";

test("YAML and JSON, with exact numbers", async () => {
  expect(await parseYaml("a: [1, x]\nb: {c: 2026-11-30}")).toEqual({ a: [1, "x"], b: { c: "2026-11-30" } });
  expect(String(((await parseYaml('{"id":8202522731445525542}')) as { id: unknown }).id)).toBe("8202522731445525542");
});

test.each([
  ["a: [", /Neither JSON nor YAML/],
  ["a: 1\nb: 2\na: 3", /a is given twice/],
  ['{"a":1,"b":{"c":1,"c":2}}', /c is given twice/],
  [`a: &a [x]\n${Array.from({ length: 300 }, (_, i) => `b${i}: *a`).join("\n")}`, /alias/],
  ["[".repeat(20_000), /Neither JSON nor YAML/],
  [`${"[".repeat(20_000)}${"]".repeat(20_000)}`, /./],
])("%#: what can't be read says why", async (text, message) => {
  await expect(parseYaml(text)).rejects.toThrow(message);
});

test("many names in one place take no longer than as many in several", async () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `k${i}: v`).join("\n");
  expect(Object.keys((await parseYaml(text)) as object)).toHaveLength(100_000);
});
