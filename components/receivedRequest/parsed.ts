/** A body as its content type says it is to be read. Everything here is foreign: it becomes text, never anything that runs. */

import { indentJson, isJson } from "../form/json.ts";

export type Part = { name: string; fileName: string | null; contentType: string | null; text: string };

export type Parsed =
  | { kind: "json"; text: string }
  | { kind: "form"; pairs: [name: string, value: string][] }
  | { kind: "multipart"; parts: Part[] }
  | { kind: "xml"; text: string }
  | { kind: "text" };

/** Beyond this the browser would take too long to lay it out. */
const maximumLength = 1_000_000;

/** `text`: the body, as UTF-8. What is not what it says is text. */
export function parseBody(contentType: string | null, text: string): Parsed {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim());
  const name = type.toLowerCase();
  if (text === "" || text.length > maximumLength) return { kind: "text" };
  if (name === "application/x-www-form-urlencoded") return { kind: "form", pairs: [...new URLSearchParams(text)] };
  if (name.startsWith("multipart/")) return multipart(text, boundaryOf(parameters));
  if (/[/+]xml$/.test(name)) return { kind: "xml", text: indentXml(text) };
  // Many senders of JSON say something else.
  return (/^\s*[[{"]/.test(text) || /[/+]json$/.test(name)) && isJson(text) ? { kind: "json", text: indentJson(text) } : { kind: "text" };
}

function boundaryOf(parameters: string[]): string | null {
  const found = parameters.find((parameter) => /^boundary=/i.test(parameter));
  const value = found?.slice("boundary=".length).replace(/^"(.*)"$/, "$1") ?? "";
  return value === "" ? null : value;
}

/** RFC 2046, section 5.1; RFC 7578 for the names. */
function multipart(text: string, boundary: string | null): Parsed {
  if (boundary === null) return { kind: "text" };
  const pieces = `\r\n${text.replaceAll(/\r?\n/g, "\r\n")}`.split(`\r\n--${boundary}`).slice(1);
  const closing = pieces.findIndex((piece) => piece.startsWith("--"));
  const parts = (closing < 0 ? pieces : pieces.slice(0, closing)).map(partOf);
  return parts.length === 0 ? { kind: "text" } : { kind: "multipart", parts };
}

function partOf(piece: string): Part {
  const split = piece.indexOf("\r\n\r\n");
  const head = split < 0 ? piece : piece.slice(0, split);
  const headers = new Map(
    head.split("\r\n").map((line) => [line.split(":", 1)[0]?.trim().toLowerCase() ?? "", line.slice(line.indexOf(":") + 1).trim()]),
  );
  const disposition = headers.get("content-disposition") ?? "";
  return {
    name: parameterOf(disposition, "name") ?? "",
    fileName: parameterOf(disposition, "filename"),
    contentType: headers.get("content-type") ?? null,
    text: split < 0 ? "" : piece.slice(split + 4),
  };
}

function parameterOf(header: string, name: string): string | null {
  const match = new RegExp(`(?:^|;)\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, "i").exec(header);
  return match === null ? null : (match[1]?.replaceAll(/\\(.)/g, "$1") ?? match[2]?.trim() ?? null);
}

/** One tag a line. Text stays beside its tag; what lies in comments and CDATA is left alone. */
function indentXml(text: string): string {
  const tokens = text.match(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>|[^<]+/g) ?? [];
  let depth = 0;
  const lines: string[] = [];
  let open = "";
  for (const token of tokens) {
    if (token.trim() === "") continue;
    if (token.startsWith("</")) {
      depth = Math.max(0, depth - 1);
      if (open === "") lines.push("  ".repeat(depth) + token);
      else lines.push(open + token);
      open = "";
    } else if (/^<[^!?]/.test(token) && !token.endsWith("/>")) {
      if (open !== "") lines.push(open);
      open = "  ".repeat(depth) + token;
      depth += 1;
    } else if (token.startsWith("<") && !token.startsWith("<![CDATA[")) {
      if (open !== "") lines.push(open);
      open = "";
      lines.push("  ".repeat(depth) + token);
    } else if (open === "") lines.push("  ".repeat(depth) + token.trim());
    else open += token.trim();
  }
  if (open !== "") lines.push(open);
  return lines.join("\n");
}
