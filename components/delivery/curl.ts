/** A request as a command for a POSIX shell, byte for byte. */
import { toBase64 } from "./bytes.ts";

export type CurlRequest = {
  url: string;
  method?: string;
  /** A null value is one that is not shown. Characters are bytes, as Node.js and browsers read them. */
  headers: readonly { name: string; value: string | null }[];
  body: CurlBody;
};

/** Base64 where the bytes are not the text's in UTF-8. Null: there is none. */
export type CurlBody = { text: string } | { base64: string } | null;

export function curlOf({ url, method = "POST", headers, body }: CurlRequest): string {
  const given = headers.filter(({ name }) => !ownHeaders.has(name.toLowerCase()));
  const { before, option } = dataOf(body, method);
  const lines = [
    // Without --globoff, brackets and braces in a URL are patterns; without --path-as-is, /../ is resolved.
    `${before}curl --globoff ${/\/\.\.?(\/|$|\?)/.test(url) ? "--path-as-is " : ""}${methodOf(method, option !== null)}${quote(url)}`,
    ...given.map(({ name, value }) => `  -H ${headerOf(name, value)}`),
    // curl would say that a body without a type is a form.
    ...(option === null || given.some(({ name }) => name.toLowerCase() === "content-type") ? [] : ["  -H 'content-type:'"]),
    ...(option === null ? [] : [`  ${option}`]),
  ];
  return lines.join(" \\\n");
}

/** curl writes these itself; an Expect would make it wait. */
const ownHeaders = new Set(["host", "content-length", "connection", "accept-encoding", "transfer-encoding", "expect"]);

// Inside single quotes a shell reads nothing; a quote itself is closed, escaped and opened again.
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A header as an argument of curl: with "name:" it sends no header at all; "name;" is an empty one. */
function headerOf(name: string, value: string | null): string {
  if (value === "") return quote(`${name};`);
  const line = `${name}: ${value ?? "HIDDEN"}`;
  // A header's characters are bytes, which a shell in UTF-8 would write as two.
  return /[\u0080-\u00ff]/.test(line) ? `"$(printf ${quote(printfFormatOf(line))})"` : quote(line);
}

const printfFormatOf = (text: string): string =>
  text
    .replaceAll("\\", "\\\\")
    .replaceAll("%", "%%")
    .replaceAll(/[\u0080-\u00ff]/g, (character) => `\\${character.charCodeAt(0).toString(8)}`);

function methodOf(method: string, hasBody: boolean): string {
  if (method === "HEAD") return "--head ";
  return method === (hasBody ? "POST" : "GET") ? "" : `-X ${quote(method)} `;
}

/** No shell takes longer arguments (Linux: 128 KiB); what is built into it may have any length. */
const maximumArgument = 100_000;
// NUL can't be said, and terminals change what else is pasted.
// oxlint-disable-next-line no-control-regex -- these are the point
const unpasteable = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** `before` pipes the body to the command; `option` tells curl where it is. */
function dataOf(body: CurlBody, method: string): { before: string; option: string | null } {
  const isBodiless = body === null || ("text" in body ? body.text === "" : body.base64 === "");
  if (isBodiless) return { before: "", option: method === "POST" || method === "PUT" || method === "PATCH" ? "--data-raw ''" : null };
  const base64 = "base64" in body ? body.base64 : unpasteable.test(body.text) ? base64Of(body.text) : null;
  if (base64 !== null) return { before: `printf %s ${quote(base64)} | base64 --decode | \\\n`, option: piped };
  const { text } = body as { text: string };
  return text.length > maximumArgument
    ? { before: `printf %s ${quote(text)} | \\\n`, option: piped }
    : { before: "", option: `--data-raw ${quote(text)}` };
}

const piped = "--data-binary @-";

/** What is shown as text, and the bytes where they are others (`payloadBase64`). */
export function curlBodyOf(text: string | null, base64: string | null): CurlBody {
  if (base64 !== null && (text === null || base64Of(text) !== base64)) return { base64 };
  return text === null ? null : { text };
}

const base64Of = (text: string): string => toBase64(new TextEncoder().encode(text));
