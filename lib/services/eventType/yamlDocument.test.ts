import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { parseYaml } from "./yamlDocument.ts";

const read = (text: string): Promise<unknown> => parseYaml(text, "somebody");

test("YAML and JSON, with exact numbers", async () => {
  expect(await read("a: [1, x]\nb: {c: 2026-11-30}")).toEqual({ a: [1, "x"], b: { c: "2026-11-30" } });
  expect(String(((await read('{"id":8202522731445525542}')) as { id: unknown }).id)).toBe("8202522731445525542");
});

test.each([
  ["a: [", /Neither JSON nor YAML: .* at line 1, column \d+$/],
  ["a: 1\nb: 2\na: 3", /a is given twice/],
  ['{"a":1,"b":{"c":1,"c":2}}', /c is given twice/],
  [`a: &a [x]\n${Array.from({ length: 300 }, (_, i) => `b${i}: *a`).join("\n")}`, /alias/],
  ["[".repeat(20_000), /Neither JSON nor YAML/],
  [`${"[".repeat(20_000)}${"]".repeat(20_000)}`, /./],
])("%#: what can't be read says why", async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});

test("many names in one place take no longer than as many in several", async () => {
  const text = Array.from({ length: 50_000 }, (_, i) => `k${i}: v`).join("\n");
  expect(Object.keys((await read(text)) as object)).toHaveLength(50_000);
});

test("a few aliases are read, and text that looks like some is none", async () => {
  const few = `a: &a [x]\n${Array.from({ length: 50 }, (_, i) => `b${i}: *a`).join("\n")}`;
  expect(Object.keys((await read(few)) as object)).toHaveLength(51);
  const list = `a: |\n${"  * one of many\n".repeat(300)}`;
  expect(((await read(list)) as { a: string }).a).toHaveLength(300 * "* one of many\n".length);
});

test("others are answered while a long document is read", async () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `k${i}: v`).join("\n");
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const started = performance.now();
  const reading = read(text);
  delay.enable();
  await reading;
  delay.disable();
  expect(delay.max / 1e6).toBeLessThan((performance.now() - started) / 2);
});

test("documents of one tenant are read one after the other; beyond a few it is told to wait, and others are read meanwhile", async () => {
  const text = Array.from({ length: 2_000 }, (_, i) => `k${i}: v`).join("\n");
  const flood = Promise.allSettled(Array.from({ length: 10 }, () => parseYaml(text, "flooding")));
  const order: string[] = [];
  void flood.then(() => order.push("flood"));
  await parseYaml("a: 1", "another").then(() => order.push("other"));
  const ends = await flood;
  expect(order).toEqual(["other", "flood"]);
  const refused = ends.filter((end) => end.status === "rejected").map(({ reason }) => (reason as { code: string }).code);
  expect(refused).toEqual(Array.from({ length: 4 }, () => "unavailable"));
});
