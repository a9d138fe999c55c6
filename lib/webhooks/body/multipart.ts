/** The parts of multipart/form-data (RFC 7578), as lenient as senders need: a preamble, bare line feeds, folded headers. */
import { charsetOf } from "./charset.ts";

/** `fileName` null: a field. */
export type Part = { name: string; fileName: string | null; type: string | null; charset: string | null; content: Buffer };

// Parts beyond this number, and heads beyond this length, are not looked at.
const maximumParts = 1_000;
const maximumHeaderBytes = 8_192;

/** Null: the content type names no boundary, or the body has no part with a name. Never throws. Linear. */
export function partsOf(body: Buffer, contentType: string): Part[] | null {
  const boundary = parameterOf(contentType, "boundary");
  if (boundary === null || boundary === "" || boundary.length > 200) return null;
  const delimiter = Buffer.from(`--${boundary}`, "latin1");
  const parts: Part[] = [];
  let at = nextDelimiter(body, delimiter, 0);
  for (let count = 0; at !== null && count < maximumParts; count++) {
    const start = at + delimiter.length;
    // Two hyphens behind the boundary: there are no more.
    if (body[start] === 0x2d && body[start + 1] === 0x2d) break;
    const end = nextDelimiter(body, delimiter, start);
    const part = partIn(body.subarray(start, end === null ? body.length : beforeBreak(body, end)));
    if (part !== null) parts.push(part);
    at = end;
  }
  return parts.length > 0 ? parts : null;
}

/** Delimiters begin a line. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number | null {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1))
    if (at === 0 || body[at - 1] === 0x0a) return at;
  return null;
}

/** The line break belongs to the delimiter. */
const beforeBreak = (body: Buffer, delimiterAt: number): number => delimiterAt - (body[delimiterAt - 2] === 0x0d ? 2 : 1);

function partIn(bytes: Buffer): Part | null {
  // Up to the end of the boundary's own line, and then up to an empty one.
  const head = /^[ \t]*\r?\n((?:[^\r\n]+\r?\n)*)\r?\n/.exec(bytes.toString("latin1", 0, maximumHeaderBytes));
  if (head === null) return null;
  const content = bytes.subarray(head[0].length);
  // Names come as UTF-8, whatever the charset of the values.
  const headers = Buffer.from(head[1] ?? "", "latin1")
    .toString()
    .replaceAll(/\r?\n[ \t]+/g, " ");
  const disposition = headerOf(headers, "content-disposition");
  const name = disposition === null ? null : parameterOf(disposition, "name");
  if (disposition === null || name === null) return null;
  const type = headerOf(headers, "content-type");
  return {
    name: unescaped(name),
    fileName: fileNameOf(disposition),
    type: type?.split(";", 1)[0]?.trim() ?? null,
    charset: type === null ? null : charsetOf(type),
    content,
  };
}

const headerOf = (headers: string, name: string): string | null =>
  new RegExp(`^${name}[ \\t]*:[ \\t]*(.*?)\\r?$`, "im").exec(headers)?.[1] ?? null;

/** A parameter of a header such as `form-data; name="a"`. */
function parameterOf(header: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, "i").exec(header);
  return found === null ? null : (found[1]?.replaceAll(/\\(["\\])/g, "$1") ?? found[2] ?? null);
}

/** Browsers write three characters of names in this way (HTML, section "Multipart form data"). */
const unescaped = (name: string): string => name.replaceAll(/%(22|0D|0A)/gi, (escape) => decodeURIComponent(escape));

function fileNameOf(disposition: string): string | null {
  const extended = parameterOf(disposition, "filename\\*");
  const plain = parameterOf(disposition, "filename");
  const encoded = extended === null ? null : /^utf-8'[^']*'(.*)$/i.exec(extended)?.[1];
  try {
    return encoded === null || encoded === undefined ? (plain === null ? extended : unescaped(plain)) : decodeURIComponent(encoded);
  } catch {
    return plain ?? extended;
  }
}
