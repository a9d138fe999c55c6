/** Client certificates, as people paste them: PEM. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ClientCertificate } from "./authentication.ts";

export type CertificateFacts = { subject: string; issuer: string; fingerprint: string; notBefore: Date; expiresAt: Date };

export type CheckedCertificate = { ok: true; facts: CertificateFacts } | { ok: false; field: "certificate" | "privateKey"; reason: string };

const maximumChain = 10;

/** Whether the certificate is one, valid at `nowMs`, and the key is its own. */
export function checkCertificate({ certificate, privateKey }: ClientCertificate, nowMs: number): CheckedCertificate {
  const [leaf, fault] = parseChain(certificate);
  if (leaf === null) return { ok: false, field: "certificate", reason: fault };
  const facts = factsOf(leaf);
  if (facts.expiresAt.getTime() <= nowMs)
    return { ok: false, field: "certificate", reason: `The certificate expired on ${facts.expiresAt.toISOString().slice(0, 10)}` };
  if (facts.notBefore.getTime() > nowMs)
    return { ok: false, field: "certificate", reason: `The certificate is not valid before ${facts.notBefore.toISOString()}` };
  const key = parseKey(privateKey);
  if (typeof key === "string") return { ok: false, field: "privateKey", reason: key };
  if (!leaf.checkPrivateKey(key)) return { ok: false, field: "privateKey", reason: "The private key does not belong to the certificate" };
  return { ok: true, facts };
}

/** The facts of a certificate that `checkCertificate` has accepted before. */
export const certificateFacts = (pem: string): CertificateFacts => factsOf(new X509Certificate(pem));

function factsOf(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer, fingerprint256, validFrom, validTo } = certificate;
  return {
    subject: onOneLine(subject),
    issuer: onOneLine(issuer),
    fingerprint: fingerprint256,
    notBefore: new Date(validFrom),
    expiresAt: new Date(validTo),
  };
}

function parseChain(pem: string): [X509Certificate, ""] | [null, string] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return [null, "This is no PEM certificate: it begins with -----BEGIN CERTIFICATE-----"];
  if (blocks.length > maximumChain) return [null, `There are more than ${maximumChain} certificates`];
  try {
    const [leaf] = blocks.map((block) => new X509Certificate(block));
    return leaf === undefined ? [null, "There is no certificate"] : [leaf, ""];
  } catch {
    return [null, "The certificate can't be read: its text is damaged or incomplete"];
  }
}

function parseKey(pem: string): KeyObject | string {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return "This is no PEM private key: it begins with -----BEGIN PRIVATE KEY-----";
  if (/ENCRYPTED/.test(pem)) return "The private key is encrypted: give it without a passphrase";
  try {
    return createPrivateKey(pem);
  } catch {
    return "The private key can't be read: its text is damaged or incomplete";
  }
}

// Node.js writes each part of a name on a line of its own.
const onOneLine = (name: string | undefined): string => (name ?? "").split("\n").join(", ");
