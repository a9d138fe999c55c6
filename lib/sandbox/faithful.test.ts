/** Values that the code leaves alone keep their tokens and places. The expected texts are written as texts, by no parser. */
import * as fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { testEnv } from "../testing/settings.ts";
import { messageBody } from "../webhooks/messageBody.ts";
import { closeSandbox } from "./sandbox.ts";
import { transform } from "./transform.ts";

beforeEach(() => setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", {})));
afterAll(() => closeSandbox());

const subject = {
  whose: { tenant: "app_1", owner: "ep_1" },
  url: "http://127.0.0.1:1/hook",
  headers: {},
  eventType: "invoice.paid",
  contentType: null,
};

/** What is sent after `body`, in which the payload is `p`. */
async function sent(payload: string, body: string): Promise<string> {
  const code = `function handler(webhook) { let p = webhook.payload; ${body}; webhook.payload = p; return webhook }`;
  const made = await transform(
    { code, variables: {} },
    { ...subject, payload: Buffer.from(payload), body: messageBody({ payload: Buffer.from(payload), contentType: null }, 1_000_000) },
  );
  return made.kind === "ready" ? made.payload.toString() : JSON.stringify(made);
}

describe("left alone", () => {
  test.each([
    ["a number of 19 digits", '{"orderId":8202522731445525542}', '{"orderId":8202522731445525542,"x":1}'],
    ["a number beyond doubles", '{"n":1e400,"m":-1e400}', '{"n":1e400,"m":-1e400,"x":1}'],
    ["zeros and spellings", '{"a":100.00,"b":1.0,"c":-0,"d":1E2,"e":0.10}', '{"a":100.00,"b":1.0,"c":-0,"d":1E2,"e":0.10,"x":1}'],
    ["a long decimal", '{"n":0.1234567890123456789}', '{"n":0.1234567890123456789,"x":1}'],
    ["names that look like positions", '{"b":1,"2":2,"1":3,"c":4}', '{"b":1,"2":2,"1":3,"c":4,"x":1}'],
    ["names given twice", '{"a":1.0,"b":2,"a":{"c":[1.0]}}', '{"a":1.0,"b":2,"a":{"c":[1.0]},"x":1}'],
    ["positions given twice", '{"7":1.0,"b":2,"7":3}', '{"7":1.0,"b":2,"7":3,"x":1}'],
    ["escapes", String.raw`{"\u0061\/":"\u00e4\/","s":"\ud800"}`, String.raw`{"\u0061\/":"\u00e4\/","s":"\ud800","x":1}`],
    ["__proto__", '{"__proto__":{"a":1.0},"b":2}', '{"__proto__":{"a":1.0},"b":2,"x":1}'],
    ["what white space surrounds", '{ "a" : [ 1.0 , { "b" : "c  d" } ] }', '{"a":[1.0,{"b":"c  d"}],"x":1}'],
  ])("%s", async (_name, payload, expected) => {
    expect(await sent(payload, "p.x = 1")).toBe(expected);
    expect(await sent(payload, "")).toBe(payload);
  });
});

describe("changed", () => {
  test.each([
    ["arithmetic is arithmetic", '{"n":1.0,"m":2.50}', "p.n += 1", '{"n":2,"m":2.50}'],
    ["null in place of a number beyond doubles", '{"n":1e400}', "p.n = null", '{"n":null}'],
    ["infinity of the code's own is null, as in JSON.stringify", '{"n":1.0}', "p.m = 1 / 0", '{"n":1.0,"m":null}'],
    ["a name given twice is said once", '{"a":1.0,"b":2.0,"a":3}', "p.a = 4", '{"a":4,"b":2.0}'],
    ["what is in one of them too", '{"a":1,"b":2.0,"a":{"c":1.0}}', "p.a.d = 5", '{"a":{"c":1.0,"d":5},"b":2.0}'],
    ["removed", '{"b":1.0,"2":2,"1":3,"b":4}', "delete p.b; delete p[1]", '{"2":2}'],
    ["added positions come last", '{"b":1.0}', "p[3] = p[2] = 0", '{"b":1.0,"2":0,"3":0}'],
    ["a position's value stays at its place", '{"b":1.0,"2":2,"1":3}', "p[2] = 9", '{"b":1.0,"2":9,"1":3}'],
    ["the code's own order of words", '{"b":1.0,"a":2.0,"7":1}', "p = { x: 1, a: p.a, b: p.b, 7: 1 }", '{"x":1,"a":2.0,"7":1,"b":1.0}'],
  ])("%s", async (_name, payload, body, expected) => {
    expect(await sent(payload, body)).toBe(expected);
  });
});

describe("moved", () => {
  const order = '{"id":8202522731445525542,"lines":[{"id":8202522731445525543,"n":1.0,"7":0,"1":0},{"id":8202522731445525999,"n":2.0}]}';
  test.each([
    ["wrapped", "p = { data: p }", `{"data":${order}}`],
    [
      "wrapped with what else there is",
      "p = { lines: [p.lines[1], p.lines[0]] }",
      '{"lines":[{"id":8202522731445525999,"n":2.0},{"id":8202522731445525543,"n":1.0,"7":0,"1":0}]}',
    ],
    [
      "filtered",
      "p.lines = p.lines.filter((line) => line.n > 1)",
      '{"id":8202522731445525542,"lines":[{"id":8202522731445525999,"n":2.0}]}',
    ],
    ["copied", "p = JSON.parse(JSON.stringify(p)); p.x = 1", order.replace(/}$/, ',"x":1}')],
    ["spread", "p = { ...p, lines: p.lines.map((line) => ({ ...line })) }", order],
    ["through a proxy", "p = new Proxy(p, {}); p.x = 1", order.replace(/}$/, ',"x":1}')],
    [
      "boxed beside it",
      "p.lines[0].n = new Number(3); p.lines.reverse()",
      '{"id":8202522731445525542,"lines":[{"id":8202522731445525999,"n":2.0},{"id":8202522731445525543,"n":3,"7":0,"1":0}]}',
    ],
  ])("%s", async (_name, body, expected) => {
    expect(await sent(order, body)).toBe(expected);
  });

  test("a number alone, if it can be only one", async () => {
    expect(await sent('{"o":{"id":8202522731445525542}}', "p = { id: p.o.id, 1: [p.o.id] }")).toBe(
      '{"id":8202522731445525542,"1":[8202522731445525542]}',
    );
    // Both are the same double: nobody knows which.
    const two = '{"a":8202522731445525542,"b":8202522731445525543}';
    expect(await sent(two, "p.c = p.a")).toBe(two.replace("}", ',"c":8202522731445526000}'));
    const exact = '{"a":8202522731445525542,"b":8202522731445526000}';
    expect(await sent(exact, "p.c = p.a")).toBe(exact.replace("}", ',"c":8202522731445526000}'));
    expect(await sent('{"o":{"n":1e400}}', "p = [p.o.n]")).toBe("[1e400]");
  });

  test("in a list that others have left or joined", async () => {
    const list = '{"l":[8202522731445525542,8202522731445525543,1.0,"\\/"]}';
    expect(await sent(list, "p.l.push(2)")).toBe(list.replace("]", ",2]"));
    expect(await sent(list, "p.l.pop()")).toBe('{"l":[8202522731445525542,8202522731445525543,1.0]}');
    // One of two that are the same double is gone: it is not guessed which.
    expect(await sent(list, "p.l.shift()")).toBe('{"l":[8202522731445526000,1.0,"\\/"]}');
  });
});

describe("as JSON.stringify does", () => {
  test.each([
    ["toJSON", "p.d = new Date(0); p.t = { toJSON: (name) => name }", '"d":"1970-01-01T00:00:00.000Z","t":"t"'],
    ["what has no JSON", "p.f = () => 1; p.u = undefined; p.l = [undefined, Symbol('s'), NaN]", '"l":[null,null,null]'],
    ["getters", "Object.defineProperty(p, 'g', { enumerable: true, get() { return this.n + 1 } })", '"g":2'],
    ["what is not enumerable", "Object.defineProperty(p, 'h', { value: 1 }); p.i = 1", '"i":1'],
    ["maps and classes", "p.m = new Map([[1, 2]]); p.c = new (class { a = 1; #b = 2 })()", '"m":{},"c":{"a":1}'],
  ])("%s", async (_name, body, expected) => {
    expect(await sent('{"n":1.0}', body)).toBe(`{"n":1.0,${expected}}`);
  });
});

describe("code that tries to trick it changes its own output alone", () => {
  test.each([
    ["Map replaced", "Map.prototype.get = Map.prototype.set = () => 0; Array.prototype.includes = () => true; p.x = 1"],
    [
      "methods of lists replaced",
      "for (const name of ['push', 'pop', 'join', 'includes']) Array.prototype[name] = () => { throw 1 }; p.x = 1",
    ],
    ["numbers on the prototypes", "Number.prototype.toJSON = undefined; Object.prototype.get = () => 1; p.x = 1"],
    ["functions replaced", "Object.keys = JSON.stringify = Reflect.apply = Array.isArray = () => { throw 1 }; p.x = 1"],
    ["a tag that lies", "p.x = 1; p.l[0][Symbol.toStringTag] = 'Number'"],
  ])("%s", async (_name, body) => {
    const payload = '{"a":1.0,"l":[{"id":8202522731445525542}]}';
    expect(await sent(payload, body)).toBe(payload.replace(/}$/, ',"x":1}'));
  });

  test("what is there again and again is no longer than it may be", async () => {
    const long = `{"n":1.${"0".repeat(10_000)},"l":[]}`;
    expect(await sent(long, "p = { l: Array(5000).fill(p) }")).toMatch(/larger than 1048576 bytes/);
    const repeated = `{"o":{${Array.from({ length: 5_000 }, () => '"a":1.0').join(",")}}}`;
    expect(await sent(repeated, "p = { l: Array(1000).fill(p.o) }")).toMatch(/larger than 1048576 bytes/);
    const emptied = `{"l":[${Array.from({ length: 20_000 }, () => "1.0").join(",")}]}`;
    expect(await sent(emptied, "p.l.length = 1; p.all = Array(5000).fill(p.l)")).toMatch(/^{"l":\[1\.0],"all":\[\[1\.0],/);
  });

  test("what it asks for again and again costs once", async () => {
    const long = `{"o":{"t":"${String.raw`\u0041`.repeat(30_000)}"}}`;
    expect(await sent(long, "p.o.t = 'B'; p.all = Array(20000).fill(p.o)")).toMatch(/^{"o":{"t":"B"},"all":\[{"t":"B"},/);
    const spaced = `{"o":{"n":1.0,${" ".repeat(200_000)}"m":2}}`;
    expect(await sent(spaced, "p.all = Array(20000).fill(p.o)")).toMatch(/^{"o":{"n":1\.0,"m":2},"all":\[{"n":1\.0,"m":2},/);
  });

  test("a mark of its own", async () => {
    const payload = '{"n":1e400,"a":1.0}';
    expect(await sent(payload, "p.x = '+' + '0'.repeat(32)")).toBe(`{"n":1e400,"a":1.0,"x":"+${"0".repeat(32)}"}`);
  });

  test("nested deeply", async () => {
    const deep = `${'{"a":['.repeat(1_500)}1.0${"]}".repeat(1_500)}`;
    expect(await sent(deep, "p.x = 1")).toBe(deep.replace(/}$/, ',"x":1}'));
  });
});

type Value = string | Value[] | { key: string; value: Value }[];

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...Array.from("0123456789")), minLength: 1, maxLength: most });
const whole = fc.oneof(
  fc.constant("0"),
  fc.tuple(fc.constantFrom(...Array.from("123456789")), fc.option(digits(25), { nil: "" })).map((all) => all.join("")),
);
const number = fc
  .tuple(
    fc.constantFrom("", "-"),
    whole,
    fc.option(
      digits(25).map((all) => `.${all}`),
      { nil: "" },
    ),
    fc.option(
      fc.tuple(fc.constantFrom("e", "E", "e+", "e-"), digits(4)).map((all) => all.join("")),
      { nil: "" },
    ),
  )
  .map((all) => all.join(""));
const character = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).map((one) => JSON.stringify(one).slice(1, -1)),
  fc.nat(0xffff).map((code) => `\\u${code.toString(16).padStart(4, "0")}`),
  fc.constantFrom("\\/", "\\b", "  ", "\\\\"),
);
const text = fc.array(character, { maxLength: 6 }).map((all) => `"${all.join("")}"`);
const key = fc.oneof(
  text,
  fc.constantFrom('"a"', '"\\u0061"', '"b"', '"__proto__"', '"toJSON"', '"4294967295"', '"01"'),
  fc.nat(30).map((n) => `"${n}"`),
);
const isAdded = (token: string): boolean => JSON.parse(token) === "added";
const names = key.filter((token) => !isAdded(token) && !token.includes("toJSON"));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    text,
    fc.constantFrom("true", "false", "null"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.record({ key: names, value: tie("value") }), { maxLength: 6 }).map((members) => members.map((member) => ({ ...member }))),
  ),
}));
const members = fc.array(fc.record({ key: names, value }), { minLength: 1, maxLength: 6 });

const isMember = (one: Value | { key: string; value: Value }): one is { key: string; value: Value } =>
  typeof one === "object" && "key" in one;

/** `space`: between tokens. */
function written(of: Value, space: string): string {
  if (typeof of === "string") return of;
  const join = (all: string[]): string => all.join(`${space},${space}`);
  if (of.some(isMember))
    return `{${space}${join(of.map((one) => (isMember(one) ? `${one.key}${space}:${space}${written(one.value, space)}` : "")))}${space}}`;
  return `[${space}${join((of as Value[]).map((one) => written(one, space)))}${space}]`;
}

test("whatever came: one member more, and all else as it was", async () => {
  await fc.assert(
    fc.asyncProperty(members, fc.constantFrom("", " ", "\n\t"), async (all, space) => {
      const expected = written([...all, { key: '"added"', value: "true" }], "");
      expect(await sent(written(all, space), "p.added = true")).toBe(expected);
      expect(await sent(written(all, space), "p = { event: webhook.eventType, data: p }")).toBe(
        `{"event":"invoice.paid","data":${written(all, "")}}`,
      );
    }),
    { numRuns: 100 },
  );
});

test("whatever came: read by the code, it is what JSON.parse makes of it", async () => {
  await fc.assert(
    fc.asyncProperty(members, async (all) => {
      const source = written(all, "");
      expect(await sent(source, "p = { text: JSON.stringify(p) }")).toBe(JSON.stringify({ text: JSON.stringify(JSON.parse(source)) }));
    }),
    { numRuns: 100 },
  );
});
