/** Signatures and events that stand in the body, in whatever form it comes. */
import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { describeRequest, handshake, verifyRequest } from "../verification.ts";
import { configOf, nowMs, post, received } from "./testSupport.ts";

const seconds = String(nowMs / 1000);
const token = "0".repeat(49) + "f";

/** Undici writes multipart as browsers do. */
async function multipart(fields: Record<string, string | File>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const written = new Response(form);
  const headers = { "content-type": written.headers.get("content-type") ?? "" };
  return received({ headers, body: Buffer.from(await written.arrayBuffer()) });
}

test("Mailgun's routes and old bounces are forms with files", async () => {
  const config = configOf("mailgun");
  const signature = createHmac("sha256", config.secrets[0] ?? "").update(`${seconds}${token}`);
  const bounce = { event: "bounced", recipient: "alice@example.com", timestamp: seconds, token, signature: signature.digest("hex") };
  const attachment = new File([Buffer.from([0, 255, 13, 10])], "message.mime", { type: "message/rfc822" });
  const request = await multipart({ ...bounce, "attachment-1": attachment });
  expect(verifyRequest("mailgun", config, request, nowMs)).toEqual({ ok: true });
  expect(describeRequest("mailgun", request)).toMatchObject({ eventType: "bounced", identity: { text: token } });

  for (const forged of [
    { ...bounce, token: `1${token.slice(1)}` },
    { ...bounce, timestamp: String(Number(seconds) + 1) },
  ])
    expect(verifyRequest("mailgun", config, await multipart(forged), nowMs)).toMatchObject({ ok: false, reason: "bad_signature" });
  const asFile = await multipart({ ...bounce, signature: new File([bounce.signature], "signature") });
  expect(verifyRequest("mailgun", config, asFile, nowMs)).toMatchObject({ ok: false, reason: "missing_header" });
});

test("Slack's interactions are JSON in a form's field", () => {
  const payload = JSON.stringify({ type: "block_actions", trigger_id: "13345224609.738474920.8088930838d88f008e0", user: { id: "U1" } });
  const request = post("slack", Buffer.from(new URLSearchParams({ payload }).toString()), "application/x-www-form-urlencoded");
  expect(verifyRequest("slack", configOf("slack"), request, nowMs)).toEqual({ ok: true });
  expect(describeRequest("slack", request)).toMatchObject({
    eventType: "block_actions",
    identity: { text: "13345224609.738474920.8088930838d88f008e0" },
  });
});

test("a question is understood with a mark before it, and packed", () => {
  const question = `\ufeff${JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" })}`;
  const ask = (body: Buffer, headers: Record<string, string> = {}) => {
    const signed = post("slack", body, "application/json");
    const reply = handshake("slack", configOf("slack"), { ...signed, headers: { ...signed.headers, ...headers } }, nowMs);
    return reply !== null && "body" in reply ? reply.body : null;
  };
  const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
  expect(ask(Buffer.from(question))).toBe(challenge);
  expect(ask(gzipSync(question), { "content-encoding": "gzip" })).toBe(challenge);
});

test("a form that could be JSON as well leaves nothing out of what Twilio signs", () => {
  const form = "application/x-www-form-urlencoded";
  const request = post("twilio", Buffer.from('{"a":1}'), form);
  expect(verifyRequest("twilio", configOf("twilio"), request, nowMs)).toEqual({ ok: true });
  expect(verifyRequest("twilio", configOf("twilio"), { ...request, body: Buffer.from('{"a":2}') }, nowMs)).toMatchObject({ ok: false });
  const empty = post("twilio", Buffer.alloc(0), form);
  expect(verifyRequest("twilio", configOf("twilio"), { ...empty, body: Buffer.from('{"a":1}') }, nowMs)).toMatchObject({ ok: false });
});

test("ids in the body keep their digits", () => {
  const body = Buffer.from('{"type":"a","data":{"id":1},"id":8202522731445525542}');
  const { identity } = describeRequest("cloudevents", received({ body: Buffer.from('{"id":8202522731445525542,"source":"s"}') }));
  expect(identity?.text).toContain("8202522731445525542");
  expect(describeRequest("cloudevents", received({ body })).eventType).toBe("a");
});
