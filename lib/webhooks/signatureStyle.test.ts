/** Webster's signatures, verified by the libraries of those who made each style. */
import { verify as verifyGithub } from "@octokit/webhooks-methods";
import fc from "fast-check";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Stripe } from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { formatSecret, parseSecret, parseStored, parseText, publicForm, type SigningKey } from "./signature.ts";
import { faultOfKey, faultOfStyle, signatureHeaders, type SignatureStyle } from "./signatureStyle.ts";
import { verifyStyle } from "./styleVerification.ts";

const stripe: SignatureStyle = { style: "stripe", signatureHeader: "Stripe-Signature" };
const github: SignatureStyle = {
  style: "github",
  signatureHeader: "X-Hub-Signature-256",
  eventHeader: "X-GitHub-Event",
  deliveryHeader: "X-GitHub-Delivery",
};
const styles: SignatureStyle[] = [{ style: "standard" }, { style: "svix" }, stripe, github];
const whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const plain = "It's a Secret to Everybody";
const whsk = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const keys = [whsec, plain].map(parseText);
const body = Buffer.from('{"id":"evt_1","object":"event","price":1.0,"name":"Café"}');
const seconds = 1_800_000_000;

// The libraries read the clock themselves.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: seconds * 1000 });
});
afterAll(() => {
  vi.useRealTimers();
});

function headersOf(style: SignatureStyle, signWith: SigningKey[] = keys, svixNames = false): Record<string, string> {
  const toSign = { keys: signWith, messageId: "msg_1", eventType: "invoice.paid", timestampSeconds: seconds, body };
  const flat = signatureHeaders(style, svixNames, toSign);
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ""]] : [])));
}

const construct = (header: string, secret: string, payload = body): unknown =>
  new Stripe("sk_test_none").webhooks.constructEvent(payload, header, secret);

test("Stripe's library takes it with each secret that signs, whatever its form", () => {
  const headers = headersOf(stripe);
  expect(headers["webhook-id"]).toBe("msg_1");
  for (const secret of [whsec, plain]) expect(construct(headers["Stripe-Signature"] ?? "", secret)).toMatchObject({ id: "evt_1" });
  expect(() => construct(headers["Stripe-Signature"] ?? "", "whsec_another")).toThrow(/signature/i);
  expect(() => construct(headers["Stripe-Signature"] ?? "", whsec, Buffer.from(`${body.toString()} `))).toThrow(/signature/i);
});

test("GitHub's library takes it with the newest secret alone", async () => {
  const headers = headersOf(github);
  expect(headers).toMatchObject({ "X-GitHub-Event": "invoice.paid", "X-GitHub-Delivery": "msg_1" });
  const signature = headers["X-Hub-Signature-256"] ?? "";
  expect(await verifyGithub(whsec, body.toString(), signature)).toBe(true);
  expect(await verifyGithub(plain, body.toString(), signature)).toBe(false);
  expect(await verifyGithub(plain, body.toString(), headersOf(github, [parseText(plain)])["X-Hub-Signature-256"] ?? "")).toBe(true);
});

test("the standard ones under either name, or both", () => {
  const text = body.toString();
  const names = (svixNames: boolean, style: SignatureStyle) => Object.keys(headersOf(style, keys, svixNames));
  expect(names(false, { style: "standard" })).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
  expect(names(false, { style: "svix" })).toEqual(["svix-id", "svix-timestamp", "svix-signature"]);
  expect(names(true, { style: "standard" })).toHaveLength(6);
  expect(new StandardWebhook(whsec).verify(text, headersOf({ style: "standard" }))).toMatchObject({ id: "evt_1" });
  expect(() => new SvixWebhook(whsec).verify(text, headersOf({ style: "svix" }))).not.toThrow();
  // A secret of another form, from before the style changed, signs on for its overlap.
  expect(() => new StandardWebhook(plain, { format: "raw" }).verify(text, headersOf({ style: "standard" }))).not.toThrow();
});

test("each style is verified by our own receiver too, and nothing else is", () => {
  const lower = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const style of styles) {
    const headers = lower(headersOf(style));
    expect(verifyStyle(style, keys.slice(0, 1), headers, body, seconds)).toMatchObject({ ok: true });
    expect(verifyStyle(style, [parseText("another secret of ours")], headers, body, seconds)).toMatchObject({ ok: false });
    expect(verifyStyle(style, keys, headers, Buffer.from("{}"), seconds)).toMatchObject({ ok: false });
    expect(verifyStyle(style, keys, {}, body, seconds)).toEqual({ ok: false, reason: "missing header" });
    for (const junk of ["", "t=,v1=", `t=${seconds},v1=`, "sha256=", ",,,", "t=1e9,v1=a"]) {
      const wrong = Object.fromEntries(Object.keys(headers).map((name) => [name, junk]));
      expect(verifyStyle(style, keys, wrong, body, seconds).ok).toBe(false);
    }
  }
  expect(verifyStyle(stripe, keys, lower(headersOf(stripe)), body, seconds + 301)).toEqual({ ok: false, reason: "timestamp too old" });
  expect(verifyStyle(stripe, keys, lower(headersOf(stripe)), body, seconds - 301)).toEqual({ ok: false, reason: "timestamp too new" });
});

test("which secret goes with which style", () => {
  for (const style of styles) {
    expect(faultOfKey(style, parseSecret(whsec))).toBeNull();
    const isStandard = style.style === "standard" || style.style === "svix";
    expect(faultOfKey(style, parseSecret(whsk)) === null).toBe(isStandard);
    expect(faultOfKey(style, parseText(plain)) === null).toBe(!isStandard);
  }
  // Without a key that fits there is nothing to send.
  for (const style of [stripe, github]) expect(() => headersOf(style, [parseSecret(whsk)])).toThrow("no usable signing key");
});

test("a secret of any form is kept to the letter", () => {
  for (const text of [plain, whsec, "0123456789abcdef", "whsec_5f3a_not-base64!", "text:text:text:text:"]) {
    const stored = parseStored(formatSecret(parseText(text)));
    expect(publicForm(stored)).toBe(text);
    expect(formatSecret(stored)).toBe(formatSecret(parseText(text)));
  }
  expect(parseText(whsk)).toEqual(parseSecret(whsk));
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{16,200}$/), (text) => {
      fc.pre(!text.startsWith("whs") && !text.startsWith("whp"));
      expect(publicForm(parseStored(formatSecret(parseText(text))))).toBe(text);
    }),
  );
  for (const wrong of [
    "",
    "short",
    "x".repeat(201),
    " padded with spaces ",
    "späti späti späti späti",
    "line\nline\nline\nline",
    "whpk_abc",
  ])
    expect(() => parseText(wrong)).toThrow(/secret|whpk/i);
});

test("header names that can't be sent are refused", () => {
  for (const style of styles) expect(faultOfStyle(style)).toBeNull();
  for (const name of ["", "a b", "Host", "webhook-signature", "Authorization", "content-type", "ü"])
    expect(faultOfStyle({ style: "stripe", signatureHeader: name })?.field).toBe("signatureHeader");
  expect(faultOfStyle({ ...github, eventHeader: "x-hub-signature-256" })).toEqual({
    field: "eventHeader",
    reason: "x-hub-signature-256 is given twice",
  });
});
