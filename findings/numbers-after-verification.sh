#!/usr/bin/env bash
# Libraries that verify and then hand over the parsed event (here stripe 23.1.0, @octokit/webhooks 14.2.0, @clerk/backend 3.25.0,
# lithic 0.145.0) parse with JSON.parse: of a signed integer beyond 2^53 they hand over a neighbour. What was verified and what
# is worked with differ, without an error.
source "$(dirname "$0")/common.sh"
install stripe@23.1.0 @octokit/webhooks@14.2.0 @clerk/backend@3.25.0 lithic@0.145.0 standardwebhooks@1.1.1
expect 'signed: 9223372036854775807
stripe: 9223372036854775808
@octokit/webhooks: 9223372036854775808
@clerk/backend: 9223372036854775808
lithic: 9223372036854775808' <<'JS'
import { verifyWebhook } from "@clerk/backend/webhooks";
import { Webhooks } from "@octokit/webhooks";
import { createHmac } from "node:crypto";
import { Lithic } from "lithic";
import { Webhook } from "standardwebhooks";
import { Stripe } from "stripe";

const body = '{"type":"a.b","data":{"id":9223372036854775807}}';
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const show = (name, event) => console.log(`${name}: ${BigInt(event.data.id)}`);
console.log("signed: 9223372036854775807");

const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
show("stripe", Stripe.webhooks.constructEvent(body, header, secret));

const github = new Webhooks({ secret });
github.onAny(({ payload }) => show("@octokit/webhooks", payload));
const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
await github.verifyAndReceive({ id: "1", name: "ping", payload: body, signature });

const now = new Date();
const signed = (family) => ({
  [`${family}-id`]: "msg_1",
  [`${family}-timestamp`]: String(Math.floor(now / 1000)),
  [`${family}-signature`]: new Webhook(secret).sign("msg_1", now, body),
});
const request = new Request("https://app.example/", { method: "POST", body, headers: signed("svix") });
show("@clerk/backend", await verifyWebhook(request, { signingSecret: secret }));
show("lithic", new Lithic({ apiKey: "key" }).webhooks.unwrap(body, signed("webhook"), secret));
JS
