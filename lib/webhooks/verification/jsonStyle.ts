/** JSON as others write it. */
import { hasParts, stringifyJson } from "../body/json.ts";

/** `spaced`: with spaces behind commas and colons, as Python's `json.dumps` writes. */
export type JsonStyle = {
  layout?: "compact" | "spaced" | "indented";
  /** `\/`, as PHP writes. */
  slashes?: boolean;
  /** Everything beyond ASCII as `\u00e4`. */
  ascii?: boolean;
};

export function writeJson(value: unknown, { layout = "compact", slashes = false, ascii = false }: JsonStyle = {}): string {
  const text = layout === "spaced" ? spaced(value) : stringifyJson(value, layout === "indented" ? 2 : 0);
  const slashed = slashes ? text.replaceAll("/", "\\/") : text;
  return ascii ? escaped(slashed) : slashed;
}

export function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (!hasParts(value)) return stringifyJson(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`)
    .join(", ")}}`;
}

/** The text with lower-case hexadecimal for all beyond ASCII; characters beyond 16 bits as their two halves. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
