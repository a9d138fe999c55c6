import { expect, test } from "vitest";
import { readBody } from "./body/body.ts";
import { parseFilter } from "./filter.ts";
import { subjectOf } from "./filterSubject.ts";
import { searchFor } from "./textSearch.ts";

const filterOf = (document: unknown) => {
  const parsed = parseFilter(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.filter;
};

const subjectWith = (payload: string) =>
  subjectOf({ eventType: "a", channels: [], tags: [], contentType: null }, readBody({ body: Buffer.from(payload), contentType: null }));

const listOf = (count: number, item: string): string => `{"items":[${Array.from({ length: count }, () => item).join(",")}]}`;
const any = (count: number, condition: (i: number) => object) => ({ or: Array.from({ length: count }, (_, i) => condition(i)) });

/** What fifty endpoints with the same filter would cost: the first that is let pass unjudged, and how many are. */
function asked(document: unknown, payload: string) {
  const [filter, subject] = [filterOf(document), subjectWith(payload)];
  const answers = Array.from({ length: 50 }, () => filter.matches(subject));
  return { first: answers.indexOf(true), beyond: subject.work.beyond, matched: answers.filter(Boolean).length };
}

const nines = "9".repeat(200_000);
const sixteenBytes = "abcdefghijklmnop";

test.each<[string, unknown, string]>([
  ["lists looked through", any(50, (i) => ({ path: "payload.items", contains: `no ${i}` })), listOf(100_000, "0")],
  ["each item", any(5, (i) => ({ path: "payload.items.*", equals: `no ${i}` })), listOf(100_000, "0")],
  ["names that no item has", any(5, (i) => ({ path: "payload.items.*.a.b.c", equals: i })), listOf(100_000, "{}")],
  ["texts searched", any(50, (i) => ({ path: "payload.t", contains: `no ${i} and more` })), `{"t":"${sixteenBytes.repeat(10_000)}"}`],
  ["long numbers", any(50, (i) => ({ path: "payload.n", equals: i })), `{"n":${nines}}`],
  ["one of many numbers", any(15, (i) => ({ path: "payload.n", in: Array.from({ length: 100 }, (_, n) => n + i) })), `{"n":${nines}}`],
])("%s: what all filters of a message ask is bounded together, and what is beyond is matched", (_, document, payload) => {
  const { first, beyond, matched } = asked(document, payload);
  expect(first).toBeGreaterThan(-1);
  expect(beyond).toBe(matched);
  expect(beyond).toBe(50 - first);
  expect(asked(document, payload)).toEqual({ first, beyond, matched });
});

test.each<[string, unknown, string]>([
  [
    "three things of a list of many thousands",
    any(3, (i) => ({ path: "payload.items.*.sku", equals: `${i}` })),
    listOf(10_000, '{"sku":"A"}'),
  ],
  ["many things of a small payload", any(50, (i) => ({ path: `payload.n${i}`, equals: i })), '{"a":1}'],
  [
    "a large JSON in a text, read once",
    any(50, (i) => ({ path: "payload.t.z", equals: i })),
    `{"t":${JSON.stringify(listOf(200_000, "1"))}}`,
  ],
  ["a text that is a large JSON", any(50, (i) => ({ path: "payload.z", equals: i })), JSON.stringify(listOf(200_000, "1"))],
])("%s is within it, at fifty endpoints", (_, document, payload) => {
  expect(asked(document, payload)).toEqual({ first: -1, beyond: 0, matched: 0 });
});

test("a filter that is decided before it comes to what is beyond keeps its answer", () => {
  const subject = subjectWith(listOf(100_000, "0"));
  asked(
    any(50, (i) => ({ path: "payload.items", contains: `no ${i}` })),
    listOf(100_000, "0"),
  );
  subject.work.left = 10;
  const dear = { path: "payload.items", contains: "no" };
  expect(filterOf({ and: [{ path: "eventType", equals: "b" }, dear] }).matches(subject)).toBe(false);
  expect(filterOf({ and: [dear, { path: "eventType", equals: "b" }] }).matches(subject)).toBe(true);
  expect(subject.work.beyond).toBe(1);
});

// Looked up by all their characters for each item, these took minutes.
test("long names in a path are no dearer than short ones", () => {
  const names = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(3_000));
  const subject = subjectWith(listOf(100_000, "{}"));
  expect(filterOf({ path: `payload.items.*.${names.join(".")}`, exists: true }).matches(subject)).toBe(false);
  expect(filterOf({ path: ["payload", "items", "*", names.join(".")], exists: true }).matches(subject)).toBe(false);
});

test("long names find what short ones find", () => {
  const [a, b] = ["a".repeat(100), "b".repeat(100)];
  for (const payload of [{ [a]: { [b]: 1 } }, { [`${a}.${b}`]: 1 }])
    expect(filterOf({ path: `payload.${a}.${b}`, equals: 1 }).matches(subjectWith(JSON.stringify(payload)))).toBe(true);
});

test("a text is found wherever the language's own search finds it", () => {
  const letters = "ab";
  let state = 1;
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  const made = (length: number): string => Array.from({ length }, () => letters[random(2)]).join("");
  for (let i = 0; i < 200; i++) {
    const [text, wanted] = [made(5_000) + "x" + made(1_000), made(9 + random(6))];
    const present = text.slice(random(5_000)).slice(0, 20);
    for (const one of [wanted, present, `${present}y`, wanted.repeat(3)]) expect(searchFor(one)(text)).toBe(text.includes(one));
  }
});

// The language's own search compares each of the text's characters with hundreds of this one's.
test("a text that repeats itself is searched in time that goes with its length", () => {
  const text = `${`b${"a".repeat(500)}d`.repeat(40)}${"a".repeat(900_000)}`;
  for (let i = 0; i < 100; i++) expect(searchFor(`b${"a".repeat(500)}c${"a".repeat(400 + i)}`)(text)).toBe(false);
});
