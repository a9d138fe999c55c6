/** Forged and changed requests are refused: by every provider of the table, always with a reason, never with an exception. */
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IncomingRequest, ProviderKind } from "../verification.ts";
import { providers, signAs, verifyRequest } from "../verification.ts";
import { configOf, extrasOf, kinds, nowMs, othersExtrasOf, othersSettingsOf, post, received, samplePost } from "./testSupport.ts";
import { refusalReasons } from "../../words/verdict.ts";

// These two prove nothing: a request with an id of Mollie's asks for no more than a look at it there.
const verified = kinds.filter((kind) => kind !== "none" && kind !== "mollie");
const verify = (kind: ProviderKind, request: IncomingRequest, config = configOf(kind), at = nowMs) =>
  verifyRequest(kind, config, request, at, extrasOf(kind));
const refusal = { ok: false, reason: expect.toBeOneOf([...refusalReasons]), detail: expect.stringMatching(/./) };

function claimOf(kind: ProviderKind, request: IncomingRequest) {
  const claim = providers[kind].scheme.claim(request, configOf(kind).settings);
  if ("reason" in claim) throw new Error(claim.detail);
  return claim;
}

/** The request with one text in place of another, wherever it stands. */
function replaced(request: IncomingRequest, from: string, to: string): IncomingRequest {
  const inText = (text: string): string => text.replaceAll(from, () => to);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, inText(value)]));
  const query = new URLSearchParams([...new URL(request.url).searchParams].map(([name, value]) => [name, inText(value)]));
  return { ...request, headers, query, body: Buffer.from(inText(request.body.toString("utf8"))) };
}

/** The signature as it arrives: a claim decodes Basic, so that is encoded again. */
const shownSignature = (kind: ProviderKind, request: IncomingRequest): string =>
  providers[kind].scheme === providers.basic.scheme
    ? (request.headers["authorization"] ?? "").slice("Basic ".length)
    : (claimOf(kind, request).signatures[0] ?? "");

const spoilt: [string, (signature: string) => string][] = [
  ["none", () => ""],
  ["a version alone", () => "v1,"],
  ["a name alone", () => "v1="],
  ["its first half", (signature) => signature.slice(0, signature.length / 2)],
  ["all but its last character", (signature) => signature.slice(0, -1)],
  ["one more character", (signature) => `${signature}A`],
  ["itself twice", (signature) => signature + signature],
  ["as long, but zeros", (signature) => "0".repeat(signature.length)],
  ["no base64", () => "!!!!****"],
  ["no hexadecimal", () => "zz".repeat(32)],
  ["padding", () => "===="],
  ["a space inside", (signature) => `${signature.slice(0, 4)} ${signature.slice(4)}`],
  ["a NUL behind it", (signature) => `${signature}\u0000`],
  ["other alphabets", () => "٣٤٥🦊"],
  ["100 kB", () => "A".repeat(100_000)],
  ["100 kB of commas", () => ",;= ".repeat(25_000)],
];

describe.each(verified)("%s", (kind) => {
  const request = samplePost(kind);

  test("a signature that is only like one", () => {
    const signature = shownSignature(kind, request);
    for (const [name, spoil] of spoilt)
      expect({ name, ...verify(kind, replaced(request, signature, spoil(signature))) }).toEqual({ name, ...refusal });
  });

  test("no header, or all of them strange", () => {
    const strange = ["", "v1,", "=", ",", ";", "\u0000", "x".repeat(100_000)];
    const bare = { ...request, query: "", body: Buffer.from("{}") };
    expect(verify(kind, { ...bare, headers: {} })).toEqual(refusal);
    for (const text of strange) {
      const headers = Object.fromEntries(Object.keys(request.headers).map((name) => [name, text]));
      expect(verify(kind, { ...bare, headers })).toEqual(refusal);
    }
  });

  test("another secret, an empty one, none", () => {
    const pair = generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const { settings } = configOf(kind);
    const others = ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", pair.toString("hex"), pair.toString("base64"), "00".repeat(32), "x"];
    for (const secret of others) {
      const theirs = { secrets: [secret], settings: othersSettingsOf(kind) };
      expect(verifyRequest(kind, theirs, request, nowMs, othersExtrasOf(kind))).toEqual(refusal);
    }
    const hasSecret = providers[kind].fields.some(({ name }) => name === "secret");
    const emptied = hasSecret ? settings : Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
    for (const secrets of [[], [""], ["  ", "\n"]])
      expect(verify(kind, request, { secrets, settings: emptied })).toMatchObject({ ok: false, reason: "misconfigured" });
  });

  test("the old secret and the new, in either order", () => {
    const other = configOf(kind).secrets[0]?.length === 64 ? "00".repeat(32) : "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const { secrets, settings } = configOf(kind);
    expect(verify(kind, request, { secrets: [other, ...secrets], settings })).toEqual({ ok: true });
    expect(verify(kind, request, { secrets: [...secrets, other], settings })).toEqual({ ok: true });
  });
});

const timed = verified.filter(
  (kind) => providers[kind].scheme.toleranceMs(configOf(kind).settings) !== null && claimOf(kind, samplePost(kind)).timestamp !== null,
);

const isToken = (kind: ProviderKind): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(claimOf(kind, samplePost(kind)).signatures[0] ?? "");

describe.each(timed)("the time of %s", (kind) => {
  const { past = 0, future = 0 } = providers[kind].scheme.toleranceMs(configOf(kind).settings) ?? {};

  test("counts to the second", () => {
    const request = samplePost(kind);
    for (const ms of [0, past - 1000, -(future - 1000)]) expect(verify(kind, request, configOf(kind), nowMs + ms)).toEqual({ ok: true });
    for (const ms of [past + 1000, -(future + 1000), 1e12, -1e12])
      expect(verify(kind, request, configOf(kind), nowMs + ms)).toMatchObject({ ok: false, reason: "stale" });
    expect(verify(kind, request, configOf(kind), Number.NaN)).toMatchObject({ ok: false, reason: "stale" });
  });

  // Inside of a token it is signed with all else: tokens.test.ts has what may be wrong there.
  test.skipIf(isToken(kind))("is a moment as machines write it, and the one that was signed", () => {
    const request = samplePost(kind);
    const text = claimOf(kind, request).timestamp?.text ?? "";
    const strange = [
      "",
      "-1",
      "0",
      "123abc",
      "1e9",
      "0x6b49d200",
      `0${text}`,
      `${text}.0`,
      `+${text}`,
      `-${text}`,
      `${text}000`,
      text.slice(0, -3),
    ];
    for (const time of [...strange, text.slice(0, -1), `${text.slice(0, -1)}x`, "9".repeat(400), "NaN", "Infinity", "١٨٠٠٠٠٠٠٠٠"])
      expect({ time, ...verify(kind, replaced(request, text, time)) }).toEqual({ time, ...refusal });
    const later = /^\d+$/.test(text) ? String(Number(text) + 1) : new Date(Date.parse(text) + 1000).toISOString();
    expect(verify(kind, replaced(request, text, later))).toMatchObject({ ok: false, reason: "bad_signature" });
  });
});

/** Tolerances in seconds, as the providers' documents and libraries have them. */
const otherTolerances: Partial<Record<ProviderKind, number>> = {
  linear: 60,
  // As long as such tokens are used.
  "jwt-keys": 3600,
  "google-pubsub": 3600,
  workos: 180,
  calendly: 180,
  elevenlabs: 1800,
  sanity: 1800,
  box: 600,
  twitch: 600,
  "aws-sns": 3900,
  // As its library has it.
  cloudinary: 7200,
  // The time is that of the event, whose callbacks are tried again for more than a day.
  "dropbox-sign": 345_600,
  recharge: 172_800,
  // As long as its tokens live.
  wix: 302_400,
};

test("300 seconds, but for those that say otherwise", () => {
  expect(timed.length).toBeGreaterThan(25);
  for (const kind of timed) {
    const { past = 0 } = providers[kind].scheme.toleranceMs(configOf(kind).settings) ?? {};
    expect([kind, past / 1000]).toEqual([kind, otherTolerances[kind] ?? 300]);
  }
});

// These sign nothing of the body, or only some of its fields.
const shownOnly = new Set<ProviderKind>([
  "url-token",
  "basic",
  "bearer",
  "api-key",
  "cloudevents",
  "gitlab-token",
  "adobe-sign",
  "openclaw",
  "vapi",
  "cloudflare",
  "flutterwave",
  "xendit",
  "google-drive",
  "revenuecat",
  "azure-devops",
  "chargebee",
  "pipedrive",
  "postmark",
  "telegram",
  "okta",
  "azure-event-grid",
  // A token that says who sends, and not what.
  "google-pubsub",
  "monday",
]);
const jsonOnly = new Set<ProviderKind>([
  "linear",
  "mailgun",
  "microsoft-graph",
  "orum-io",
  "adyen",
  "aws-sns",
  "app-store",
  "dropbox-sign",
  "mercado-pago",
  "mandrill",
  "plivo",
]);
const anyBody = verified.filter((kind) => !shownOnly.has(kind) && !jsonOnly.has(kind));

describe.each(anyBody)("any bytes from %s", (kind) => {
  // X's could be a CRC's token, Checkbook's could end in its nonce: both are refused for that.
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.concat([Buffer.from("{"), array, Buffer.from("}")]));

  test("are taken as they were signed, and not with one bit changed", () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 0, max: 7 }), (body, at, bit) => {
        const request = post(kind, body, "application/octet-stream");
        expect(verify(kind, request)).toEqual({ ok: true });
        const flipped = Buffer.from(request.body);
        const index = at % flipped.length;
        flipped[index] = (flipped[index] ?? 0) ^ (1 << bit);
        expect(verify(kind, { ...request, body: flipped })).toEqual(refusal);
      }),
      { numRuns: 8 },
    );
  });
});

describe.each([...jsonOnly].filter((kind) => kind === "linear" || kind === "orum-io"))("any JSON object from %s", (kind) => {
  test("is taken as it was signed, and not with one bit changed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), fc.integer({ min: 0, max: 7 }), (json, at, bit) => {
        const body = Buffer.from(JSON.stringify({ ...json, created_at: "2027-01-15T08:00:00Z" }));
        const request = post(kind, body, "application/json");
        expect(verify(kind, request)).toEqual({ ok: true });
        const flipped = Buffer.from(request.body);
        const index = at % flipped.length;
        flipped[index] = (flipped[index] ?? 0) ^ (1 << bit);
        expect(verify(kind, { ...request, body: flipped })).toEqual(refusal);
      }),
      { numRuns: 10 },
    );
  });
});

test("any request at all gets an answer", () => {
  const header = fc.tuple(
    fc.constantFrom(...kinds.flatMap((kind) => Object.keys(samplePost(kind).headers))),
    fc.string({ unit: "binary" }),
  );
  const request = fc.record({
    body: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    headers: fc.array(header).map((pairs) => Object.fromEntries(pairs)),
    query: fc.webQueryParameters(),
  });
  fc.assert(
    fc.property(request, fc.constantFrom(...verified), (parts, kind) => {
      expect(verify(kind, received(parts))).toEqual(refusal);
    }),
    { numRuns: 500 },
  );
});

test.each(["", "nobody", "__proto__", "constructor", "toString", "GitHub"])("the unknown provider %j", (kind) => {
  const config = { secrets: ["s"], settings: {} };
  expect(verifyRequest(kind as ProviderKind, config, samplePost("github"), nowMs)).toMatchObject({ ok: false, reason: "misconfigured" });
  expect(
    signAs(kind as ProviderKind, config, {
      method: "POST",
      url: "https://a.example",
      contentType: "",
      body: Buffer.alloc(0),
      nowMs,
      id: "1",
    }),
  ).toMatchObject({
    reason: "misconfigured",
  });
});
