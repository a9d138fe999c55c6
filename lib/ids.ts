/**
 * Ids: a prefix and a KSUID with 4 ms steps (the layout of svix-ksuid's KsuidMs): 20 bytes, of which
 * 4 are seconds since 2014-05-13T16:53:20Z, 1 is the fraction in 1/256 s, 15 are random; as 27 base62 digits.
 * Ordered by bytes they are ordered by time, and within one process strictly so.
 */
import { pooledRandom } from "./pooledRandom.ts";

export const prefixes = {
  organization: "org",
  environment: "env",
  user: "usr",
  session: "sess",
  apiKey: "key",
  portalAccess: "pa",
  oneTimeToken: "ott",
  application: "app",
  endpoint: "ep",
  endpointSecret: "sec",
  poller: "poll",
  message: "msg",
  attempt: "atmpt",
  backgroundTask: "qtask",
  invitation: "inv",
  auditEntry: "aud",
  inbox: "inbox",
  inboxRequest: "ireq",
  source: "src",
  sourceToken: "stok",
  receivedRequest: "rcv",
  integration: "integ",
  connector: "conn",
  autoconfig: "auto",
  savedView: "view",
  incident: "inc",
  alertChannel: "alert",
  authenticatorApp: "totp",
  passkey: "pk",
  pendingSignIn: "sgn",
} as const;

declare const scoped: unique symbol;

/**
 * The id of an environment or application whose rows its holder may see. Only lib/auth and lib/services/shared/scope.ts make one,
 * after asking: what takes one can't be given the id that a request names.
 */
export type EnvironmentId = string & { readonly [scoped]: "environment" };
export type ApplicationId = string & { readonly [scoped]: "application" };

export type IdKind = keyof typeof prefixes;

const epochMs = 1_400_000_000_000;
const stepMs = 1000 / 256;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

let lastStep = 0;
let lastTail = 0n;

/** A new id. `nowMs` is milliseconds since 1970, from the database's clock where the id dates a row. */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  let step = Math.floor((nowMs - epochMs) / stepMs);
  if (step <= lastStep && lastStep - step < 256) {
    // Same step, or the clock went back by less than a second: count up, so that order stays order.
    step = lastStep;
    lastTail += 1n + BigInt(pooledRandom(1)[0] ?? 0);
  } else {
    lastStep = step;
    // The highest bit is left free, so that counting up can't overflow.
    lastTail = BigInt("0x" + pooledRandom(15).toString("hex")) >> 1n;
  }
  return `${prefixes[kind]}_${base62((BigInt(step) << 120n) | lastTail)}`;
}

/** Who holds a delivery for now: 72 random bits, short because every delivery is stored with one. */
export const newLeaseId = (): string => pooledRandom(9).toString("base64url");

/** The moment in an id, in milliseconds since 1970 (exact to 4 ms, rounded down). Null if it is no id of that kind. */
export function idTimeMs(kind: IdKind, id: string): number | null {
  if (!isId(kind, id)) return null;
  const value = fromBase62(id.slice(prefixes[kind].length + 1));
  return value === null ? null : epochMs + Math.floor(Number(value >> 120n) * stepMs);
}

export function isId(kind: IdKind, id: string): boolean {
  const prefix = prefixes[kind];
  return id.length === prefix.length + 28 && id.startsWith(`${prefix}_`) && /^[0-9A-Za-z]{27}$/.test(id.slice(prefix.length + 1));
}

function base62(value: bigint): string {
  let text = "";
  // 62^8 is below 2^53, so eight digits fit a double: one bigint division a chunk instead of one a digit.
  for (let rest = value; text.length < 27; rest /= chunkSize) {
    let chunk = Number(rest % chunkSize);
    for (let i = 0; i < 8; i++) {
      text = digits[chunk % 62] + text;
      chunk = Math.floor(chunk / 62);
    }
  }
  return text.slice(-27);
}

const chunkSize = 62n ** 8n;

function fromBase62(text: string): bigint | null {
  let value = 0n;
  for (const digit of text) {
    const position = digits.indexOf(digit);
    if (position < 0) return null;
    value = value * 62n + BigInt(position);
  }
  return value < 1n << 160n ? value : null;
}
