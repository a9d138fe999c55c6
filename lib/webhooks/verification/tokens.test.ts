/** JSON Web Tokens, held against `jose`: what it makes is taken, it takes what we make, and nothing else is. */
import { createHash, createHmac, generateKeyPairSync } from "node:crypto";
import { CompactSign, exportJWK, importSPKI, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../verification.ts";
import { needOf, providers, signAs, verifyRequest } from "../verification.ts";
import { type TokenAlgorithm, tokenAlgorithms } from "./jwt.ts";
import { pemKeyOf } from "./publicKeys.ts";
import { nowMs, received, sourceUrl } from "./testSupport.ts";
import type { Extras } from "./types.ts";

const body = Buffer.from('{"a": "é\\u00e9", "n": 12345678901234567890, "f": 1.0}\r\n');
const seconds = Math.floor(nowMs / 1000);
const hash = (encoding: "hex" | "base64" | "base64url", content = body): string => createHash("sha256").update(content).digest(encoding);
const secret = "a-shared-secret-of-more-than-32-bytes-é";

const pairs = {
  RS: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
  EdDSA: generateKeyPairSync("ed25519"),
};
const pairOf = (algorithm: TokenAlgorithm) => pairs[algorithm.startsWith("RS") ? "RS" : (algorithm as "ES256" | "ES384" | "EdDSA")];
const isShared = (algorithm: TokenAlgorithm): boolean => algorithm.startsWith("HS");
const publicPem = (algorithm: TokenAlgorithm): string => pairOf(algorithm).publicKey.export({ format: "pem", type: "spki" }).toString();
const privatePem = (algorithm: TokenAlgorithm): string => pairOf(algorithm).privateKey.export({ format: "pem", type: "pkcs8" }).toString();

const claims = { iss: "sender", aud: "webster", iat: seconds, exp: seconds + 300, sha256: hash("hex") };
const settings = { issuer: "sender", audience: "webster", bodyClaim: "sha256" };
const configOf = (algorithm: TokenAlgorithm, more: Record<string, string> = {}): ProviderConfig => ({
  secrets: [isShared(algorithm) ? secret : publicPem(algorithm)],
  settings: { ...settings, algorithm, ...more },
});

const made = (algorithm: TokenAlgorithm, payload: JWTPayload = claims, header: object = {}): Promise<string> =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: algorithm, ...header })
    .sign(isShared(algorithm) ? Buffer.from(secret) : pairOf(algorithm).privateKey);

const bearing = (token: string, content = body) => received({ headers: { authorization: `Bearer ${token}` }, body: content });
const verify = (token: string, config = configOf("HS256"), at = nowMs, content = body) =>
  verifyRequest("jwt", config, bearing(token, content), at);

describe.each(tokenAlgorithms)("%s", (algorithm) => {
  test("what jose makes is taken, and not with another body, key or algorithm", async () => {
    const token = await made(algorithm);
    expect(verify(token, configOf(algorithm))).toEqual({ ok: true });
    expect(verify(token, configOf(algorithm), nowMs, Buffer.from("{}"))).toMatchObject({ ok: false, reason: "bad_signature" });
    for (const other of tokenAlgorithms.filter((name) => name !== algorithm))
      expect([other, verify(token, configOf(other))]).toMatchObject([other, { ok: false, reason: "malformed" }]);
    const stranger = isShared(algorithm) ? "another-secret" : generatedPem(algorithm);
    expect(verify(token, { ...configOf(algorithm), secrets: [stranger] })).toMatchObject({ ok: false, reason: "bad_signature" });
  });

  test("jose takes what we make", async () => {
    const draft = { method: "POST", url: sourceUrl, contentType: "application/json", body, nowMs, id: "evt_1" };
    const config = { secrets: [isShared(algorithm) ? secret : privatePem(algorithm)], settings: { ...settings, algorithm } };
    const signed = signAs("jwt", config, draft);
    if ("reason" in signed) throw new Error(signed.detail);
    const token = signed.headers["authorization"] ?? "";
    const key = isShared(algorithm) ? Buffer.from(secret) : await importSPKI(publicPem(algorithm), algorithm);
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      issuer: "sender",
      audience: "webster",
      currentDate: new Date(nowMs),
    });
    expect(payload["sha256"]).toBe(hash("hex"));
  });
});

function generatedPem(algorithm: TokenAlgorithm): string {
  const pair = algorithm.startsWith("RS")
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : algorithm === "EdDSA"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: algorithm === "ES256" ? "P-256" : "P-384" });
  return pair.publicKey.export({ format: "pem", type: "spki" }).toString();
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const hs256 = (header: object, payload: object, key: Buffer | string = secret): string => {
  const content = `${encode(header)}.${encode(payload)}`;
  return `${content}.${createHmac("sha256", key).update(content).digest("base64url")}`;
};

describe("a token that only looks like one", () => {
  test("without an algorithm, or with one of its own choice", () => {
    const unsigned = `${encode({ alg: "none" })}.${encode(claims)}.`;
    for (const token of [
      unsigned,
      `${unsigned}AA`,
      `${encode({ alg: "None" })}.${encode(claims)}.AA`,
      `${encode({})}.${encode(claims)}.AA`,
    ])
      expect(verify(token)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("a public key is no shared secret", () => {
    const pem = publicPem("RS256");
    const forged = hs256({ alg: "HS256" }, claims, pem);
    expect(verify(forged, configOf("RS256"))).toMatchObject({ ok: false, reason: "malformed" });
    expect(verify(forged, { secrets: [pem], settings: { ...settings, algorithm: "HS256" } })).toMatchObject({ reason: "misconfigured" });
    expect(pemKeyOf(privatePem("RS256"))).toBeNull();
  });

  test("with keys of its own in the header, which nobody looks at", async () => {
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const token = await new SignJWT(claims)
      .setProtectedHeader({
        alg: "ES256",
        jwk: await exportJWK(own.publicKey),
        jku: "https://evil.example/keys",
        x5u: "https://evil.example",
      })
      .sign(own.privateKey);
    expect(verify(token, configOf("ES256"))).toMatchObject({ ok: false, reason: "bad_signature" });
  });

  test("with an extension that must be understood, with an unencoded payload", async () => {
    expect(verify(hs256({ alg: "HS256", crit: ["exp"], exp: 1 }, claims))).toMatchObject({ reason: "malformed" });
    const unencoded = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "HS256", b64: true, crit: ["b64"] })
      .sign(Buffer.from(secret));
    expect(verify(unencoded)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("written in another way", async () => {
    const token = await made("HS256");
    const [header = "", payload = "", signature = ""] = token.split(".");
    const last = signature.slice(-1);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const sameBytes = signature.slice(0, -1) + (alphabet[alphabet.indexOf(last) ^ 1] ?? "");
    for (const changed of [
      `${header}.${payload}`,
      `${token}.`,
      `${token}.${signature}`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${sameBytes}`,
      `${header}. ${payload}.${signature}`,
      `${header}\n.${payload}.${signature}`,
      `${header}.${payload}.${signature}A`,
      `.${payload}.${signature}`,
      `${header}..${signature}`,
    ])
      expect([changed, verify(changed).ok]).toEqual([changed, false]);
  });

  test("an ECDSA signature as DER, and one of zeros", async () => {
    const [header = "", payload = ""] = (await made("ES256")).split(".");
    for (const signature of [Buffer.alloc(64), Buffer.alloc(64, 0xff), Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 0])])
      expect(verify(`${header}.${payload}.${signature.toString("base64url")}`, configOf("ES256"))).toMatchObject({ ok: false });
  });

  test("claims and headers that are no objects", () => {
    for (const payload of ["null", "[]", '"a"', "1", "{", ""])
      expect(verify(`${encode({ alg: "HS256" })}.${Buffer.from(payload).toString("base64url")}.AAAA`)).toMatchObject({
        reason: "malformed",
      });
    expect(verify(`${encode({ alg: "HS256", kid: {} })}.${encode(claims)}.AAAA`)).toMatchObject({ reason: "malformed" });
    expect(verify(`${encode([])}.${encode(claims)}.AAAA`)).toMatchObject({ reason: "malformed" });
  });
});

describe("what the token says", () => {
  test.each<[string, JWTPayload, number, string | undefined]>([
    ["nothing of a time", { iss: "sender", aud: "webster", sha256: hash("hex") }, nowMs, "malformed"],
    ["a time that is no number", { ...claims, iat: "now" as unknown as number }, nowMs, "malformed"],
    ["a time of the past", claims, nowMs + 301_000, "stale"],
    ["a time of the future", { ...claims, iat: seconds + 61 }, nowMs, "stale"],
    ["an end of the past", { ...claims, exp: seconds - 61 }, nowMs, "stale"],
    ["an end within what clocks differ by", { ...claims, exp: seconds - 59 }, nowMs, undefined],
    ["an end that is none", { ...claims, exp: "never" as unknown as number }, nowMs, "stale"],
    ["a beginning of the future", { ...claims, nbf: seconds + 120 }, nowMs, "stale"],
    ["an end alone", { iss: "sender", aud: "webster", exp: seconds + 200, sha256: hash("hex") }, nowMs, undefined],
    ["an end alone, years ahead", { iss: "sender", aud: "webster", exp: seconds + 1e8, sha256: hash("hex") }, nowMs, "stale"],
    ["another issuer", { ...claims, iss: "stranger" }, nowMs, "bad_signature"],
    ["no audience", { iss: "sender", iat: seconds, sha256: hash("hex") }, nowMs, "bad_signature"],
    ["another audience", { ...claims, aud: ["a", "b"] }, nowMs, "bad_signature"],
    ["several audiences", { ...claims, aud: ["a", "webster"] }, nowMs, undefined],
    ["no hash", { ...claims, sha256: undefined }, nowMs, "bad_signature"],
    ["a hash of another kind", { ...claims, sha256: hash("base64") }, nowMs, "bad_signature"],
    ["a hash in capitals", { ...claims, sha256: hash("hex").toUpperCase() }, nowMs, undefined],
    ["a hash that is no text", { ...claims, sha256: 1 }, nowMs, "bad_signature"],
  ])("%s", (_, payload, at, reason) => {
    const verdict = verify(hs256({ alg: "HS256" }, payload), configOf("HS256"), at);
    expect(verdict).toMatchObject(reason === undefined ? { ok: true } : { ok: false, reason });
    expect("detail" in verdict ? verdict.detail : "The token is taken").toMatch(/^[^\n]{10,300}$/);
  });

  test.each(["base64", "base64url"] as const)("the hash in %s", (bodyEncoding) => {
    const token = hs256({ alg: "HS256" }, { ...claims, sha256: hash(bodyEncoding) });
    expect(verify(token, configOf("HS256", { bodyEncoding }))).toEqual({ ok: true });
  });

  test("stands where the settings say", () => {
    const config = configOf("HS256", { header: "X-Token", prefix: "jwt " });
    const token = hs256({ alg: "HS256" }, claims);
    expect(verifyRequest("jwt", config, received({ headers: { "x-token": `jwt ${token}` }, body }), nowMs)).toEqual({ ok: true });
    expect(verifyRequest("jwt", config, received({ headers: { "x-token": token }, body }), nowMs)).toMatchObject({ reason: "malformed" });
    expect(verifyRequest("jwt", config, bearing(token), nowMs)).toMatchObject({ reason: "missing_header" });
  });
});

describe("a set of keys", () => {
  const config = { secrets: [], settings: { keySetUrl: "https://keys.example/jwks.json", audience: "webster", email: "a@example.com" } };
  const payload = { aud: "webster", email: "a@example.com", email_verified: true, iat: seconds, exp: seconds + 3600 };
  const setOf = async (...keys: [kid: string | undefined, algorithm: TokenAlgorithm, more?: object][]): Promise<Extras> => {
    const exported = keys.map(async ([kid, algorithm, more = {}]) => ({ ...(await exportJWK(pairOf(algorithm).publicKey)), kid, ...more }));
    return { document: JSON.stringify({ keys: await Promise.all(exported) }) };
  };
  const verifyWith = (token: string, extras: Extras, at = nowMs) => verifyRequest("jwt-keys", config, bearing(token), at, extras);

  test("the key that the token names, of any public algorithm", async () => {
    const extras = await setOf(["r", "RS256"], ["e", "ES256"], ["d", "EdDSA"]);
    for (const [kid, algorithm] of [
      ["r", "RS256"],
      ["e", "ES256"],
      ["d", "EdDSA"],
    ] as const) {
      const token = await made(algorithm, payload, { kid });
      expect(verifyWith(token, extras)).toEqual({ ok: true });
      expect(verifyWith(token, extras, nowMs + 3_601_000)).toMatchObject({ reason: "stale" });
    }
    expect(verifyWith(await made("RS256", payload, { kid: "e" }), extras)).toMatchObject({ reason: "bad_signature" });
    expect(verifyWith(await made("RS256", payload, { kid: "x" }), extras)).toMatchObject({ reason: "bad_signature" });
    expect(verifyWith(await made("RS256", payload), extras)).toEqual({ ok: true });
  });

  test("no key for encryption, no shared secret, no set at all", async () => {
    const token = await made("RS256", payload, { kid: "r" });
    expect(verifyWith(token, await setOf(["r", "RS256", { use: "enc" }]))).toMatchObject({ ok: false, reason: "bad_signature" });
    expect(verifyWith(token, {})).toMatchObject({ ok: false, reason: "misconfigured" });
    for (const document of ["", "<html>", "{}", '{"keys":{}}', '{"keys":[null,1,{"kty":"RSA"}]}', "[".repeat(9999)])
      expect(verifyWith(token, { document })).toMatchObject({ ok: false, reason: "bad_signature" });
    const shared = hs256({ alg: "HS256", kid: "s" }, payload, "k".repeat(32));
    const document = JSON.stringify({ keys: [{ kty: "oct", kid: "s", k: Buffer.from("k".repeat(32)).toString("base64url") }] });
    expect(verifyWith(shared, { document })).toMatchObject({ ok: false, reason: "malformed" });
  });

  test.each<[string, JWTPayload]>([
    ["audience", { ...payload, aud: "another" }],
    ["email", { ...payload, email: "b@example.com" }],
    ["email, unverified", { ...payload, email_verified: false }],
    ["email, missing", { aud: "webster", iat: seconds, exp: seconds + 60 }],
  ])("anybody's token, but for another %s", async (_, other) => {
    expect(verifyWith(await made("RS256", other), await setOf([undefined, "RS256"]))).toMatchObject({ ok: false, reason: "bad_signature" });
  });

  test("is fetched from the settings' URL, and again when it lacks the key", async () => {
    const request = bearing(await made("RS256", payload, { kid: "new" }));
    const need = needOf("jwt-keys", config, request);
    if (need === null || "reason" in need) throw new Error("needs nothing");
    expect(need).toMatchObject({ url: "https://keys.example/jwks.json", method: "GET", body: null, absent: "misconfigured" });
    expect([
      need.covers((await setOf(["old", "RS256"])).document ?? ""),
      need.covers((await setOf(["new", "RS256"])).document ?? ""),
    ]).toEqual([false, true]);
    for (const keySetUrl of ["http://keys.example/", "file:///etc/passwd", "nonsense"]) {
      const other = { secrets: [], settings: { ...config.settings, keySetUrl } };
      expect(needOf("jwt-keys", other, request)).toMatchObject({ ok: false, reason: "misconfigured" });
      expect(providers["jwt-keys"].faultOf?.(other.settings)).toMatchObject({ name: "keySetUrl" });
    }
    expect(needOf("jwt-keys", config, received({}))).toMatchObject({ ok: false, reason: "missing_header" });
  });
});

test("a public key whose line breaks a form has taken away", () => {
  const pem = publicPem("RS256");
  // The older form too: a public key in either must not pass for a shared secret.
  const older = pairOf("RS256").publicKey.export({ format: "pem", type: "pkcs1" }).toString();
  for (const text of [pem, pem.replaceAll("\n", " "), pem.replaceAll("\n", "\r\n"), pem.replaceAll("\n", ""), older])
    expect(pemKeyOf(text)?.asymmetricKeyType).toBe("rsa");
  for (const text of ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", privatePem("RS256")])
    expect(pemKeyOf(text)).toBeNull();
});
