/** The mark that .NET, PowerShell and some editors put in front of a text in UTF-8. */

export const byteOrderMark = "\ufeff";

/** A text's bytes, without the mark. */
export const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
