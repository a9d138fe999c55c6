/** From bytes to text: byte order mark, declared charset, UTF-8, in this order. Nothing here throws. */

/** The charset that a content type names, in lower case; null: none. `charset="ISO-8859-1"` becomes `iso-8859-1`. */
export const charsetOf = (contentType: string): string | null =>
  /;\s*charset\s*=\s*["']?([^\s"';,]{1,40})/i.exec(contentType)?.[1]?.toLowerCase() ?? null;

/** The bytes as text in the charset; as UTF-8 where they are no text in it, or nobody knows it. */
export function decodeText(bytes: Buffer, charset: string | null): string {
  const mark = markOf(bytes);
  if (mark !== null) return decodeMarked(bytes, mark);
  return (charset === null ? null : decoderOf(isWide(charset) ? (wideCharset(bytes) ?? charset) : charset))?.(bytes) ?? bytes.toString();
}

/** The text of bytes that were cut off: what is left of the last character is left away. */
export function decodeCut(bytes: Buffer, charset: string | null): string {
  const mark = markOf(bytes);
  const said =
    mark?.charset ?? (charset !== null && isWide(charset) ? (wideCharset(bytes.subarray(0, bytes.length & ~1)) ?? charset) : charset);
  const decoder = said === null ? null : cutDecoderOf(said);
  if (decoder === "western") return decodeWestern(bytes);
  try {
    return (decoder ?? new TextDecoder()).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder().decode(bytes, { stream: true });
  }
}

function cutDecoderOf(charset: string): TextDecoder | "western" | null {
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    if (decoder.encoding === "utf-8") return null;
    return decoder.encoding === "windows-1252" ? "western" : decoder;
  } catch {
    return null;
  }
}

/** A decoder for many pieces in one charset, without marks. Null: the charset is UTF-8, or unknown. */
export function decoderOf(charset: string): ((bytes: Buffer) => string) | null {
  try {
    const decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true });
    if (decoder.encoding === "utf-8") return null;
    return decoder.encoding === "windows-1252" ? decodeWestern : (bytes) => decodedBy(decoder, bytes);
  } catch {
    return null;
  }
}

// 0x80 to 0x9f. Node.js 20's own decoder takes windows-1252 for ISO-8859-1, and leaves control characters there.
const western = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

const decodeWestern = (bytes: Buffer): string =>
  bytes.toString("latin1").replaceAll(/[\u0080-\u009f]/g, (character) => western[character.charCodeAt(0) - 0x80] ?? character);

function decodedBy(decoder: TextDecoder, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes.toString();
  }
}

export const hasMark = (bytes: Buffer): boolean => markOf(bytes) !== null;

/** Whether the name means UTF-16 and leaves the byte order open: the WHATWG takes it as little-endian, RFC 2781 as big-endian. */
export const isWide = (charset: string): boolean => charset === "utf-16" || charset === "utf16" || charset === "ucs-2";

/** `utf-16le` or `utf-16be`, where text that begins in ASCII says so by its zeros; null: it does not. */
export function wideCharset(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  if (bytes.length < 2 || bytes.length % 2 === 1) return null;
  if (bytes[0] === 0 && bytes[1] !== 0) return "utf-16be";
  return bytes[0] !== 0 && bytes[1] === 0 ? "utf-16le" : null;
}

/** What `<?xml … encoding="…"?>` says; null: nothing. */
export function declaredInXml(bytes: Buffer): string | null {
  const declared = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(bytes.toString("latin1", 0, 256))?.[1]?.toLowerCase();
  if (declared === undefined) return wideCharset(bytes);
  // What can be read as ASCII is no UTF-16.
  return declared.startsWith("utf-16") ? null : declared;
}

/** What `<meta charset="…">` says near the beginning (HTML, section 13.2.3.2), or what its older form does; null: nothing. */
export function declaredInHtml(bytes: Buffer): string | null {
  const start = bytes.toString("latin1", 0, 1024);
  return /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(start)?.[1]?.toLowerCase() ?? null;
}

type Mark = { charset: "utf-8" | "utf-16le" | "utf-16be"; length: number };

function markOf(bytes: Buffer): Mark | null {
  const first = bytes[0];
  if (first === 0xef) return bytes[1] === 0xbb && bytes[2] === 0xbf ? { charset: "utf-8", length: 3 } : null;
  if (first === 0xff) return bytes[1] === 0xfe ? { charset: "utf-16le", length: 2 } : null;
  return first === 0xfe && bytes[1] === 0xff ? { charset: "utf-16be", length: 2 } : null;
}

function decodeMarked(bytes: Buffer, { charset, length }: Mark): string {
  const rest = bytes.subarray(length);
  return charset === "utf-8" ? rest.toString() : new TextDecoder(charset).decode(rest);
}
