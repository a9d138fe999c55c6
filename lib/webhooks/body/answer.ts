/** What a receiver answered, as people read it: unpacked, and in whatever charset it came. */
import { isUtf8 } from "node:buffer";
import { charsetOf, declaredInHtml, declaredInXml, decodeCut, decodeText, hasMark, wideCharset } from "./charset.ts";
import type { Start } from "./coding.ts";

export type Answered = {
  /** The body as it came, perhaps its beginning only. */
  bytes: Buffer;
  isCut: boolean;
  contentType: string | null;
  /** What it is without its codings (coding.ts#unpackStart); itself, if it has none. */
  start: Start | null;
};

/**
 * `text`: holds no NUL, which PostgreSQL's text can't. `isSame`: the bytes are its UTF-8. `isSeen`: no byte of it is packed
 * without being in the text. Never throws.
 */
export function readAnswer({ bytes, isCut, contentType, start }: Answered) {
  const isSeen = start?.isWhole ?? false;
  // Text that is only said to be packed, as behind a proxy that unpacks and leaves the header, is what people look for.
  const isUnpacked = start !== null && (isSeen || !(isUtf8(bytes) || (isCut && endsInUtf8(bytes))));
  const content = isUnpacked ? start.body : bytes;
  const text = textOf(content, contentType ?? "", isCut || !isSeen).replaceAll("\0", "");
  const isSame = content === bytes && isSeen && isPrefix(text, bytes, isCut);
  return { text, isSame, isSeen };
}

function textOf(bytes: Buffer, contentType: string, isCut: boolean): string {
  const said = hasMark(bytes) ? null : (charsetOf(contentType) ?? declaredIn(bytes));
  const charset = said ?? (isUtf8(bytes) || hasMark(bytes) ? null : unsaid(bytes, contentType, isCut));
  return isCut ? decodeCut(bytes, charset) : decodeText(bytes, charset);
}

const lessThan = 0x3c;

function declaredIn(bytes: Buffer): string | null {
  if (bytes.length < 2) return null;
  // Most answers are no markup, and need no look.
  const isMarkup = bytes.subarray(0, 16).includes(lessThan);
  if (isMarkup) return declaredInXml(bytes) ?? declaredInHtml(bytes);
  return bytes[0] === 0 || bytes[1] === 0 ? unsaidWide(bytes.subarray(0, Math.min(16, bytes.length & ~1))) : null;
}

/** The charset of UTF-16 that begins with some ASCII, each of whose characters has a zero beside it; null: it is none. */
function unsaidWide(start: Buffer): string | null {
  const charset = wideCharset(start);
  const zeroAt = charset === "utf-16be" ? 0 : 1;
  return start.every((byte, at) => (byte === 0) === (at % 2 === zeroAt)) ? charset : null;
}

/** HTTP's oldest text had no need to say so (RFC 2616, section 3.7.1). */
const unsaid = (bytes: Buffer, contentType: string, isCut: boolean): string | null =>
  /^\s*text\//i.test(contentType) && !(isCut && endsInUtf8(bytes)) ? "windows-1252" : null;

/** Whether the bytes are UTF-8 but for the last character, which may have been cut. */
const endsInUtf8 = (bytes: Buffer): boolean => [1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, Math.max(0, bytes.length - cut))));

const longestCharacter = 4;

function isPrefix(text: string, bytes: Buffer, isCut: boolean): boolean {
  const encoded = Buffer.from(text);
  const missing = bytes.length - encoded.length;
  return missing >= 0 && missing < (isCut ? longestCharacter : 1) && bytes.subarray(0, encoded.length).equals(encoded);
}
