import { describe, expect, test } from "vitest";
import { prettyJson } from "../form/prettyJson.ts";
import { parseBody } from "./parsed.ts";

const plain = (text: string) => ({ text });

describe("parsed views", () => {
  test("JSON is laid out, its numbers and repeated keys as they came", () => {
    const json = '{"a":1.0,"a":12345678901234567890,"b":[],"c":{},"d":["x,y:{}",{"e":null}]}';
    expect(parseBody("application/json", plain(json))).toEqual({ kind: "json" });
    expect(prettyJson(json)).toBe(
      '{\n  "a": 1.0,\n  "a": 12345678901234567890,\n  "b": [],\n  "c": {},\n  "d": [\n    "x,y:{}",\n    {\n      "e": null\n    }\n  ]\n}',
    );
    expect(parseBody("text/plain", plain('{"a":1}')).kind).toBe("json");
    expect(parseBody("application/json", plain('{"a":')).kind).toBe("text");
    expect(parseBody("application/json", plain("")).kind).toBe("text");
  });

  test("a form's fields as the server reads them, JSON in them laid out", () => {
    const fields = [
      { name: "a", value: "1", file: null },
      { name: "a", value: '{"n":1.0}', file: null },
      { name: "f", value: "", file: { name: "x.csv", type: "text/csv", size: 5000 } },
    ];
    for (const text of [null, "as it came"])
      expect(parseBody("multipart/form-data", { text, fields })).toEqual({
        kind: "form",
        rows: [
          { name: "a", note: null, value: "1" },
          { name: "a", note: null, value: '{\n  "n": 1.0\n}' },
          { name: "f", note: "x.csv, text/csv", value: "5,000 bytes" },
        ],
      });
  });

  test("XML is indented", () => {
    expect(
      parseBody(
        "application/atom+xml",
        plain('<?xml version="1.0"?><feed><title>A &amp; B</title><entry><link href="x"/></entry><!-- <a> --></feed>'),
      ),
    ).toEqual({
      kind: "xml",
      text: '<?xml version="1.0"?>\n<feed>\n  <title>A &amp; B</title>\n  <entry>\n    <link href="x"/>\n  </entry>\n  <!-- <a> -->\n</feed>',
    });
  });

  test("everything else is text", () => {
    for (const [type, text] of [
      ["text/plain", "hello"],
      [null, "<b>"],
      ["image/png", "x"],
      ["application/json", "x".repeat(1_100_000)],
    ] as const)
      expect(parseBody(type, plain(text)).kind).toBe("text");
  });
});
