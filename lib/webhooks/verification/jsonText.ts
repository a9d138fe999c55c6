/**
 * JSON as text: one value of it written anew, all else left as it came. A round trip through JSON.parse would change big
 * integers, `1.0`, escapes, white space and repeated keys, and with them what was signed.
 */

/** Where a value stands. */
type Span = { start: number; end: number };
type Member = { key: string; value: Span };
type Step = string | number;

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/**
 * The text with `value` (JSON, too) at this path: in the place of what is there, or behind the last member of the object
 * that lacks it. Null: it is no JSON, or the path leads nowhere.
 */
export function withValueAt(text: string, path: readonly Step[], value: string): string | null {
  if (!isJson(text)) return null;
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<Span | null>((span, step) => (span === null ? null : childOf(text, span, step)), rootOf(text));
  if (parent === null || last === undefined) return null;
  const present = childOf(text, parent, last);
  if (present !== null) return text.slice(0, present.start) + value + text.slice(present.end);
  const members = membersOf(text, parent);
  if (typeof last !== "string" || members === null) return null;
  const end = members.at(-1)?.value.end ?? parent.start + 1;
  return `${text.slice(0, end)}${members.length > 0 ? "," : ""}${JSON.stringify(last)}:${value}${text.slice(end)}`;
}

/** `withValueAt` for the bytes of a body. */
export function withJson(body: Buffer, path: readonly Step[], value: string): Buffer | null {
  const text = withValueAt(body.toString("utf8"), path, value);
  return text === null ? null : Buffer.from(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function rootOf(text: string): Span {
  const start = text.search(/\S/);
  return { start, end: text.trimEnd().length };
}

/** The value of a member or item. Of a key that repeats it is the last one, which JSON.parse keeps. */
function childOf(text: string, parent: Span, step: Step): Span | null {
  if (typeof step === "number") return text[parent.start] === "[" ? (valuesIn(text, parent)[step] ?? null) : null;
  return membersOf(text, parent)?.findLast(({ key }) => key === step)?.value ?? null;
}

function membersOf(text: string, object: Span): Member[] | null {
  if (text[object.start] !== "{") return null;
  const parts = valuesIn(text, object);
  return parts.flatMap((value, index) => {
    const name = parts[index - 1];
    return index % 2 === 1 && name !== undefined ? [{ key: JSON.parse(text.slice(name.start, name.end)) as string, value }] : [];
  });
}

/** The values directly inside an array; inside an object, keys and values by turns. */
function valuesIn(text: string, { start, end }: Span): Span[] {
  const found: Span[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: part, index } of text.slice(start + 1, end - 1).matchAll(token)) {
    const at = start + 1 + index;
    if (depth === 0) from = at;
    if (part === "{" || part === "[") depth += 1;
    else if (part === "}" || part === "]") depth -= 1;
    if (depth === 0 && part !== "," && part !== ":") found.push({ start: from, end: at + part.length });
  }
  return found;
}
