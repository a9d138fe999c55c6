/** A payload as filters and code look into it. */
import { parsePayload } from "./json.ts";
import { parseXml } from "./xml.ts";

/** JSON; a form's fields, lists where one is given more than once; XML's elements. Undefined: it is none of them. Never throws. */
export function parseBody(contentType: string | null, bytes: Uint8Array): unknown {
  const json = parsePayload(bytes);
  return json === undefined ? parseMarkup(contentType, bytes) : json;
}

/** The same of what is not JSON. */
export function parseMarkup(contentType: string | null, bytes: Uint8Array): object | undefined {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/x-www-form-urlencoded") return fieldsOf(new URLSearchParams(new TextDecoder().decode(bytes)));
  return /[/+]xml$/.test(type) ? parseXml(new TextDecoder().decode(bytes)) : undefined;
}

function fieldsOf(pairs: URLSearchParams): Record<string, string | string[]> {
  // Without a prototype, so that no name is one of its.
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of pairs) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}
