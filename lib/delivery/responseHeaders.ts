/** A response's headers as they are kept: no more of them than a page can show. */
import { isUtf8 } from "node:buffer";
import { decodeCut } from "../webhooks/body/charset.ts";

/** How many are kept, and of how many bytes. More may come (`maxResponseHeaderBytes` of connect.ts), and is no fault. */
const keptHeaderCount = 256;
const keptHeaderBytes = 16_384;
/** What something is decided by is kept wherever it stands, up to so many bytes. */
const decisive = new Set(["content-encoding", "content-length", "content-type", "retry-after", "transfer-encoding", "webhook-delivery"]);
const decisiveBytes = 256;

/** The headers to keep, from undici's list of names and values. Names in lower case; repeated ones joined by ", ". */
export function keptHeaders(raw: readonly Buffer[]): { headers: Record<string, string>; areCut: boolean } {
  const headers: Record<string, string> = {};
  let left = keptHeaderBytes;
  let areCut = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString("latin1").toLowerCase() ?? "";
    const value = raw[i + 1] ?? nothing;
    // Assigning `__proto__` would set the object's prototype; no receiver needs such a header.
    if (name === "__proto__") continue;
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (left < 0 || i >= 2 * keptHeaderCount) {
      areCut = true;
      if (decisive.has(name)) headers[name] ??= textOf(value, decisiveBytes);
      continue;
    }
    const kept = textOf(value, Math.max(0, left - name.length));
    if (kept !== "" || value.length === 0) headers[name] = before === undefined ? kept : `${before}, ${kept}`;
    left -= name.length + value.length;
    areCut ||= left < 0;
  }
  return { headers, areCut };
}

const nothing = Buffer.alloc(0);
const beyondAscii = /[\x80-\xff]/;

/** The first `most` bytes as text: HTTP says nothing of it beyond ASCII, and most who write more write UTF-8, the others ISO-8859-1. */
function textOf(value: Buffer, most: number): string {
  const text = value.toString("latin1", 0, most);
  if (!beyondAscii.test(text) || !isUtf8(value)) return text;
  return value.length <= most ? value.toString() : decodeCut(value.subarray(0, most), null);
}
