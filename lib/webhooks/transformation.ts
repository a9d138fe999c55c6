/** What an endpoint's transformation is given and may answer: the contract of Svix's `handler(webhook)`. */

export type TransformedMethod = "POST" | "PUT";

export type Transformed =
  | { kind: "cancelled" }
  /** A header that is null is not to be sent. `headers` null: it said nothing of them. */
  | { kind: "changed"; method: TransformedMethod; url: string; headers: Record<string, string | null> | null; eventType: string }
  | { kind: "fault"; reason: string };

/** `json`: what the code returned, without the payload. Trusts nothing in it. */
export function readTransformed(json: string): Transformed {
  const value = parse(json);
  if (typeof value !== "object" || value === null) return fault("The handler returned no webhook");
  const { method, url, headers, eventType, cancel } = value as Record<string, unknown>;
  if (cancel === true) return { kind: "cancelled" };
  if (method !== "POST" && method !== "PUT") return fault("The webhook's method must be POST or PUT");
  if (typeof url !== "string") return fault("The webhook's url must be a text");
  if (typeof eventType !== "string") return fault("The webhook's eventType must be a text");
  if (headers === undefined || headers === null) return { kind: "changed", method, url, headers: null, eventType };
  if (typeof headers !== "object" || Array.isArray(headers)) return fault("The webhook's headers must be an object");
  const read: Record<string, string | null> = {};
  for (const [name, header] of Object.entries(headers as Record<string, unknown>)) {
    if (header === null || typeof header === "string") read[name] = header;
    else if (typeof header === "number" || typeof header === "boolean") read[name] = String(header);
    else return fault(`The webhook's header ${name.slice(0, 100)} must be a text`);
  }
  return { kind: "changed", method, url, headers: read, eventType };
}

/** What the code set wins, whatever the case of its name; null takes away. */
export function mergeHeaders(own: Record<string, string>, made: Record<string, string | null> | null): Record<string, string> {
  if (made === null) return own;
  const replaced = new Set(Object.keys(made).map((name) => name.toLowerCase()));
  const merged = Object.fromEntries(Object.entries(own).filter(([name]) => !replaced.has(name.toLowerCase())));
  for (const [name, value] of Object.entries(made)) if (value !== null) merged[name] = value;
  return merged;
}

const fault = (reason: string): Transformed => ({ kind: "fault", reason });

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
