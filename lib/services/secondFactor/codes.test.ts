import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newSecret, stepOf } from "./codes.ts";

// RFC 6238, appendix B, SHA-1; of its eight digits the last six.
const secret = Buffer.from("12345678901234567890");
const vectors: [seconds: number, code: string][] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];

describe("codes of an authenticator app", () => {
  test.each(vectors)("RFC 6238, at %d s: %s", (seconds, code) => {
    expect(stepOf(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  test.each(vectors)("at %d s the code counts one step before and after, and not two; whatever its blanks", (seconds, code) => {
    const step = Math.floor(seconds / 30);
    const at = (offset: number) => stepOf(secret, `${code.slice(0, 3)} ${code.slice(3)} `, (step + offset) * 30_000 + 15_000);
    expect([-2, -1, 0, 1, 2].map(at)).toEqual([null, step, step, step, null]);
  });

  test("a new secret has 160 random bits, which its URI gives to the app", () => {
    const { bytes, text, uri } = newSecret("Webster hooks.example.com", "ada@example.com");
    expect(bytes).toHaveLength(20);
    const url = new URL(uri);
    expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
      "otpauth:",
      "totp",
      "/Webster hooks.example.com:ada@example.com",
    ]);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      issuer: "Webster hooks.example.com",
      secret: text,
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
    expect(newSecret("Webster", "ada@example.com").text).not.toBe(text);
  });

  test("any secret's codes are those of RFC 4226", () => {
    for (let i = 0; i < 50; i++) {
      const key = createHmac("sha1", "secret").update(String(i)).digest();
      const nowMs = 1_700_000_000_000 + i * 30_000;
      const counter = Buffer.alloc(8);
      counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 30_000)));
      const mac = createHmac("sha1", key).update(counter).digest();
      const number = (mac.readUInt32BE((mac[19] ?? 0) & 0x0f) & 0x7fffffff) % 1_000_000;
      expect(stepOf(key, String(number).padStart(6, "0"), nowMs)).toBe(Math.floor(nowMs / 30_000));
    }
  });
});
