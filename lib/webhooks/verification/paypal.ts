/**
 * https://developer.paypal.com/api/rest/webhooks/rest/#link-verifymanually: RSA over ids and a checksum, by a certificate that
 * the request names. Its address and its chain are checked here; the caller fetches it.
 */
import { createPrivateKey, sign as signBytes, verify as verifyBytes, type X509Certificate } from "node:crypto";
import { decode } from "./algorithms.ts";
import { isValidAt, leadsTo, parseChain } from "./certificates.ts";
import { headerOf } from "./request.ts";
import type { CheckContext, IncomingRequest, Need, Refused, Scheme, Settings } from "./types.ts";
import { refuse } from "./types.ts";
import { parseUrl } from "../../words/url.ts";

const hosts = new Set(["api.paypal.com", "api.sandbox.paypal.com"]);
const subjects = new Set(["messageverificationcerts.paypal.com", "messageverificationcerts.sandbox.paypal.com"]);

/** The URL to fetch the certificate from; refused if it is not PayPal's own. Follow no redirects. */
export function paypalCertificateUrl(request: IncomingRequest): string | Refused {
  const text = headerOf(request, "paypal-cert-url");
  if (typeof text !== "string") return text;
  const url = parseUrl(text);
  const own =
    url !== null &&
    url.protocol === "https:" &&
    hosts.has(url.hostname) &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    /^\/v1\/notifications\/certs\/[\w-]{1,128}$/.test(url.pathname) &&
    url.search === "" &&
    url.hash === "";
  return own ? url.href : refuse("malformed", "The certificate's address is not one of PayPal's");
}

export function paypalNeeds(request: IncomingRequest): Need | Refused {
  const url = paypalCertificateUrl(request);
  if (typeof url !== "string") return url;
  return { what: "PayPal's certificate", url, method: "GET", headers: {}, body: null, covers: () => true, absent: "bad_signature" };
}

export const paypal: Scheme = {
  asymmetric: true,
  recipe: null,
  toleranceMs: () => null,
  claim: (request) => {
    const [id, time, signature, algorithm] = [
      "paypal-transmission-id",
      "paypal-transmission-time",
      "paypal-transmission-sig",
      "paypal-auth-algo",
    ].map((name) => headerOf(request, name));
    for (const value of [id, time, signature, algorithm])
      if (typeof value !== "string") return value ?? refuse("missing_header", "A header of PayPal's is missing");
    if (algorithm !== "SHA256withRSA") return refuse("malformed", "PAYPAL-AUTH-ALGO is not SHA256withRSA");
    const url = paypalCertificateUrl(request);
    if (typeof url !== "string") return url;
    const [idText, timeText, signatureText] = [id, time, signature].map(String);
    if (idText?.includes("|") || timeText?.includes("|")) return refuse("malformed", "The transmission's id or time holds a |");
    if (decode(signatureText ?? "", "base64") === null) return refuse("malformed", "The signature is no base64");
    return { signatures: [signatureText ?? ""], timestamp: null, id: `${idText}|${timeText}` };
  },
  check: (_, claim, context) => {
    const key = certificateOf(context);
    if ("reason" in key) return key;
    const signature = decode(claim.signatures[0] ?? "", "base64");
    const content = contentOf(claim.id, context.settings, context.request.body);
    return signature !== null && verifyBytes("sha256", content, key.publicKey, signature) ? "match" : "mismatch";
  },
  sign: (privateKeyPem, draft, settings) => {
    const time = new Date(draft.nowMs).toISOString().replace(/\.\d{3}Z$/, "Z");
    const content = contentOf(`${draft.id}|${time}`, settings, draft.body);
    if (!privateKeyPem.startsWith("-----BEGIN")) return refuse("misconfigured", "The private key is no PEM");
    const headers = {
      "content-type": draft.contentType,
      "paypal-transmission-id": draft.id,
      "paypal-transmission-time": time,
      "paypal-transmission-sig": signBytes("sha256", content, createPrivateKey(privateKeyPem)).toString("base64"),
      "paypal-auth-algo": "SHA256withRSA",
      "paypal-cert-url": "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270",
    };
    return { method: draft.method, url: draft.url, headers, body: draft.body };
  },
};

const contentOf = (idAndTime: string, settings: Settings, body: Buffer): Buffer =>
  Buffer.from(`${idAndTime}|${settings["webhookId"] ?? ""}|${crc32(body)}`);

/** The leaf, if it is PayPal's, valid now, and led back to a trusted root by the certificates that came with it. */
function certificateOf({ extras, nowMs }: CheckContext): X509Certificate | Refused {
  if (extras.document === undefined) return refuse("misconfigured", "PayPal's certificate could not be had");
  const chain = parseChain(extras.document);
  const [leaf] = chain;
  if (leaf === undefined) return refuse("bad_signature", "What PayPal's address gave is no certificate");
  const name = /(?:^|\n)CN=([^\n]+)/.exec(leaf.subject)?.[1] ?? "";
  if (!subjects.has(name)) return refuse("bad_signature", "The certificate is not made out to PayPal's webhooks");
  if (!chain.every((certificate) => isValidAt(certificate, nowMs)))
    return refuse("bad_signature", "The certificate has expired or is not valid yet");
  return leadsTo(chain, (extras.trustedRootsPem ?? []).flatMap(parseChain), nowMs)
    ? leaf
    : refuse("bad_signature", "The certificate does not lead to a trusted root");
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 of ISO-HDLC (zlib's), unsigned. */
export function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
