/** Example values from a schema: its own example if it has one, else its required fields. */
import { modelOf, type OpenApi, type Schema, resolved } from "./document.ts";

export type Scalar = string | number | boolean | null;

/** `model`: the SDKs have a class for it. */
export type Example =
  | { kind: "object"; model: string | null; fields: { name: string; value: Example }[] }
  | { kind: "list"; items: Example[] }
  | { kind: "scalar"; value: Scalar };

const deepest = 6;

export const bodyExample = (schema: Schema, document: OpenApi): Example => exampleOf(schema, document, "", 0);

function exampleOf(schema: Schema, document: OpenApi, name: string, depth: number): Example {
  const model = modelOf(schema) ?? modelOf((schema.anyOf ?? []).find((one) => modelOf(one) !== null) ?? {});
  const known = resolved(schema, document);
  const [given] = known.examples ?? [];
  if (given !== undefined) return fromJson(given, known, document, model);
  if (known.const !== undefined) return fromJson(known.const, known, document, null);
  if (known.enum !== undefined) return { kind: "scalar", value: known.enum[0] ?? null };
  const alternative = (known.anyOf ?? known.oneOf ?? known.allOf)?.find(({ type }) => type !== "null");
  if (alternative !== undefined && depth < deepest) return exampleOf(alternative, document, name, depth + 1);
  const type = Array.isArray(known.type) ? known.type.find((one) => one !== "null") : known.type;
  switch (type ?? "string") {
    case "object":
      return objectOf(known, document, model, depth);
    case "array":
      return { kind: "list", items: depth >= deepest || !known.items ? [] : [exampleOf(known.items, document, name, depth + 1)] };
    case "boolean":
      return { kind: "scalar", value: known.default === true };
    case "integer":
    case "number":
      return { kind: "scalar", value: typeof known.default === "number" ? known.default : (known.minimum ?? known.exclusiveMinimum ?? 1) };
    default:
      return { kind: "scalar", value: textOf(known, name) };
  }
}

function objectOf(schema: Schema, document: OpenApi, model: string | null, depth: number): Example {
  const all = Object.entries(schema.properties ?? {});
  const required = all.filter(([field]) => schema.required?.includes(field));
  const current = all.filter(([, { deprecated }]) => deprecated !== true);
  // A patch requires nothing: one field shows its form.
  const chosen = required.length > 0 || depth > 0 ? required : current.slice(0, 1);
  const fields = depth >= deepest ? [] : chosen.map(([field, one]) => ({ name: field, value: exampleOf(one, document, field, depth + 1) }));
  return { kind: "object", model, fields };
}

/** A JSON value as an example. Which nested objects are classes, the schema says. */
function fromJson(value: unknown, schema: Schema, document: OpenApi, model: string | null): Example {
  if (Array.isArray(value)) {
    const items = schema.items ?? {};
    return { kind: "list", items: value.map((one) => fromJson(one, resolved(items, document), document, modelOf(items))) };
  }
  if (typeof value !== "object" || value === null) return { kind: "scalar", value: value as Scalar };
  const fields = Object.entries(value).map(([name, one]) => {
    const field = schema.properties?.[name] ?? {};
    return { name, value: fromJson(one, resolved(field, document), document, modelOf(field)) };
  });
  return { kind: "object", model, fields };
}

const words: Record<string, string> = {
  url: "https://example.com/webhooks",
  email: "somebody@example.com",
  name: "Café Central",
  description: "What it is for",
  since: "2026-11-23T08:00:00Z",
  until: "2026-11-24T08:00:00Z",
};

function textOf({ format, default: usual }: Schema, name: string): string {
  if (typeof usual === "string" && usual !== "") return usual;
  if (format === "date-time") return words[name] ?? "2026-11-23T08:00:00Z";
  return words[name] ?? `<${name === "" ? "text" : name}>`;
}

export function toJson(example: Example): unknown {
  switch (example.kind) {
    case "scalar":
      return example.value;
    case "list":
      return example.items.map(toJson);
    case "object":
      return Object.fromEntries(example.fields.map(({ name, value }) => [name, toJson(value)]));
  }
}
