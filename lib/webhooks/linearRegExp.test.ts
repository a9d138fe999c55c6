import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatternError, linearRegExp } from "./linearRegExp.ts";

const piece = fc.constantFrom(
  "a",
  "b",
  ".",
  "\\d",
  "\\w",
  "\\s",
  "\\W",
  "[ab]",
  "[^a]",
  "[a-c\\d]",
  "[\\]]",
  "\\.",
  "\\b",
  "\\B",
  "^",
  "$",
  "é",
  "\\u00e9",
  "\\x61",
  "\\p{L}",
  "😀",
  "\\u{1F600}",
  "\\ud83d\\ude00",
  "[😀-😂]",
);
const pattern: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => {
  const quantified = fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: piece },
        tie("pattern").map((inner) => `(?:${inner})`),
        tie("pattern").map((inner) => `(${inner})`),
      ),
      fc.constantFrom("", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "+?", "*?"),
    )
    .map(([atom, quantifier]) => atom + (/^(\\b|\\B|\^|\$)$/i.test(atom) ? "" : quantifier));
  const sequence = fc.array(quantified, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
  return {
    pattern: fc.oneof(
      { maxDepth: 2 },
      sequence,
      fc.tuple(sequence, sequence).map(([a, b]) => `${a}|${b}`),
    ),
  };
}).pattern;
const text = fc
  .array(fc.constantFrom("a", "b", "c", "1", " ", ".", "]", "é", "😀", "_", "\n"), { maxLength: 8 })
  .map((parts) => parts.join(""));

function isTooLarge(source: string): boolean {
  try {
    linearRegExp(source);
    return false;
  } catch (error) {
    return (error as Error).message.startsWith("It is too large");
  }
}

/** From each whole character on: V8, looking for `\\B` by itself, looks inside of surrogate pairs too, against the language's rules. */
function isFoundBySticky(source: string, subject: string): boolean {
  const expression = new RegExp(source, "uy");
  let at = 0;
  for (const character of [...Array.from(subject), ""]) {
    expression.lastIndex = at;
    if (expression.test(subject)) return true;
    at += character.length;
  }
  return false;
}

describe("it finds what JavaScript's own engine finds", () => {
  test("in any pattern and text", () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        fc.pre(!isTooLarge(source));
        expect([source, subject, linearRegExp(source).test(subject)]).toEqual([source, subject, isFoundBySticky(source, subject)]);
      }),
      { numRuns: 1500, examples: [["a|\\B", "1😀1"]] },
    );
  });

  test.each([
    ["^[\\w.-]+@[\\w.-]+\\.[a-z]{2,}$", ["a@example.com", "a@b", "@", "a@b.c", "x y@a.bc"]],
    ["^in_[0-9A-Za-z]{8,14}$", ["in_12345678", "in_1234567", "in_123456789012345"]],
    ["^\\+?[1-9]\\d{1,14}$", ["+4930123", "0123", "+"]],
    ["[\\w-\\.]", ["-", "é"]],
    ["a{,2}", ["a{,2}", "aa"]],
    ["", ["", "x"]],
  ])("%s", (source, subjects) => {
    const native = new RegExp(source, source === "[\\w-\\.]" || source === "a{,2}" ? "" : "u");
    for (const subject of subjects) expect([subject, linearRegExp(source).test(subject)]).toEqual([subject, native.test(subject)]);
  });
});

test.each(["(((a+)+)+)+$", "(a|a)*$", "^(\\w+\\s?)*$", "(.*)*x", "\\s*\\s*\\s*\\s*$"])("%s takes linear time", (source) => {
  const stepsFor = (length: number): number => {
    let steps = 0;
    linearRegExp(source).test(`${"a".repeat(length)}!`, (made) => (steps += made));
    return steps;
  };
  expect(stepsFor(4000) / stepsFor(1000)).toBeLessThan(4.2);
});

test.each(["(a)\\1", "(?=a)b", "(?<!a)b", "(?<x>a)\\k<x>", "(", "a{501}", "(a{400}){400}"])("%s is refused", (source) => {
  expect(() => linearRegExp(source)).toThrow(PatternError);
});

test.each(["(((((){500}){500}){500}){500}){500}", "(((((x{0}){500}){500}){500}){500}){500}"])(
  "%s: what is empty is not repeated",
  (source) => {
    expect(linearRegExp(source).test("a")).toBe(true);
  },
);
