/** A response's headers as they are kept: no more of them than a page can show. */

/** How many bytes of names and values are kept. More may come (`maxResponseHeaderBytes` of connect.ts), and is no fault. */
const keptHeaderBytes = 16_384;

/** The headers to keep, from undici's list of names and values. Names in lower case; repeated ones joined by ", ". */
export function keptHeaders(raw: readonly Buffer[]): { headers: Record<string, string>; areCut: boolean } {
  const headers: Record<string, string> = {};
  let left = keptHeaderBytes;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString("latin1").toLowerCase() ?? "";
    const value = raw[i + 1]?.toString("latin1") ?? "";
    // Assigning `__proto__` would set the object's prototype; no receiver needs such a header.
    if (name === "__proto__") continue;
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const kept = value.slice(0, Math.max(0, left - name.length));
    if (kept !== "" || value === "") headers[name] = before === undefined ? kept : `${before}, ${kept}`;
    left -= name.length + value.length;
    if (left < 0) return { headers, areCut: true };
  }
  return { headers, areCut: false };
}
