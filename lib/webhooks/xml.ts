/** XML as an object, to be looked into by path. What it has no place for (comments, instructions, DTDs) is passed over. */

/** An element: its text if it has nothing else; otherwise its children by name, `@name` of attributes, `#text` of text. */
export type XmlValue = string | XmlElement;
export type XmlElement = { [name: string]: XmlValue | XmlValue[] };

const maximumDepth = 200;

type Open = { name: string; children: XmlElement; text: string };

/** The XML's root. Undefined: it is not well formed, or too deep. Names keep their prefixes. Never throws. Linear. */
export function parseXml(text: string): XmlElement | undefined {
  const root: Open = { name: "", children: newElement(), text: "" };
  const stack = [root];
  let at = 0;
  while (at < text.length) {
    const open = stack.at(-1) ?? root;
    if (text[at] !== "<") {
      const end = endOf(text, "<", at) ?? text.length + 1;
      open.text += decoded(text.slice(at, end - 1));
      at = end - 1;
      continue;
    }
    const skipped = skip(text, at, open);
    if (skipped === undefined) return undefined;
    if (skipped !== at) {
      at = skipped;
      continue;
    }
    const tag = text[at + 1] === "/" ? close(text, at, stack) : begin(text, at, stack);
    if (tag === undefined) return undefined;
    at = tag;
  }
  return stack.length === 1 && Object.keys(root.children).length > 0 ? root.children : undefined;
}

/** The place behind the comment, CDATA, instruction or DTD at `at`; `at` itself if a tag stands there. Undefined: it never ends. */
function skip(text: string, at: number, open: Open): number | undefined {
  if (text.startsWith("<!--", at)) return endOf(text, "-->", at + 4);
  if (text.startsWith("<![CDATA[", at)) {
    const end = endOf(text, "]]>", at + 9);
    if (end !== undefined) open.text += text.slice(at + 9, end - 3);
    return end;
  }
  return text.startsWith("<?", at) || text.startsWith("<!", at) ? endOf(text, ">", at) : at;
}

function endOf(text: string, what: string, from: number): number | undefined {
  const found = text.indexOf(what, from);
  return found < 0 ? undefined : found + what.length;
}

function close(text: string, at: number, stack: Open[]): number | undefined {
  const end = endOf(text, ">", at);
  const [open, parent] = [stack.at(-1), stack.at(-2)];
  if (end === undefined || open === undefined || parent === undefined) return undefined;
  if (text.slice(at + 2, end - 1).trimEnd() !== open.name) return undefined;
  stack.pop();
  add(parent.children, open.name, valueOf(open));
  return end;
}

// Sticky, and without two ways to read the same text: none goes back over what it has read.
const openingName = /<([^\s/>"'=<]+)/y;
const attribute = /\s+([^\s/>"'=<]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const openingEnd = /\s*(\/?)>/y;

function begin(text: string, at: number, stack: Open[]): number | undefined {
  const name = matchAt(openingName, text, at)?.[1];
  if (name === undefined) return undefined;
  const made: Open = { name, children: newElement(), text: "" };
  let end = openingName.lastIndex;
  for (let found = matchAt(attribute, text, end); found !== null; found = matchAt(attribute, text, end)) {
    made.children[`@${found[1] ?? ""}`] = decoded(found[2] ?? found[3] ?? "");
    end = attribute.lastIndex;
  }
  const closing = matchAt(openingEnd, text, end);
  if (closing === null) return undefined;
  const parent = stack.at(-1);
  if (closing[1] === "/" && parent !== undefined) add(parent.children, name, valueOf(made));
  else if (stack.push(made) > maximumDepth) return undefined;
  return openingEnd.lastIndex;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

// The element has no prototype, so that no name is one of its.
const newElement = (): XmlElement => Object.create(null) as XmlElement;

function add(element: XmlElement, name: string, value: XmlValue): void {
  const before = element[name];
  if (before === undefined) element[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else element[name] = [before, value];
}

function valueOf({ children, text }: Open): XmlValue {
  const said = text.trim();
  if (Object.keys(children).length === 0) return said;
  if (said !== "") children["#text"] = said;
  return children;
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
