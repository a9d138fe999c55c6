/** A body as its content type says it is to be read. Everything here is foreign: it becomes text, never anything that runs. */

import type { ReceivedRequestDetail } from "../../lib/contract/receivedRequest.ts";
import { isShownJson } from "../form/isJson.ts";
import { prettyJson } from "../form/prettyJson.ts";
import { grouped } from "../ui/number.ts";

type Body = Pick<NonNullable<ReceivedRequestDetail["body"]>, "text" | "fields">;

/** `note`: of a file. */
export type Row = { name: string; note: string | null; value: string };

export type Parsed = { kind: "json" } | { kind: "form"; rows: Row[] } | { kind: "xml"; text: string } | { kind: "text" };

/** Text beyond this length would take the browser too long to lay out. */
const maximumLength = 1_000_000;

/** The body by its content type; as text where it is not what it says. A form's fields are what the server reads. */
export function parseBody(contentType: string | null, { text, fields }: Body): Parsed {
  if (fields !== undefined) return { kind: "form", rows: fields.map(rowOf) };
  const name = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (text === null || text === "") return { kind: "text" };
  if (/[/+]xml$/.test(name) && text.length <= maximumLength) return { kind: "xml", text: indentXml(text) };
  // Many senders of JSON say something else.
  return (/^\s*[[{"]/.test(text) || /[/+]json$/.test(name)) && isShownJson(text) ? { kind: "json" } : { kind: "text" };
}

/** A field as a row; some senders put JSON into a field. */
function rowOf({ name, value, file }: NonNullable<Body["fields"]>[number]): Row {
  if (file === null) return { name, note: null, value: /^\s*[[{]/.test(value) ? prettyJson(value) : value };
  return { name, note: [file.name, file.type].filter(Boolean).join(", "), value: `${grouped(file.size)} bytes` };
}

/** The XML with one tag a line. Text stays beside its tag; what lies in comments and CDATA is left alone. */
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
