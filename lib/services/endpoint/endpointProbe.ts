/**
 * Tries out a URL the way a delivery would go: name, address, connection, one signed request. The address is checked
 * before it is connected to, and what is told never names one.
 */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Actor } from "../../actor.ts";
import type { EndpointProbeIn, EndpointProbeOut } from "../../contract/probe.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { proxyChecks, proxyFor, serverNameOf, tunnelOptions } from "../../egress.ts";
import { env } from "../../env.ts";
import { listenTarget } from "../../listenUrl.ts";
import { newId } from "../../ids.ts";
import { NameError, resolveName, type Whose } from "../../names.ts";
import { isTlsFault, tlsFaultWords } from "../../tlsFault.ts";
import { checkAddress, checkUrl, isAllowedHost, parseNetworks } from "../../webhooks/address.ts";
import { signatureHeaders, type SignatureStyle } from "../../webhooks/signatureStyle.ts";
import { whoseOf } from "../shared/whose.ts";
import { newKey } from "./secrets.ts";
import { requireStyle } from "./signatureStyles.ts";
import { dayMs } from "../../words/duration.ts";

type Step = EndpointProbeOut["steps"][number];

const dnsTimeoutMs = 3_000;
const answerTimeoutMs = 10_000;

/** `signature`: the style of the ping's signature. */
export async function probe(actor: Actor, { url: text, signature }: EndpointProbeIn): Promise<EndpointProbeOut> {
  const startedMs = performance.now();
  const found: Findings = { steps: [], addressCount: null, certificateExpiresAt: null, statusCode: null };
  await walk(text, requireStyle(signature), whoseOf(actor), found);
  for (const name of ["url", "dns", "address", "tls", "response"] as const)
    if (!found.steps.some((step) => step.name === name))
      found.steps.push({ name, status: "skipped", detail: skipped[name], durationMs: null });
  const ok = found.steps.every(({ status }) => status !== "failed");
  return { ok, ...found, durationMs: Math.round(performance.now() - startedMs) };
}

type Findings = Omit<EndpointProbeOut, "ok" | "durationMs" | "certificateExpiresAt"> & { certificateExpiresAt: string | null };

const skipped = {
  url: "",
  dns: "Not reached",
  address: "Not reached",
  tls: "Not reached",
  response: "Not reached",
};

async function walk(text: string, style: SignatureStyle, whose: Whose, found: Findings): Promise<void> {
  const allowedNetworks = parseNetworks(env().allowedNetworks);
  const listening = listenTarget(text);
  const checked =
    listening === null
      ? checkUrl(text, { httpsOnly: env().httpsOnly, allowedNetworks, allowedHosts: env().allowedHosts })
      : ({ ok: true, url: listening.origin + listening.path, literal: null } as const);
  if (!checked.ok) {
    note(found, "url", "failed", checked.reason);
    return;
  }
  note(found, "url", "ok", "A URL that messages can be sent to");
  const url = new URL(checked.url);
  const isProxys = proxyChecks() && proxyFor(url.hostname) !== null;
  const resolved =
    checked.literal !== null ? literal(checked.literal, found) : isProxys ? leftToProxy(found) : await resolve(url.hostname, whose, found);
  if (resolved === null) return;
  const isChecked = listening === null && !isAllowedHost(url.hostname, env().allowedHosts);
  if (isChecked && resolved.some((address) => checkAddress(address, allowedNetworks) === "forbidden")) {
    note(found, "address", "failed", "The host is at a private or reserved address, which Webster does not connect to");
    return;
  }
  note(found, "address", "ok", isProxys ? "Left to the proxy" : "Public, or allowed by this server's settings");
  await ask(url, resolved, style, found);
}

function leftToProxy(found: Findings): string[] {
  note(found, "dns", "ok", "Left to the proxy by which webhooks leave");
  return [];
}

function literal(address: string, found: Findings): string[] {
  found.addressCount = 1;
  note(found, "dns", "ok", "The URL names an address; nothing to resolve");
  return [address];
}

async function resolve(host: string, whose: Whose, found: Findings): Promise<string[] | null> {
  const startedMs = performance.now();
  try {
    const addresses = await resolveName(host, whose, dnsTimeoutMs);
    found.addressCount = addresses.length;
    const count = addresses.length === 1 ? "1 address" : `${addresses.length} addresses`;
    note(found, "dns", "ok", `The name has ${count}`, startedMs);
    return addresses.map(({ address }) => address);
  } catch (error) {
    const away = !(error instanceof NameError && error.code === "ENOTFOUND");
    note(found, "dns", "failed", away ? "The name could not be resolved at the moment" : "The name does not exist", startedMs);
    return null;
  }
}

/** One POST to the first address; no redirects. */
async function ask(url: URL, addresses: string[], style: SignatureStyle, found: Findings): Promise<void> {
  const startedMs = performance.now();
  const encrypted = url.protocol === "https:";
  const outcome = await post(url, addresses, style, startedMs, found).catch((error: NodeJS.ErrnoException) => error);
  if (!encrypted) note(found, "tls", "skipped", "Plain HTTP");
  const hasTls = found.steps.some(({ name }) => name === "tls");
  if (outcome instanceof Error) {
    if (!hasTls && isTlsFault(outcome.code ?? "")) note(found, "tls", "failed", tlsFault(outcome), startedMs);
    else note(found, "response", "failed", faultOf(outcome), startedMs);
    return;
  }
  found.statusCode = outcome.statusCode ?? 0;
  const good = found.statusCode >= 200 && found.statusCode < 300;
  note(found, "response", good ? "ok" : "failed", good ? `Answered ${found.statusCode}` : answerFault(found.statusCode), startedMs);
}

function post(url: URL, addresses: string[], style: SignatureStyle, startedMs: number, found: Findings): Promise<IncomingMessage> {
  const nowMs = databaseNowMs();
  const body = Buffer.from(JSON.stringify({ type: "webster.probe", timestamp: new Date(nowMs).toISOString() }));
  const signed = signatureHeaders(style, false, {
    keys: [newKey()],
    messageId: newId("message", nowMs),
    eventType: "webster.probe",
    timestampSeconds: Math.floor(nowMs / 1000),
    body,
  });
  const common = ["content-type", "application/json", "content-length", String(body.length), "user-agent", "Webster (+webhooks; probe)"];
  const headers = ["host", url.host, ...common, ...signed];
  const pinned: LookupFunction = (_host, options, callback) => {
    const known = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (options.all === true) callback(null, known);
    else callback(null, known[0]?.address ?? "", known[0]?.family);
  };
  return new Promise((resolve, reject) => {
    const make = url.protocol === "https:" ? requestHttps : requestHttp;
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const request = make(
      url,
      {
        method: "POST",
        headers,
        lookup: pinned,
        servername: serverNameOf(url.hostname),
        agent: false,
        signal,
        ...tunnelOptions(url, addresses[0], answerTimeoutMs),
      },
      (response) => {
        // Only the status is told; the body is not read.
        response.on("error", () => undefined);
        response.destroy();
        resolve(response);
      },
    );
    request.on("socket", (socket) => socket.on("secureConnect", () => noteCertificate(socket as TLSSocket, startedMs, found)));
    // By itself Node.js would have the connection break off.
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    request.on("error", reject);
    request.end(body);
  });
}

function noteCertificate(socket: TLSSocket, startedMs: number, found: Findings): void {
  if (!socket.authorized) return;
  const expiresAt = new Date(socket.getPeerCertificate().valid_to);
  const days = Math.floor((expiresAt.getTime() - Date.now()) / dayMs);
  found.certificateExpiresAt = Number.isNaN(expiresAt.getTime()) ? null : expiresAt.toISOString();
  note(found, "tls", "ok", Number.isNaN(days) ? "Trusted" : `Trusted certificate, ${days} days left`, startedMs);
}

function tlsFault({ code = "", message }: NodeJS.ErrnoException): string {
  return tlsFaultWords(code) ?? `No trusted TLS connection (${code === "UNSPECIFIED" ? message : code})`;
}

function faultOf(error: NodeJS.ErrnoException): string {
  if (error.name === "TimeoutError" || error.code === "ABORT_ERR" || error.code === "ETIMEDOUT")
    return `No answer within ${answerTimeoutMs / 1000} seconds`;
  if (error.code === "ECONNREFUSED") return "The connection was refused: nothing listens at this port";
  if (error.code?.startsWith("HPE_")) return "The answer was not HTTP";
  if (error.code === "ECONNRESET") return "The connection broke off before the answer";
  return "The host can't be reached";
}

function answerFault(status: number): string {
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed, enter the final URL`;
  if (status === 401 || status === 403)
    return `Answered ${status}: the receiver refused. It may be verifying signatures, and the probe's key is not the endpoint's`;
  if (status === 404 || status === 405) return `Answered ${status}: nothing takes a POST at this path`;
  if (status >= 500) return `Answered ${status}: the receiver failed`;
  return `Answered ${status}, where 2xx is needed`;
}

function note(found: Findings, name: Step["name"], status: Step["status"], detail: string, startedMs?: number): void {
  const durationMs = startedMs === undefined ? null : Math.round(performance.now() - startedMs);
  found.steps.push({ name, status, detail, durationMs });
}
