/** The request of an attempt as a command for a POSIX shell. */
type Request = {
  url: string;
  headers: { name: string; value: string | null }[];
  payload: string | null;
  /** Set: the bytes to send. */
  payloadBase64?: string | null;
  /** Headers of its own that curl is to leave out. */
  without?: string[];
};

export function curlOf({ url, headers, payload, payloadBase64 = null, without = [] }: Request): string {
  const lines = [`${payloadBase64 === null ? "" : `printf %s ${quote(payloadBase64)} | base64 -d | `}curl ${quote(url)}`];
  for (const { name, value } of headers) {
    // With a colon and nothing behind it, curl would send none at all.
    if (!ownHeaders.has(name.toLowerCase())) lines.push(`  -H ${quote(value === "" ? `${name};` : `${name}: ${value ?? "HIDDEN"}`)}`);
  }
  for (const name of without) lines.push(`  -H ${quote(`${name}:`)}`);
  lines.push(payloadBase64 === null ? `  --data-raw ${quote(payload ?? "")}` : "  --data-binary @-");
  return lines.join(" \\\n");
}

/** curl writes these itself. */
const ownHeaders = new Set(["host", "content-length", "connection", "accept-encoding"]);

// Inside single quotes a shell reads nothing; a quote itself is closed, escaped and opened again.
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
