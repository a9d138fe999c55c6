/** Chains of X.509 certificates: which of them lead to a root that is trusted. */
import { X509Certificate } from "node:crypto";

/** No provider's chain has more certificates. */
const maximumCertificates = 8;

/** The certificates of a PEM text; none if the text holds anything else. */
export function parseChain(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return parseAll(blocks);
}

/** The certificates of JWS's `x5c` (RFC 7515, section 4.1.6): DER in base64, the leaf first. */
export function parseX5c(x5c: unknown): X509Certificate[] {
  if (!Array.isArray(x5c) || !x5c.every((text) => typeof text === "string")) return [];
  return parseAll(x5c.map((text) => Buffer.from(text, "base64")));
}

export function isValidAt(certificate: X509Certificate, nowMs: number): boolean {
  return Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo);
}

/** Whether each is issued by the next, and the last by a root, unless it is one itself. The validity of the chain is the caller's. */
export function leadsTo(chain: readonly X509Certificate[], roots: readonly X509Certificate[], nowMs: number): boolean {
  const last = chain.at(-1);
  return (
    last !== undefined &&
    isLinked(chain) &&
    roots.some((root) => root.ca && isValidAt(root, nowMs) && last.checkIssued(root) && last.verify(root.publicKey))
  );
}

export function isLinked(chain: readonly X509Certificate[]): boolean {
  return chain.every((certificate, index) => {
    const next = chain[index + 1];
    return next === undefined || (next.ca && certificate.checkIssued(next) && certificate.verify(next.publicKey));
  });
}

function parseAll(blocks: readonly (string | Buffer)[]): X509Certificate[] {
  if (blocks.length > maximumCertificates) return [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}
