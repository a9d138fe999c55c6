import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementsOf, fieldOf } from "./jsonSlices.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const payloadOf = (text: string): string | undefined => fieldOf(bytes(text), "payload")?.toString();

describe("fieldOf", () => {
  test.each([
    ['{"payload":{"a":1.0}}', '{"a":1.0}'],
    ['{"payload":{"a":1},"payload":{"b":2}}', '{"b":2}'],
    ['{"pay\\u006coad":{"a":1}}', '{"a":1}'],
    ['{"x":{"payload":1},"payload":{"y":[{"payload":2}]}}', '{"y":[{"payload":2}]}'],
    [' \n{ "payload" \t: \r\n {"a": "}\\"{" } , "z":1 } ', '{"a": "}\\"{" }'],
    ['{"a":"\\\\","payload":{"big":12345678901234567890,"big":1}}', '{"big":12345678901234567890,"big":1}'],
    ['{"payload":-1.5e3}', "-1.5e3"],
    ['{"payload":null }', "null"],
    ['{"ü":"ü\\ud800","payload":{"ü":"€"}}', '{"ü":"€"}'],
    ['{"payload ":1}', undefined],
    ["{}", undefined],
    ["[]", undefined],
  ])("%s", (text, expected) => {
    JSON.parse(text);
    expect(payloadOf(text)).toBe(expected);
  });

  test("nesting costs no stack", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(payloadOf(`{"payload":${deep}}`)).toBe(deep);
  });

  test("what it finds is what JSON.parse finds, whatever stands around it", () => {
    const space = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
    const key = fc.oneof(
      fc.constant('"payload"'),
      fc.constant('"p\\u0061yload"'),
      fc.json({ maxDepth: 0 }).filter((text) => text.startsWith('"')),
    );
    const field = fc
      .tuple(space, key, space, space, fc.json({ maxDepth: 3 }), space)
      .map(([a, k, b, c, v, d]) => `${a}${k}${b}:${c}${v}${d}`);
    fc.assert(
      fc.property(space, fc.array(field, { maxLength: 6 }), space, (before, fields, behind) => {
        const text = `${before}{${fields.join(",")}}${behind}`;
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const found = payloadOf(text);
        const expected: unknown = Object.hasOwn(parsed, "payload") ? parsed["payload"] : undefined;
        expect(found === undefined ? undefined : JSON.parse(found)).toStrictEqual(expected);
        expect(found).toBe(found?.trim());
        expect(text).toContain(found ?? "");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("elementsOf", () => {
  test("gives each element as it stands", () => {
    expect(elementsOf(bytes(' [ {"a":1} , 2.0,"x,]" ,[[]] ] ')).map(String)).toEqual(['{"a":1}', "2.0", '"x,]"', "[[]]"]);
    expect(elementsOf(bytes("[]"))).toEqual([]);
    expect(elementsOf(bytes("{}"))).toEqual([]);
  });

  test("agrees with JSON.parse", () => {
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 3 })), fc.constantFrom("", " ", "\n\t"), (elements, space) => {
        const text = `[${space}${elements.map((element) => element + space).join(`,${space}`)}]`;
        expect(elementsOf(bytes(text)).map(String)).toEqual(elements);
      }),
    );
  });
});
