/** Bytes on a page. */

export const fromBase64 = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const bytesInLine = 16;

/** The bytes as `hexdump -C` writes them: 16 a line, with their place before and what is ASCII behind. */
export function hexOf(bytes: Uint8Array, maximumBytes: number): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, maximumBytes); at += bytesInLine) {
    const line = [...bytes.subarray(at, at + bytesInLine)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0"));
    const halves = `${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}`.padEnd(3 * bytesInLine);
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${halves} |${ascii}|`);
  }
  return lines.join("\n");
}
