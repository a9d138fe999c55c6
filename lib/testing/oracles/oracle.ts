/** A provider's own library, as the judge of what is signed here, and as the signer of what is verified here. */
import { createHmac } from "node:crypto";
import type { Draft, IncomingRequest, ProviderKind, Signed } from "../../webhooks/verification.ts";
import { configOf, nowMs, received, sourceUrl } from "../../webhooks/verification/testSupport.ts";
import type { OracleBody } from "./bodies.ts";
import { jsonBodies } from "./bodies.ts";

export type Oracle = {
  kind: ProviderKind;
  /** The library's package, and which part where there are several ways. */
  library: string;
  /** The source's settings, where there are several ways to sign. */
  settings?: Readonly<Record<string, string>>;
  bodies?: readonly OracleBody[];
  /** Set where the signature covers something else, or only a part. */
  coversBody?: false;
  /** Asks the library, which refuses by false or by throwing. */
  takes: (request: IncomingRequest, secret: string) => unknown;
  /** What the library (or the formula that it checks) adds to the draft. */
  signs?: (draft: Draft, secret: string) => Partial<Signed> | Promise<Partial<Signed>>;
};

export const bodiesOf = ({ bodies }: Oracle): readonly OracleBody[] => bodies ?? jsonBodies;

export const secretOf = ({ kind }: Oracle): string => configOf(kind).secrets[0] ?? "";

/** The reason of a library that refuses, or null. */
export async function refusalBy(oracle: Oracle, request: IncomingRequest): Promise<string | null> {
  try {
    return (await oracle.takes(request, secretOf(oracle))) === false ? "false" : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function signedBy(oracle: Oracle, { contentType, text }: OracleBody): Promise<IncomingRequest> {
  const draft = { method: "POST", url: sourceUrl, contentType, body: Buffer.from(text), nowMs, id: "evt_42" };
  const added = await oracle.signs?.(draft, secretOf(oracle));
  return received({ ...draft, ...added, headers: { "content-type": contentType, ...added?.headers } });
}

/** The body of the request as it stands, for libraries that want texts. */
export const textOf = ({ body }: { body: Buffer }): string => body.toString("utf8");

export const headerIn = ({ headers }: IncomingRequest, name: string): string => headers[name] ?? "";

export const hmacOf = (hash: string, encoding: "hex" | "base64", secret: string, ...parts: (string | Buffer)[]): string =>
  parts.reduce((hmac, part) => hmac.update(part), createHmac(hash, secret)).digest(encoding);

export const secondsOf = (draft: Draft): string => String(Math.floor(draft.nowMs / 1000));
