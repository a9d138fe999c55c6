import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { bodyCases } from "../../testing/bodies.ts";
import { readBody } from "./body.ts";
import { decodeText } from "./charset.ts";
import { unpack } from "./coding.ts";
import { parseJson, scalarText, stringifyJson } from "./json.ts";
import { pathOf, pathOfNames, textAt, valueAt, valuesAt } from "./path.ts";

const read = (contentType: string | null, body: string | Buffer, contentEncoding?: string) =>
  readBody({ body: Buffer.from(body), contentType, contentEncoding });

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const form = "application/x-www-form-urlencoded";

test.each(bodyCases)("$name", ({ contentType, contentEncoding, body, path, found }) => {
  expect(readBody({ body, contentType, contentEncoding }).textAt(path)).toBe(found);
  expect(textAt(readBody({ body, contentType, contentEncoding }).value, path)).toBe(found);
});

test("a form's fields are gone through once, however many paths lead to none", () => {
  const body = read(form, Array.from({ length: 1_000 }, (_, i) => `f${i}=1`).join("&"));
  const fields = body.value as object;
  const goThrough = Object.values.bind(Object);
  let times = 0;
  const spy = vi.spyOn(Object, "values").mockImplementation((of: object) => {
    if (of === fields) times++;
    return goThrough(of) as unknown[];
  });
  const found = Array.from({ length: 50 }, (_, i) => body.textAt(`payload.none${i}`));
  spy.mockRestore();
  expect([new Set(found), times]).toEqual([new Set([null]), 1]);
});

describe("what a body is read as", () => {
  test.each<[contentType: string | null, body: string, parsed: unknown]>([
    ["text/plain", '{"a":1}', { a: 1 }],
    [form, "a=1&b=x+y&b=%26&__proto__=p", JSON.parse('{"a":"1","b":["x y","&"],"__proto__":"p"}')],
    [form, "?a=1&b", { "?a": "1", b: "" }],
    [form, "1", { 1: "" }],
    ["application/xml; charset=utf-8", "<order id='7'><line>1</line><line>2</line></order>", { order: { "@id": "7", line: ["1", "2"] } }],
    ["application/atom+xml", "<a>x</a>", { a: "x" }],
    ["application/x-ndjson", '{"a":1}\r\n\r\n[2]', [{ a: 1 }, [2]]],
    ["application/json-seq", '\u001e{"a":1}\n', [{ a: 1 }]],
    ["application/x-ndjson", '{\n"a": 1\n}', { a: 1 }],
    ["text/plain", "a=1", undefined],
    [null, "<a/>", undefined],
    ["application/xml", "no markup", undefined],
    ["multipart/form-data", "no boundary", undefined],
    ["multipart/form-data; boundary=x", "--x\r\n\r\nno name\r\n--x--", undefined],
    ["multipart/form-data; boundary=x", '--x\nContent-Disposition: form-data;\n name="a%22\\"b"\n\n1\n--x--', { 'a""b': "1" }],
    ["multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\ncut of", { a: "cut of" }],
  ])("%s %s", (contentType, body, parsed) => expect(plain(read(contentType, body).value)).toEqual(parsed));

  test("of files only what they are called", () => {
    const head =
      "Content-Disposition: form-data; name=f; filename*=UTF-8''%e2%82%ac.txt; filename=x\r\nContent-Type: text/plain; charset=x";
    expect(plain(read("multipart/form-data; boundary=x", `--x\r\n${head}\r\n\r\n--not it\r\n--x--`).value)).toEqual({
      f: { name: "€.txt", type: "text/plain", size: 8 },
    });
  });

  test("no more than a thousand parts", () => {
    const body = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n".repeat(2_000);
    expect(read("multipart/form-data; boundary=x", body).pairs).toHaveLength(1_000);
  });
});

describe("as text", () => {
  const latin1 = Buffer.from("\u00e9", "latin1");

  test.each<[contentType: string | null, body: Buffer, text: string | null]>([
    ["text/plain; charset=iso-8859-1", latin1, "é"],
    ["text/plain", latin1, "é"],
    ["text/plain", Buffer.from("é"), "é"],
    [null, latin1, null],
    ["application/octet-stream", Buffer.from("\ufeffa"), "a"],
    ["image/png; charset=klingon", Buffer.from([137, 80, 78, 71]), null],
    [
      "application/xml",
      Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>\u00e9', "latin1"),
      '<?xml version="1.0" encoding="iso-8859-1"?><a>é',
    ],
    ["application/json", Buffer.from('\ufeff{"a": 1.0}'), '{"a": 1.0}'],
    [form, Buffer.from("a=%E9"), "a=%E9"],
  ])("%s %s", (contentType, body, text) => expect(readBody({ body, contentType }).text).toBe(text));

  test("JSON as it stands, other values as JSON", () => {
    expect(read("text/plain", '\ufeff{"a": 1.0, "n":1e400}').asJson()).toBe('{"a": 1.0, "n":1e400}');
    expect(read(form, "a=1&a=2").asJson()).toBe('{"a":["1","2"]}');
    expect(read("application/x-ndjson", '{"id":12345678901234567891}').asJson()).toBe('[{"id":12345678901234567891}]');
    expect(read("text/plain", "a=1").asJson()).toBeNull();
  });
});

test("windows-1252 is what the WHATWG says it is", () => {
  // windows-1254 is the same but for these.
  const others = new Set([0x8e, 0x9e, 0xd0, 0xdd, 0xde, 0xf0, 0xfd, 0xfe]);
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i).filter((byte) => !others.has(byte)));
  expect(decodeText(bytes, "iso-8859-1")).toBe(new TextDecoder("windows-1254").decode(bytes));
  expect(decodeText(Buffer.from([...others]), "cp1252")).toBe("ŽžÐÝÞðýþ");
});

describe("numbers as texts", () => {
  const numbers = [
    "1.10",
    "100.00",
    "1e2",
    "1E+2",
    "-0",
    "-0.0",
    "0.0",
    "0.0000001",
    "1.5",
    "12345678901234567891",
    "0",
    "1e400",
    "1.0e-7",
  ];

  test.each(numbers)("%s is what is written, wherever it stands", (number) => {
    const json = `{"a":{"n": ${number}},"b":[${number}]}`;
    expect(read("application/json", json).textAt("a.n")).toBe(number);
    expect(read(null, json).textAt("b.0")).toBe(number);
    expect(read(null, `[${number}]`).textAt("0")).toBe(number);
    expect(read("application/x-ndjson", `${json}\n${json}\n`).textAt("1.a.n")).toBe(number);
    expect(read(form, `payload=${encodeURIComponent(json)}`).textAt("a.n")).toBe(number);
    expect(read(form, `payload=${encodeURIComponent(json)}&b=1`).textAt("payload.a.n")).toBe(number);
    expect(read(null, JSON.stringify({ Message: json })).textAt("Message.b.0")).toBe(number);
    expect(read(null, JSON.stringify({ data: Buffer.from(json).toString("base64") })).textAt("data.a.n")).toBe(number);
  });

  test("whatever number it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/), (number) => {
        expect(read(null, `{"n":${number}}`).textAt("n")).toBe(number);
      }),
    );
  });
});

describe("content codings", () => {
  test("a bomb stops at the limit, in each of several layers", () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(10_000_000)));
    const body = readBody({ body: bomb, contentType: null, contentEncoding: "gzip, gzip" }, 20_000);
    expect(body.packing).toBe("too_large");
    expect(body.content).toBe(bomb);
  });

  test.each(["gzip", "deflate", "br", "gzip, gzip, gzip, gzip, gzip, gzip", "constructor", "gzip, x"])("%s that is not", (coding) => {
    const body = Buffer.from('{"a":1}');
    expect(unpack(body, coding, 1_000)).toEqual({ kind: "broken", body });
    expect(textAt(readBody({ body, contentType: null, contentEncoding: coding }).value, "a")).toBe("1");
  });

  test("nothing is unpacked before it is asked for", () => {
    const body = {
      get body(): Buffer {
        throw new Error("Read");
      },
      contentType: null,
    };
    expect(() => readBody(body)).not.toThrow();
  });
});

describe("paths", () => {
  test.each<[body: unknown, path: string, found: unknown[]]>([
    [{ a: { b: 1 }, "a.b": 2 }, "a.b", [1]],
    [{ a: {}, "a.b": 2 }, "a.b", [2]],
    [{ a: '{"b":1}', "a.b": 2 }, "a.b", [2]],
    [{ a: '{"b":1}' }, "a.b", [1]],
    [{ a: '{"b":1}' }, "a", ['{"b":1}']],
    [{ a: ' [{"b":"{\\"c\\":1}"}]' }, "a.0.b.c", [1]],
    [[{ a: 1 }, { a: "x" }, {}], "*.a", [1, "x"]],
    [['{"a":1}', { a: 2 }], "*.a", [2]],
    [['{"a":1}', "no"], "*.a", [1]],
    ['{"a":1}', "a", [1]],
    [{ a: [1] }, "a.length", []],
    [{}, "constructor.name", []],
    [{ a: "eyJ9" }, "a.b", []],
    [{ a: parseJson("1e400") }, "a.value", []],
  ])("%j at %s", (body, path, found) => expect(valuesAt(body, pathOf(path))).toEqual(found));

  test("a list of names is taken as it is", () => {
    expect(valuesAt({ "a.b": 1 }, pathOfNames(["a", "b"], false))).toEqual([]);
    expect(valuesAt({ "a.b": 1 }, pathOfNames(["a.b"], false))).toEqual([1]);
  });

  test("a form with one field of JSON is that JSON, unless it has the name itself", () => {
    const payload = encodeURIComponent('{"type":"a","payload":"inner"}');
    expect(valueAt(read(form, `payload=${payload}`).value, "type")).toBe("a");
    expect(valueAt(read(form, `payload=${payload}`).value, "payload")).toBe('{"type":"a","payload":"inner"}');
    expect(valueAt(read(form, `payload=${payload}&token=1`).value, "type")).toBeUndefined();
    expect(valueAt(parseJson('{"payload":"{\\"type\\":1}"}'), "type")).toBeUndefined();
  });

  test("a long list of objects without the names costs little", { timeout: 20_000 }, () => {
    const list = Array.from({ length: 50_000 }, () => ({}));
    for (let i = 0; i < 5; i++) expect(valuesAt(list, pathOf(`*.${"a.".repeat(18)}a`))).toEqual([]);
  });

  test("a text is gone into once for all conditions", { timeout: 20_000 }, () => {
    const { value } = read("application/json", JSON.stringify({ a: JSON.stringify(Array.from({ length: 100_000 }, (_, i) => [i])) }));
    for (let i = 0; i < 2_000; i++) expect(valueAt(value, `a.${i}.0`)).toBe(i);
  });
});

describe("exact JSON", () => {
  test("is what JSON.parse makes of it, wherever that loses nothing", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(stringifyJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  const digits = fc.stringMatching(/^-?[1-9]\d{0,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?$/);

  test("no number loses a digit that counts", () => {
    fc.assert(
      fc.property(digits, fc.constantFrom("", " ", "\n\t"), (number, space) => {
        const text = scalarText((parseJson(`{"n":${space}${number}}`) as { n: unknown }).n);
        expect(significant(text ?? "")).toEqual(significant(number));
        expect(significant(stringifyJson(parseJson(`[${space}${number}]`)).slice(1, -1))).toEqual(significant(number));
      }),
    );
  });

  test("names, repeated names and depth do no harm", () => {
    const parsed = parseJson('{"__proto__":{"polluted":1},"a":12345678901234567891,"a":12345678901234567892}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(scalarText(parsed["a"])).toBe("12345678901234567892");
    const deep = `${"[".repeat(200_000)}12345678901234567890${"]".repeat(200_000)}`;
    expect(Array.isArray(parseJson(deep))).toBe(true);
    expect(textAt(read(null, deep).value, "0.0.0")).toBeNull();
  });

  test.each(["1e400x", '{"a":12345678901234567890,}', "[12345678901234567890"])("%s is none", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

/** A number as its digits without zeros at their ends, and the power of ten of the last. */
function significant(number: string): { negative: boolean; digits: string; power: number } {
  const [, sign, whole = "", fraction = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const all = (whole + fraction).replace(/^0+/, "");
  const digits = all.replace(/0+$/, "");
  return { negative: sign === "-", digits, power: Number(power) - fraction.length + (all.length - digits.length) };
}

test("hostile bodies take time in proportion to their length", { timeout: 30_000 }, () => {
  const n = 100_000;
  const boundary = "multipart/form-data; boundary=x";
  for (const piece of [
    "--x\r\n",
    "--x",
    "\n--x",
    "\r\n--x\r\nContent-Disposition: form-data; name=a\r\n",
    ";",
    "%",
    "&=",
    "a=",
    "[",
    '{"a":',
    "1",
    "1.",
    " ",
    "\\",
    "\u001e",
  ])
    for (const type of [boundary, form, `${form}; charset=iso-8859-1`, "application/json", "application/x-ndjson", "application/xml"]) {
      const body = read(type, piece.repeat(n / piece.length));
      expect(() => [body.value, body.text]).not.toThrow();
    }
});
