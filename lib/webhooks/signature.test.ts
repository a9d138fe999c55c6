import { createHmac, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { describe, expect, test } from "vitest";
import { formatSecret, parseSecret, parseVerifyingKey, publicForm, SecretError, sign, verify } from "./signature.ts";
import type { SignatureHeaders, SigningKey } from "./signature.ts";

// The vectors of the Standard Webhooks specification's own test suites.
const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const timestamp = 1_614_265_330;
const body = Buffer.from('{"test": 2432232314}');
const hmacSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const hmacSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const privateSecret = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const privateSignature = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

const hmacKey = parseSecret(hmacSecret);
const privateKey = parseSecret(privateSecret);
const headersWith = (signature: string, change: Partial<SignatureHeaders> = {}): SignatureHeaders => ({
  id,
  timestamp: String(timestamp),
  signature,
  ...change,
});
const hmacVerifier = [parseVerifyingKey(hmacSecret)];
const publicVerifier = [parseVerifyingKey(publicForm(privateKey))];

function newPrivateSecret(): string {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return `whsk_${Buffer.concat([Buffer.from(d ?? "", "base64url"), Buffer.from(x ?? "", "base64url")]).toString("base64")}`;
}

describe("sign", () => {
  test("makes the signatures of the specification", () => {
    expect(sign([hmacKey], id, timestamp, body)).toBe(hmacSignature);
    expect(sign([privateKey], id, timestamp, body)).toBe(privateSignature);
  });

  test("lists one signature per key, in their order", () => {
    const other = parseSecret(`whsec_${Buffer.alloc(24, 7).toString("base64")}`);
    const header = sign([hmacKey, privateKey, other], id, timestamp, body);
    expect(header).toBe(`${hmacSignature} ${privateSignature} ${sign([other], id, timestamp, body)}`);
  });

  test("signs bytes, not text: what is no UTF-8 stays as it is", () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]);
    const expected = createHmac("sha256", Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"))
      .update(`${id}.${timestamp}.`)
      .update(bytes);
    expect(sign([hmacKey], id, timestamp, bytes)).toBe(`v1,${expected.digest("base64")}`);
  });

  test("is accepted by the published libraries, for any key, id and body", () => {
    const seconds = Math.floor(new Date().getTime() / 1000);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 75 }), fc.uuid(), fc.json(), (bytes, uuid, text) => {
        const secret = formatSecret({ kind: "hmac", key: Buffer.from(bytes) });
        const signature = sign([privateKey, parseSecret(secret)], `msg_${uuid}`, seconds, Buffer.from(text));
        const headers = { "webhook-id": `msg_${uuid}`, "webhook-timestamp": String(seconds), "webhook-signature": signature };
        for (const library of [new StandardWebhook(secret), new SvixWebhook(secret)]) {
          expect(() => library.verify(text, headers)).not.toThrow();
          expect(() => library.verify(`${text} `, headers)).toThrow("No matching signature");
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("secrets", () => {
  test("are read and written in both forms", () => {
    expect(formatSecret(hmacKey)).toBe(hmacSecret);
    expect(formatSecret(privateKey)).toBe(privateSecret);
    expect(publicForm(hmacKey)).toBe(hmacSecret);
    expect(publicForm(privateKey)).toBe("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
  });

  test("may be bare base64, which counts as whsec_", () => {
    expect(formatSecret(parseSecret(hmacSecret.slice("whsec_".length)))).toBe(hmacSecret);
  });

  test.each([24, 32, 64, 75])("of %i bytes are taken", (length) => {
    expect(parseSecret(`whsec_${Buffer.alloc(length, 1).toString("base64")}`).kind).toBe("hmac");
  });

  const halves = Buffer.from(privateSecret.slice("whsk_".length), "base64");
  test.each([
    ["empty", ""],
    ["only a prefix", "whsec_"],
    ["only the other prefix", "whsk_"],
    ["too short", `whsec_${Buffer.alloc(23, 1).toString("base64")}`],
    ["too long", `whsec_${Buffer.alloc(76, 1).toString("base64")}`],
    ["a public key", publicForm(privateKey)],
    ["a prefix of another scheme", "sk_live_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["the prefix in capitals", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["not base64", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"],
    ["base64url", `whsec_${Buffer.alloc(33, 0xff).toString("base64url")}`],
    ["without its padding", `whsec_${Buffer.alloc(25, 1).toString("base64").replaceAll("=", "")}`],
    ["with bits after the end", `whsec_${Buffer.alloc(25, 1).toString("base64").replace("AQ==", "AR==")}`],
    ["with white space", ` ${hmacSecret}`],
    ["a private key of 32 bytes", `whsk_${halves.subarray(0, 32).toString("base64")}`],
    [
      "a private key with a stranger's public half",
      `whsk_${Buffer.concat([halves.subarray(0, 32), Buffer.alloc(32, 9)]).toString("base64")}`,
    ],
    ["a private key with its halves exchanged", `whsk_${Buffer.concat([halves.subarray(32), halves.subarray(0, 32)]).toString("base64")}`],
  ])("are refused if %s, without repeating them", (_, text) => {
    const error = catchError(() => parseSecret(text));
    expect(error).toBeInstanceOf(SecretError);
    expect((error as Error).message).not.toMatch(/[0-9A-Za-z+/]{16}/);
  });

  test("that were just made come back the same", () => {
    const secret = newPrivateSecret();
    expect(formatSecret(parseSecret(secret))).toBe(secret);
  });

  test("of receivers are refused when they are no key", () => {
    expect(() => parseVerifyingKey("whpk_")).toThrow(SecretError);
    expect(() => parseVerifyingKey(`whpk_${Buffer.alloc(31, 1).toString("base64")}`)).toThrow(SecretError);
    expect(parseVerifyingKey(privateSecret)).toEqual(parseVerifyingKey(publicForm(privateKey)));
  });
});

describe("verify", () => {
  test("accepts both schemes, and the right one among others", () => {
    expect(verify(hmacVerifier, headersWith(hmacSignature), body, timestamp)).toEqual({ ok: true, timestampSeconds: timestamp });
    expect(verify(publicVerifier, headersWith(privateSignature), body, timestamp)).toEqual({ ok: true, timestampSeconds: timestamp });
    const listed = `v1,AAAA v2,x  ${privateSignature} ${hmacSignature}`;
    expect(verify(hmacVerifier, headersWith(listed), body, timestamp).ok).toBe(true);
    expect(verify(publicVerifier, headersWith(listed), body, timestamp).ok).toBe(true);
  });

  test("accepts a signature of any of the receiver's keys", () => {
    const other = parseVerifyingKey(`whsec_${Buffer.alloc(24, 7).toString("base64")}`);
    expect(verify([other, ...publicVerifier, ...hmacVerifier], headersWith(hmacSignature), body, timestamp).ok).toBe(true);
    expect(verify([other, ...publicVerifier], headersWith(hmacSignature), body, timestamp).ok).toBe(false);
  });

  test("accepts what the published libraries sign", () => {
    const at = new Date(timestamp * 1000);
    expect(verify(hmacVerifier, headersWith(new StandardWebhook(hmacSecret).sign(id, at, body)), body, timestamp).ok).toBe(true);
    expect(verify(hmacVerifier, headersWith(new SvixWebhook(hmacSecret).sign(id, at, body)), body, timestamp).ok).toBe(true);
  });

  test.each([
    [-299, true],
    [-300, true],
    [-301, false],
    [299, true],
    [300, true],
    [301, false],
  ])("with a timestamp off by %i s: %s", (offset, accepted) => {
    expect(verify(hmacVerifier, headersWith(hmacSignature), body, timestamp + offset).ok).toBe(accepted);
  });

  test.each([
    "",
    " ",
    "123abc",
    `${timestamp}abc`,
    `${timestamp}.0`,
    `${timestamp}000`,
    `-${timestamp}`,
    `+${timestamp}`,
    `0${timestamp}`,
    ` ${timestamp}`,
  ])("refuses the timestamp %j", (text) => {
    // Signed as it stands, so that only the timestamp's form can be the reason.
    const signature = sign([hmacKey], id, text as unknown as number, body);
    expect(verify(hmacVerifier, headersWith(signature, { timestamp: text }), body, timestamp).ok).toBe(false);
  });

  test.each(["9".repeat(400), "1e9", "0x6038a6b2", "NaN", "Infinity", "１６１４２６５３３０"])("refuses the timestamp %j", (text) => {
    expect(verify(hmacVerifier, headersWith(hmacSignature, { timestamp: text }), body, timestamp).ok).toBe(false);
  });

  test.each([
    ["empty", ""],
    ["only a version", "v1"],
    ["without a signature", "v1,"],
    ["without a version", hmacSignature.slice(3)],
    ["a part of the right one", hmacSignature.slice(0, -4)],
    ["longer than the right one", `${hmacSignature}AAAA`],
    ["trailed by more of the list's syntax", `${hmacSignature},v1`],
    ["under another version", hmacSignature.replace("v1,", "v2,")],
    ["in hexadecimal", `v1,${Buffer.from(hmacSignature.slice(3), "base64").toString("hex")}`],
    ["without its padding", hmacSignature.replace("=", "")],
    ["not base64", "v1,!!!!"],
    ["outside ASCII", "v1,ü€😀\u0000"],
    ["100 kB long", `v1,${"A".repeat(100_000)}`],
    ["100 kB of candidates", "v1,AAAA ".repeat(12_500)],
    ["100 kB before the right one", `${"v1,AAAA ".repeat(12_500)}${hmacSignature}`],
    ["of another message", sign([hmacKey], "msg_2", timestamp, body)],
    ["a public-key signature that is cut", privateSignature.slice(0, -8)],
    ["a public-key signature with bytes after it", `v1a,${Buffer.alloc(65, 1).toString("base64")}`],
  ])("refuses a signature header that is %s", (_, signature) => {
    expect(verify([...hmacVerifier, ...publicVerifier], headersWith(signature), body, timestamp).ok).toBe(false);
  });

  test("refuses missing headers", () => {
    for (const missing of ["id", "timestamp", "signature"] as const)
      expect(verify(hmacVerifier, headersWith(hmacSignature, { [missing]: undefined }), body, timestamp)).toEqual({
        ok: false,
        reason: "missing header",
      });
  });

  test("refuses an id that could be read as id, time and body of another message", () => {
    // The same signed bytes, split elsewhere: an old message would pass as one of now.
    const signature = sign([hmacKey], "msg_1", 1000, Buffer.from(`${timestamp}.{}`));
    const moved = headersWith(signature, { id: "msg_1.1000" });
    expect(sign([hmacKey], "msg_1.1000", timestamp, Buffer.from("{}"))).toBe(signature);
    expect(verify(hmacVerifier, moved, Buffer.from("{}"), timestamp)).toEqual({ ok: false, reason: "bad id" });
  });

  test("accepts ids with other full stops", () => {
    const signature = sign([hmacKey], "evt.order.1a", timestamp, body);
    expect(verify(hmacVerifier, headersWith(signature, { id: "evt.order.1a" }), body, timestamp).ok).toBe(true);
  });

  test("accepts what was signed, and nothing that differs in a single byte", () => {
    const keys: SigningKey[] = [hmacKey, privateKey];
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom(0, 1),
        (bytes, at, flip, which) => {
          const signature = sign(keys.slice(which, which + 1), id, timestamp, bytes);
          const verifiers = which === 0 ? hmacVerifier : publicVerifier;
          expect(verify(verifiers, headersWith(signature), bytes, timestamp).ok).toBe(true);
          const changed = Uint8Array.from(bytes);
          changed[at % changed.length]! ^= flip;
          expect(verify(verifiers, headersWith(signature), changed, timestamp).ok).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("never throws, whatever the headers hold", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant(undefined));
    fc.assert(
      fc.property(text, text, text, fc.uint8Array(), (anyId, anyTimestamp, signature, bytes) => {
        const headers = { id: anyId, timestamp: anyTimestamp, signature };
        expect(verify([...hmacVerifier, ...publicVerifier], headers, bytes, timestamp).ok).toBe(false);
        const timely = { id, timestamp: String(timestamp), signature: signature === undefined ? undefined : `v1a,${signature}` };
        expect(verify([...hmacVerifier, ...publicVerifier], timely, bytes, timestamp).ok).toBe(false);
      }),
    );
  });
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}
