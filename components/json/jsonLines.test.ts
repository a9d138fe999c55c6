import fc from "fast-check";
import { expect, it } from "vitest";
import { indentJson } from "../form/prettyJson.ts";
import { around, countOf, find, type JsonLines, linesOf, opens, pathOf, seenLines, textOf, valueOf } from "./jsonLines.ts";

const json = '{"id":8202522731445525542,"lines":[{"sku":"a}","n":1.0},[],{"a.b":{"c":null}}],"empty":{},"text":"{"}';
const lines = linesOf(json);
const textsOf = (all: JsonLines): string[] => all.starts.map((_, at) => textOf(all, at));
const texts = textsOf(lines);
const lineWith = (text: string): number => texts.findIndex((line) => line.includes(text));
const seen = (...folded: number[]): string[] => [...seenLines(lines, new Set(folded))].map((at) => texts[at]?.trim() ?? "");

it("folds what opens and closes, and nothing else", () => {
  expect(texts.filter((_, at) => opens(lines, at)).map((text) => text.trim())).toEqual(["{", '"lines": [', "{", "{", '"a.b": {']);
  expect(seen(lineWith('"lines"'))).toEqual(["{", '"id": 8202522731445525542,', '"lines": [', '"empty": {},', '"text": "{"', "}"]);
  expect(seen(0)).toEqual(["{"]);
  expect(seen()).toHaveLength(texts.length);
});

it.each([
  ['"id"', "$.id", "8202522731445525542"],
  ['"n"', "$.lines[0].n", "1.0"],
  ['"sku"', "$.lines[0].sku", '"a}"'],
  ["[],", "$.lines[1]", "[]"],
  ['"c"', '$.lines[2]["a.b"].c', "null"],
  ['"a.b"', '$.lines[2]["a.b"]', '{\n  "c": null\n}'],
  ['"text"', "$.text", '"{"'],
])("the line with %s has a path and a value", (text, path, value) => {
  const at = lineWith(text);
  expect(pathOf(lines, at)).toBe(path);
  expect(valueOf(lines, at)).toBe(value);
});

it("a line that closes is the place of the one that opens", () => {
  const last = countOf(lines) - 1;
  expect(pathOf(lines, last)).toBe("$");
  expect(JSON.parse(valueOf(lines, last))).toEqual(JSON.parse(json));
  expect(around(lines, lineWith('"c"')).map((at) => pathOf(lines, at))).toEqual(['$.lines[2]["a.b"]', "$.lines[2]", "$.lines", "$"]);
});

it("finds a text in any case, each place of it", () => {
  const found = find(lines, "A");
  expect(found.map(({ line }) => texts[line]?.trim())).toEqual(['"sku": "a}",', '"a.b": {']);
  expect(find(lines, "")).toEqual([]);
  expect(find(linesOf(JSON.stringify("aaaa".repeat(20_000))), "aa")).toHaveLength(10_000);
});

it("a place is that in the line as it is shown, and an indent is found by nobody", () => {
  for (const { line, from } of find(lines, "sku")) expect(texts[line]?.slice(from, from + 3)).toBe("sku");
  expect(find(lines, "sku")).toHaveLength(1);
  expect(find(lines, "  ")).toEqual([]);
});

it("the value of a line is laid out from the line on, however deep it stands", () => {
  const deep = linesOf(`${"[".repeat(100)}{"a":[1,",]"], "b" : "x" }${"]".repeat(100)}`);
  const at = (text: string) => textsOf(deep).findIndex((one) => one.includes(text));
  expect(valueOf(deep, 100)).toBe('{\n  "a": [\n    1,\n    ",]"\n  ],\n  "b": "x"\n}');
  expect(valueOf(deep, at('"a"'))).toBe('[\n  1,\n  ",]"\n]');
  expect(valueOf(deep, at('",]"'))).toBe('",]"');
  expect(valueOf(deep, at('"b"'))).toBe('"x"');
});

it("its lines are those of the JSON laid out, however it was written", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, 4, "\t", "\r\n "), (value, space) => {
      const written = JSON.stringify(value, null, space);
      expect(textsOf(linesOf(written)).join("\n")).toBe(indentJson(written));
    }),
    { numRuns: 200 },
  );
  for (const text of ['"\\\\"', '["\\"",{"\\\\":"\\\\\\""}]', " [ ] ", '{ "a" :\n{ } , "b":[ 1 , [ ] ] }', "-1.0e+5"])
    expect(textsOf(linesOf(text)).join("\n")).toBe(indentJson(text));
});

it("every value of any JSON is what stands at its path", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const all = linesOf(JSON.stringify(value));
      for (const at of all.starts.keys()) expect(() => JSON.parse(valueOf(all, at)) as unknown).not.toThrow();
      expect(JSON.parse(valueOf(all, 0))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(pathOf(all, 0)).toBe("$");
    }),
    { numRuns: 50 },
  );
});

it("text nested as deep as may be costs no more than its length", () => {
  const deep = linesOf(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  expect(seenLines(deep, new Set([40_000]))).toHaveLength(80_001);
  expect(around(deep, 49_999)).toHaveLength(49_999);
});
