#!/usr/bin/env bash
# @paddle/paddle-node-sdk 3.10.0 exports the class Webhooks, which needs no API key. Until somebody has constructed a Paddle
# client in the same process, its isSignatureValid answers false to valid signatures; it says why on the console only.
source "$(dirname "$0")/common.sh"
install @paddle/paddle-node-sdk@3.10.0
expect 'without a client: false
with a client somewhere: true' <<'JS'
import { createHmac } from "node:crypto";
import { Paddle, Webhooks } from "@paddle/paddle-node-sdk";

console.error = () => {};
const body = '{"event_type":"transaction.completed"}';
const ts = Math.floor(Date.now() / 1000);
const header = `ts=${ts};h1=${createHmac("sha256", "secret").update(`${ts}:${body}`).digest("hex")}`;
const check = () => new Webhooks().isSignatureValid(body, "secret", header);
const before = await check();
new Paddle("key");
process.stdout.write(`without a client: ${before}\nwith a client somewhere: ${await check()}\n`);
JS
