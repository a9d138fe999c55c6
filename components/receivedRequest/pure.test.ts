import { describe, expect, test } from "vitest";
import { parseBody } from "./parsed.ts";

describe("parsed views", () => {
  test("JSON is laid out, its numbers and repeated keys as they came", () => {
    expect(parseBody("application/json", '{"a":1.0,"a":12345678901234567890,"b":[],"c":{},"d":["x,y:{}",{"e":null}]}')).toEqual({
      kind: "json",
      text: '{\n  "a": 1.0,\n  "a": 12345678901234567890,\n  "b": [],\n  "c": {},\n  "d": [\n    "x,y:{}",\n    {\n      "e": null\n    }\n  ]\n}',
    });
    expect(parseBody("text/plain", '{"a":1}').kind).toBe("json");
    expect(parseBody("application/json", '{"a":').kind).toBe("text");
    expect(parseBody("application/json", "").kind).toBe("text");
  });

  test("a form's pairs, repeated and empty ones too", () => {
    expect(parseBody("application/x-www-form-urlencoded; charset=utf-8", "a=1&a=2&b=&c=%C3%BC+x")).toEqual({
      kind: "form",
      pairs: [
        ["a", "1"],
        ["a", "2"],
        ["b", ""],
        ["c", "ü x"],
      ],
    });
  });

  test("the parts of a multipart body", () => {
    const body =
      '--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--xx\r\nContent-Disposition: form-data; name="f"; filename="x\\"y.csv"\r\nContent-Type: text/csv\r\n\r\nq,r\r\ns,t\r\n--xx--\r\n';
    expect(parseBody('multipart/form-data; boundary="xx"', body)).toEqual({
      kind: "multipart",
      parts: [
        { name: "a", fileName: null, contentType: null, text: "1" },
        { name: "f", fileName: 'x"y.csv', contentType: "text/csv", text: "q,r\r\ns,t" },
      ],
    });
    expect(parseBody("multipart/form-data", body).kind).toBe("text");
  });

  test("XML is indented", () => {
    expect(
      parseBody(
        "application/atom+xml",
        '<?xml version="1.0"?><feed><title>A &amp; B</title><entry><link href="x"/></entry><!-- <a> --></feed>',
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
      expect(parseBody(type, text).kind).toBe("text");
  });
});
