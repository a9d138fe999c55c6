/** Libraries of the providers that have pairs, tokens and told secrets, as far as they are small. */
import { signWebhookPayload, verifyWebhookSignature } from "@notionhq/client";
import { assertValidSignature, encodeSignatureHeader } from "@sanity/webhook";
import { Receiver } from "@upstash/qstash";
import { WorkOS } from "@workos-inc/node";
import { createHash } from "node:crypto";
import { SignJWT } from "jose";
import { AccessToken, WebhookReceiver } from "livekit-server-sdk";
import { configOf } from "../../webhooks/verification/testSupport.ts";
import { type OracleBody, jsonBodies } from "./bodies.ts";
import type { Oracle } from "./oracle.ts";
import { headerIn, secondsOf, textOf } from "./oracle.ts";

const apiKey = configOf("livekit").settings["apiKey"] ?? "";

/** Bodies for LiveKit, whose receiver makes a message of its own type of them. */
const livekitBodies: OracleBody[] = [
  '{"event":"room_started","room":{"sid":"RM_1","name":"Grüße 🎉"},"id":"EV_1","createdAt":"1767225600"}',
  '{ "event" : "participant_joined",\r\n "room": {"name":"\\u00fc"}, "id":"EV_2" }\n',
].map((text) => ({ name: text.slice(0, 24), contentType: "application/webhook+json", text }));

// Notion's library signs what it has parsed and written again, which only such bodies survive.
const written = jsonBodies.filter(({ text }) => text === JSON.stringify(JSON.parse(text)));

const workos = new WorkOS("sk_test_key");

export const moreOracles: readonly Oracle[] = [
  {
    kind: "sanity",
    library: "@sanity/webhook",
    takes: (request, secret) => assertValidSignature(textOf(request), headerIn(request, "sanity-webhook-signature"), secret),
    signs: async (draft, secret) => ({
      headers: { "sanity-webhook-signature": await encodeSignatureHeader(textOf(draft), draft.nowMs, secret) },
    }),
  },
  {
    kind: "notion",
    library: "@notionhq/client",
    takes: (request, verificationToken) =>
      verifyWebhookSignature({ body: textOf(request), signature: headerIn(request, "x-notion-signature"), verificationToken }),
    signs: async (draft, verificationToken) => ({
      headers: { "x-notion-signature": await signWebhookPayload({ body: textOf(draft), verificationToken }) },
    }),
  },
  {
    kind: "workos",
    library: "@workos-inc/node",
    bodies: written,
    takes: (request, secret) =>
      workos.webhooks.verifyHeader({
        payload: JSON.parse(textOf(request)) as Record<string, unknown>,
        sigHeader: headerIn(request, "workos-signature"),
        secret,
      }),
    signs: async (draft, secret) => ({
      headers: {
        "workos-signature": `t=${draft.nowMs}, v1=${await workos.webhooks.computeSignature(draft.nowMs, JSON.parse(textOf(draft)), secret)}`,
      },
    }),
  },
  {
    kind: "livekit",
    library: "livekit-server-sdk",
    bodies: livekitBodies,
    takes: async (request, secret) =>
      Boolean(await new WebhookReceiver(apiKey, secret).receive(textOf(request), headerIn(request, "authorization"))),
    signs: async (draft, secret) => {
      const token = new AccessToken(apiKey, secret, { ttl: 300 });
      token.sha256 = createHash("sha256").update(draft.body).digest("base64");
      return { headers: { authorization: await token.toJwt() } };
    },
  },
  {
    kind: "upstash-qstash",
    library: "@upstash/qstash",
    takes: (request, secret) =>
      new Receiver({ currentSigningKey: "the one before", nextSigningKey: secret }).verify({
        signature: headerIn(request, "upstash-signature"),
        body: textOf(request),
      }),
    signs: async (draft, secret) => {
      const iat = Number(secondsOf(draft));
      const body = `${createHash("sha256").update(draft.body).digest("base64url")}=`;
      const token = await new SignJWT({ iss: "Upstash", sub: draft.url, iat, nbf: iat, exp: iat + 300, jti: "jwt_1", body })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .sign(Buffer.from(secret));
      return { headers: { "upstash-signature": token } };
    },
  },
];
