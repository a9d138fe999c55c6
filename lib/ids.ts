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
const digitCodes = Buffer.from(digits);
const base = 62;

const timeBytes = 5;
const digitCount = 27;

/** The id that was made last: the values of its digits, and as text. Most ids are the next after it, which is counted in digits. */
const last = new Uint8Array(digitCount);
const lastText = Buffer.alloc(digitCount);
let lastStep = 0;

/** A new id. `nowMs` is milliseconds since 1970, from the database's clock where the id dates a row. */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  const step = Math.floor((nowMs - epochMs) / stepMs);
  // Same step, or the clock went back by less than a second: count up, so that order stays order.
  if (step <= lastStep && lastStep - step < 256) countUp(1 + (pooledRandom(1)[0] ?? 0));
  else begin(step);
  return `${prefixes[kind]}_${lastText.toString("latin1")}`;
}

/** The least id of that moment: where the ids of it and of later ones begin. */
export function firstId(kind: IdKind, ms: number): string {
  bytes.fill(0);
  writeStep(Math.floor((ms - epochMs) / stepMs));
  const text = Buffer.alloc(digitCount);
  writeDigits(new Uint8Array(digitCount), text);
  return `${prefixes[kind]}_${text.toString("latin1")}`;
}

/** An id as it is made, before it is written. */
const bytes = new Uint8Array(20);

function writeStep(step: number): void {
  for (let at = timeBytes - 1, left = step; at >= 0; at--, left = Math.floor(left / 256)) bytes[at] = left % 256;
}

function begin(step: number): void {
  lastStep = step;
  writeStep(step);
  bytes.set(pooledRandom(bytes.length - timeBytes), timeBytes);
  // The highest bit is left free, so that counting up can't overflow.
  bytes[timeBytes] = (bytes[timeBytes] ?? 0) & 0x7f;
  writeDigits(last, lastText);
}

function countUp(by: number): void {
  for (let at = digitCount - 1, carry = by; carry > 0; at--) {
    const sum = (last[at] ?? 0) + carry;
    carry = (sum / base) | 0;
    const digit = sum - carry * base;
    last[at] = digit;
    lastText[at] = digitCodes[digit] ?? 0;
  }
}

/** Who holds a delivery for now: 72 random bits, short because every delivery is stored with one. */
export const newLeaseId = (): string => pooledRandom(9).toString("base64url");

/** The moment in an id, in milliseconds since 1970 (exact to 4 ms, rounded down). Null if it is no id of that kind. */
export function idTimeMs(kind: IdKind, id: string): number | null {
  if (!isId(kind, id)) return null;
  const step = stepOf(id);
  return step === null ? null : epochMs + Math.floor(step * stepMs);
}

export function isId(kind: IdKind, id: string): boolean {
  const prefix = prefixes[kind];
  return id.length === prefix.length + 28 && id.startsWith(`${prefix}_`) && /^[0-9A-Za-z]{27}$/.test(id.slice(prefix.length + 1));
}

const chunkDigits = 5;
const chunkSize = base ** chunkDigits;

const rest = new Float64Array(bytes.length / 2);

/** `bytes` as digits. Long division of 16 bits at a time by as many digits as keep each step exact in a double. */
function writeDigits(values: Uint8Array, text: Buffer): void {
  for (let at = 0; at < rest.length; at++) rest[at] = (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0);
  let first = 0;
  for (let end = digitCount; end > 0; end -= chunkDigits) {
    let remainder = 0;
    for (let at = first; at < rest.length; at++) {
      const part = remainder * 65_536 + (rest[at] ?? 0);
      const quotient = Math.floor(part / chunkSize);
      rest[at] = quotient;
      remainder = part - quotient * chunkSize;
    }
    while (rest[first] === 0) first++;
    for (let at = end - 1, chunk = remainder | 0; at >= 0 && at >= end - chunkDigits; at--) {
      const higher = (chunk / base) | 0;
      const value = chunk - higher * base;
      values[at] = value;
      text[at] = digitCodes[value] ?? 0;
      chunk = higher;
    }
  }
}

const valueOfCode = new Uint8Array(128);
for (let value = 0; value < digits.length; value++) valueOfCode[digits.charCodeAt(value)] = value;

/** What the first five bytes of an id say. Null: its digits say more than 20 bytes hold. */
function stepOf(id: string): number | null {
  rest.fill(0);
  for (let at = id.length - digitCount; at < id.length;) {
    const end = Math.min(at + chunkDigits, id.length);
    let [factor, carry] = [1, 0];
    for (; at < end; at++) {
      factor *= 62;
      carry = carry * 62 + (valueOfCode[id.charCodeAt(at)] ?? 0);
    }
    for (let i = rest.length - 1; i >= 0; i--) {
      const part = (rest[i] ?? 0) * factor + carry;
      carry = Math.floor(part / 65_536);
      rest[i] = part - carry * 65_536;
    }
    if (carry > 0) return null;
  }
  return ((rest[0] ?? 0) * 65_536 + (rest[1] ?? 0)) * 256 + Math.floor((rest[2] ?? 0) / 256);
}
