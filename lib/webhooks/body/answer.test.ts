import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readAnswer } from "./answer.ts";
import { unpackStart } from "./coding.ts";

const limit = 20_000;
type Given = { isCut?: boolean; contentType?: string; contentEncoding?: string };
async function read(given: Buffer | string, { isCut = false, contentType, contentEncoding }: Given = {}) {
  const bytes = Buffer.from(given as string);
  const start = contentEncoding === undefined ? { body: bytes, isWhole: true } : await unpackStart(bytes, contentEncoding, limit);
  return readAnswer({ bytes, isCut, contentType: contentType ?? null, start });
}

const said = '{"error":"Zoë müßte 1.10 zahlen"}';

describe("packed answers", () => {
  const packed: [string, (bytes: string) => Buffer][] = [
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["Deflate", deflateRawSync],
    ["br, gzip", (bytes) => gzipSync(brotliCompressSync(bytes))],
  ];

  test.each(packed)("%s is unpacked", async (contentEncoding, pack) => {
    expect(await read(pack(said), { contentEncoding })).toEqual({ text: said, isSame: false, isSeen: true });
  });

  const many = Array.from({ length: 3_000 }, (_, n) => `line ${n} of an error, ${(n * 7919) % 1000}\n`).join("");

  test.each(packed)("%s: what is more than the limit, cut off or broken gives its beginning", async (contentEncoding, pack) => {
    const whole = pack(many);
    const broken = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.alloc(40, 0xff)]);
    for (const bytes of [whole, whole.subarray(0, whole.length / 2), broken]) {
      const { text, isSame, isSeen } = await read(bytes, { contentEncoding, isCut: bytes.length < whole.length });
      expect(many.startsWith(text.replace(/\ufffd+$/, "").slice(0, 5_000))).toBe(true);
      expect([text.length > 5_000, text.length <= limit, isSame, isSeen]).toEqual([true, true, false, false]);
    }
  });

  test.each(["gzip", "br", "deflate", "gzip, br"])(
    "%s: text that is not packed, whatever it is said to be, shows as it is",
    async (contentEncoding) => {
      expect(await read(said, { contentEncoding })).toEqual({ text: said, isSame: false, isSeen: false });
    },
  );

  test("a bomb is not unpacked beyond the limit", async () => {
    const { text } = await read(gzipSync(Buffer.alloc(50_000_000, "a")), { contentEncoding: "gzip" });
    expect([text.length > 15_000, text.length <= limit, /^a+$/.test(text)]).toEqual([true, true, true]);
  });

  test("a bomb of a few bytes is unpacked beside the event loop", async () => {
    const bomb = brotliCompressSync(Buffer.alloc(30_000_000, "a"));
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const { text } = await read(bomb, { contentEncoding: "br" }).finally(() => clearInterval(counting));
    expect(turns).toBeGreaterThan(2);
    expect([text.length > 15_000, /^a+$/.test(text)]).toEqual([true, true]);
  });

  test("what nobody can unpack stays as it is", async () => {
    for (const contentEncoding of ["compress", "gzip,".repeat(9), "gzip"])
      expect(await read(said, { contentEncoding })).toMatchObject({ isSame: false, isSeen: false });
    expect(await read(said, { contentEncoding: "identity" })).toEqual({ text: said, isSame: true, isSeen: true });
  });
});

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

describe("charsets", () => {
  test.each<[string, string, Buffer | string, string, string]>([
    ["nothing said", "", said, said, "same"],
    ["JSON", "application/json", said, said, "same"],
    ["latin1 said", "text/plain; charset=ISO-8859-1", Buffer.from("Zoë", "latin1"), "Zoë", ""],
    ["windows-1252, nothing said", "text/html", Buffer.from([0x80, 0x20, 0xeb]), "€ ë", ""],
    ["Shift_JIS", 'text/plain;charset="Shift_JIS"', Buffer.from([0x83, 0x47, 0x83, 0x89, 0x81, 0x5b]), "エラー", ""],
    ["a byte order mark", "text/plain; charset=iso-8859-1", Buffer.from("\ufeffZoë"), "Zoë", ""],
    ["UTF-16 with a mark", "application/json", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(said)]), said, ""],
    ["UTF-16 without", "application/json", utf16(said), said, ""],
    ["UTF-16 said", "text/plain; charset=utf-16le", utf16("ë"), "ë", ""],
    ["an XML declaration", "application/xml", Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ë</a>', "latin1"), "ë</a>", ""],
    ["meta charset", "text/html", Buffer.from('<!doctype html><meta charset="iso-8859-15"><p>¤', "latin1"), "<p>€", ""],
    [
      "meta content",
      "text/html",
      Buffer.from('<html><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>\u00b1', "latin1"),
      "<p>ą",
      "",
    ],
    ["an unknown charset", "text/plain; charset=klingon", "Zoë", "Zoë", "same"],
    ["bytes", "image/png", Buffer.from([0x61, 0, 0xff, 0x62]), "a\ufffdb", ""],
    ["NUL", "text/plain", "a\0b", "ab", ""],
    ["nothing", "text/plain", "", "", "same"],
  ])("%s", async (_what, contentType, bytes, text, same) => {
    const answer = await read(bytes, { contentType });
    expect([answer.text.endsWith(text), answer.isSame]).toEqual([true, same === "same"]);
  });

  test("a character that was cut is left away, and spoils nothing before it", async () => {
    for (const [contentType, bytes, text] of [
      ["text/plain", Buffer.from("Zoë").subarray(0, 3), "Zo"],
      ["text/plain; charset=utf-8", Buffer.from("a😀").subarray(0, 4), "a"],
      ["text/plain; charset=shift_jis", Buffer.from([0x83, 0x47, 0x83]), "エ"],
      ["text/plain; charset=utf-16le", utf16("ëë").subarray(0, 3), "ë"],
      ["application/json", utf16("{ë").subarray(0, 3), "{"],
    ] as const)
      expect([contentType, (await read(bytes, { contentType, isCut: true })).text]).toEqual([contentType, text]);
    expect(await read(Buffer.from("Zoë").subarray(0, 3), { isCut: true })).toEqual({ text: "Zo", isSame: true, isSeen: true });
  });
});
