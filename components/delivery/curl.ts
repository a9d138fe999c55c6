/** The request of an attempt as a command for a POSIX shell. */
type Request = { url: string; headers: { name: string; value: string | null }[]; payload: string | null };

export function curlOf({ url, headers, payload }: Request): string {
  const lines = [`curl ${quote(url)}`];
  for (const { name, value } of headers) {
    if (!ownHeaders.has(name.toLowerCase())) lines.push(`  -H ${quote(`${name}: ${value ?? "HIDDEN"}`)}`);
  }
  lines.push(`  --data-raw ${quote(payload ?? "")}`);
  return lines.join(" \\\n");
}

/** curl writes these itself. */
const ownHeaders = new Set(["host", "content-length", "connection", "accept-encoding"]);

// Inside single quotes a shell reads nothing; a quote itself is closed, escaped and opened again.
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
