/** What a transformation is given and may answer: the contract of Svix's `handler(webhook)`. */
import type { PayloadEncoding } from "./codePayload.ts";

export type TransformedMethod = "POST" | "PUT";

type Fault = { kind: "fault"; reason: string };

/** `encoding`: of a payload that is a text. */
type Read = { eventType: string; encoding: PayloadEncoding };

export type Transformed =
  | { kind: "cancelled" }
  /** A header that is null is not to be sent. `headers` null: it said nothing of them. */
  | (Read & { kind: "changed"; method: TransformedMethod; url: string; headers: Record<string, string | null> | null })
  | Fault;

/** Reads what an endpoint's code returned. `json`: that, without the payload. Trusts nothing in it. */
export function readTransformed(json: string): Transformed {
  const read = readWebhook(json);
  if (read.kind !== "read") return read;
  const { eventType, encoding } = read;
  const { method, url, headers } = read.fields;
  if (method !== "POST" && method !== "PUT") return fault("The webhook's method must be POST or PUT");
  if (typeof url !== "string") return fault("The webhook's url must be a text");
  if (headers === undefined || headers === null) return { kind: "changed", method, url, headers: null, eventType, encoding };
  if (typeof headers !== "object" || Array.isArray(headers)) return fault("The webhook's headers must be an object");
  const named: Record<string, string | null> = {};
  for (const [name, header] of Object.entries(headers as Record<string, unknown>)) {
    if (header === null || typeof header === "string") named[name] = header;
    else if (typeof header === "number" || typeof header === "boolean") named[name] = String(header);
    else return fault(`The webhook's header ${name.slice(0, 100)} must be a text`);
  }
  return { kind: "changed", method, url, headers: named, eventType, encoding };
}

/** Reads what a source's code returned: a message has neither method nor url, and its headers are those that came. */
export function readReshaped(json: string): { kind: "cancelled" } | (Read & { kind: "changed" }) | Fault {
  const read = readWebhook(json);
  if (read.kind !== "read") return read;
  const { eventType, encoding } = read;
  if (!/^[a-zA-Z0-9\-_.]{1,256}$/.test(eventType)) return fault("The webhook's eventType must be letters, digits, - _ and .");
  return { kind: "changed", eventType, encoding };
}

function readWebhook(json: string): { kind: "cancelled" } | (Read & { kind: "read"; fields: Record<string, unknown> }) | Fault {
  const value = parse(json);
  if (typeof value !== "object" || value === null) return fault("The handler returned no webhook");
  const fields = value as Record<string, unknown>;
  const { eventType, cancel, payloadEncoding: encoding = null } = fields;
  if (cancel === true) return { kind: "cancelled" };
  if (encoding !== null && encoding !== "base64") return fault('The webhook\'s payloadEncoding must be "base64" or null');
  return typeof eventType === "string" ? { kind: "read", eventType, encoding, fields } : fault("The webhook's eventType must be a text");
}

/** The endpoint's headers with those of the code, which win whatever the case of their names; null takes a header away. */
export function mergeHeaders(own: Record<string, string>, made: Record<string, string | null> | null): Record<string, string> {
  if (made === null) return own;
  const replaced = new Set(Object.keys(made).map((name) => name.toLowerCase()));
  const merged = Object.fromEntries(Object.entries(own).filter(([name]) => !replaced.has(name.toLowerCase())));
  for (const [name, value] of Object.entries(made)) if (value !== null) merged[name] = value;
  return merged;
}

const fault = (reason: string): Fault => ({ kind: "fault", reason });

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
