/** A schema in words: its type, and what its values are held to. */
import { type OpenApi, type Schema, resolved } from "./document.ts";
import { grouped } from "../ui/number.ts";

export function typeOf(schema: Schema, document: OpenApi): string {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map((one) => typeOf(one, document)))].join(" or ");
  const known = resolved(schema, document);
  if (known.anyOf !== undefined || known.oneOf !== undefined) return typeOf(known, document);
  if (known.enum !== undefined) return known.enum.map((value) => `"${value}"`).join(" | ");
  if (known.const !== undefined) return JSON.stringify(known.const);
  if (Array.isArray(known.type)) return known.type.map((type) => named(type, known, document)).join(" or ");
  return named(known.type, known, document);
}

function named(type: string | undefined, schema: Schema, document: OpenApi): string {
  if (type === "array") return `list of ${schema.items === undefined ? "anything" : typeOf(schema.items, document)}`;
  if (type === "string" && schema.format === "date-time") return "moment (RFC 3339)";
  if (type === "object" && schema.properties === undefined && typeof schema.additionalProperties === "object")
    return `map to ${typeOf(schema.additionalProperties, document)}`;
  return type ?? "anything";
}

/** "1 to 256 characters", "default 50", … */
export function limitsOf(schema: Schema, document: OpenApi): string[] {
  const known = resolved(schema, document);
  return [
    range(known.minimum, known.maximum, ""),
    range(known.minLength, known.maxLength, " characters"),
    range(known.minItems, known.maxItems, " entries"),
    known.default === undefined || known.default === "" ? "" : `default ${JSON.stringify(known.default)}`,
    known.deprecated === true || schema.deprecated === true ? "deprecated" : "",
  ].filter(Boolean);
}

// JSON Schema of any integer names the greatest that JavaScript has.
const told = (bound: number | undefined): number | undefined =>
  bound !== undefined && Number.isSafeInteger(bound * 2) ? bound : undefined;

function range(minimum: number | undefined, maximum: number | undefined, unit: string): string {
  const [from, to] = [told(minimum), told(maximum)];
  if (from === undefined) return to === undefined ? "" : `up to ${grouped(to)}${unit}`;
  return to === undefined ? (unit === "" ? `at least ${from}` : "") : `${from} to ${grouped(to)}${unit}`;
}

export const descriptionOf = (schema: Schema, document: OpenApi): string =>
  schema.description ?? resolved(schema, document).description ?? "";

/** The object whose fields a value shows: itself, or that of which it is a list. Null: it has none. */
export function objectIn(schema: Schema, document: OpenApi): Schema | null {
  const known = resolved(schema, document);
  if (known.properties !== undefined) return known;
  if (known.items !== undefined) return objectIn(known.items, document);
  return typeof known.additionalProperties === "object" ? objectIn(known.additionalProperties, document) : null;
}
