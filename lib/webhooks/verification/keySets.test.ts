import { generateKeyPairSync, randomBytes } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { Token } from "./jwt.ts";
import { keysFor } from "./keySets.ts";

const tokenOf = (keyId: string | null, algorithm = "RS256"): Token => ({
  algorithm,
  keyId,
  header: {},
  claims: {},
  content: Buffer.from("x"),
  signature: Buffer.alloc(256),
});

/** A public key that nobody has the private one of. */
function rsa(bits: number, more: object = {}) {
  const modulus = randomBytes(bits / 8);
  modulus.writeUInt8(0x80, 0);
  modulus.writeUInt8(1, modulus.length - 1);
  return { kty: "RSA", e: "AQAB", n: modulus.toString("base64url"), ...more };
}
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });

test("of a set with hundreds of keys a token is tried with eight at most, named or not", () => {
  const keys = Array.from({ length: 50 }, () => rsa(2048, { kid: "same" }));
  const document = JSON.stringify({ keys });
  expect([keysFor(tokenOf(null), document).length, keysFor(tokenOf("same"), document).length]).toEqual([8, 8]);
});

test("keys that the token can't have been made with don't count", () => {
  const others = [...Array.from({ length: 20 }, () => ec), ...Array.from({ length: 20 }, () => rsa(2048, { alg: "RS512" }))];
  const document = JSON.stringify({ keys: [...others, rsa(2048, { alg: "RS256" })] });
  expect(keysFor(tokenOf(null), document)).toHaveLength(1);
  expect(keysFor(tokenOf(null, "ES256"), document)).toHaveLength(8);
});

test("no key is tried that takes long: none of more than 8192 bits, none with a large exponent", () => {
  const keys = [rsa(16_384), rsa(2048, { e: Buffer.alloc(8, 0xff).toString("base64url") }), rsa(8192)];
  expect(keysFor(tokenOf(null), JSON.stringify({ keys }))).toHaveLength(1);
});

test("a set is read once, however many requests come", () => {
  const document = JSON.stringify({ keys: [rsa(2048)], more: Array.from({ length: 1_000 }, () => []) });
  const parse = vi.spyOn(JSON, "parse");
  const first = keysFor(tokenOf(null), document);
  expect(first).toHaveLength(1);
  expect(keysFor(tokenOf(null), document)).toEqual(first);
  expect(parse.mock.calls.filter(([text]) => text === document)).toHaveLength(1);
  parse.mockRestore();
});
