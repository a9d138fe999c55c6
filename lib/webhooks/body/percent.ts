/** The fields of an urlencoded body (WHATWG URL, section 5.1), in whatever charset. */
import { decodeText, decoderOf, hasMark } from "./charset.ts";

export function decodeFields(bytes: Buffer, charset: string | null): [name: string, value: string][] {
  const decode = charset === null || charset.startsWith("utf-16") || hasMark(bytes) ? null : decoderOf(charset);
  if (decode === null) return [...new URLSearchParams(withQuestion(decodeText(bytes, charset)))];
  const decoded = (text: string): string => decode(Buffer.from(unescaped(text), "latin1"));
  // Each byte a character, so that percent signs are undone before the charset counts.
  return bytes
    .toString("latin1")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [decoded(pair), ""] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
    });
}

/** URLSearchParams takes one question mark away, which in a body is a name's first letter. */
const withQuestion = (text: string): string => (text.startsWith("?") ? `?${text}` : text);

const unescaped = (text: string): string =>
  text.replaceAll("+", " ").replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
