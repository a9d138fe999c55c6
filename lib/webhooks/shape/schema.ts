/** The JSON Schema (draft 7) that all payloads of a shape fit. */
import type { JsonType, Shape, ShapeNode } from "./shape.ts";

/** How often texts have a format before the schema asks for it. */
const usual = 5;

/** Null: no payload has been observed. */
export function schemaOf({ root, observed, isCut }: Shape): Record<string, unknown> | null {
  return observed === 0 ? null : { $schema: "http://json-schema.org/draft-07/schema#", ...schemaOfNode(root, isCut) };
}

function schemaOfNode(node: ShapeNode, isCut: boolean): Record<string, unknown> {
  const types = typesOf(node);
  if (types.length === 0) return {};
  const texts = node.types.get("string")?.count ?? 0;
  return {
    type: types.length === 1 ? types[0] : types,
    ...(node.format && texts >= usual ? { format: node.format } : {}),
    ...(types.includes("object") ? objectKeywords(node, isCut) : {}),
    ...(node.items === null || isCut ? {} : { items: schemaOfNode(node.items, isCut) }),
  };
}

/** Whole numbers are numbers. */
const typesOf = ({ types }: ShapeNode): JsonType[] => [...types.keys()].filter((type) => type !== "integer" || !types.has("number"));

function objectKeywords({ fields, values }: ShapeNode, isCut: boolean): Record<string, unknown> {
  const required = [...fields].filter(([, field]) => field.missingMs === null).map(([name]) => name);
  const properties = Object.fromEntries([...fields].map(([name, { node }]) => [name, schemaOfNode(node, isCut)]));
  return {
    ...(fields.size > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
    // Of a shape that was cut, other names may be fields that it had no room for.
    ...(values === null || isCut ? {} : { additionalProperties: schemaOfNode(values, isCut) }),
  };
}
