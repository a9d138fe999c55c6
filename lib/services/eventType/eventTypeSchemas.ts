/** JSON Schemas of event types, when they are saved. They are stored as JSON as it was given, for the sake of the examples in them. */
import { isDeepStrictEqual } from "node:util";
import { invalid } from "../../errors.ts";
import { parseJson } from "../../webhooks/body/json.ts";
import { fieldOf } from "../shared/jsonSlices.ts";
import { SchemaError, compileSchema } from "./jsonSchema.ts";

/** An event type's schemas by version. */
export type Schemas = Record<string, Record<string, unknown>>;

/** Throws a validation error unless payloads can be checked against each schema. `place`: where the schemas stand in the request. */
export function requireSchemas(schemas: Schemas, place: (string | number)[]): void {
  for (const [version, schema] of Object.entries(schemas)) {
    try {
      compileSchema(schema);
    } catch (error) {
      if (error instanceof SchemaError) throw invalid([...place, version], error.message);
      throw error;
    }
  }
}

/** The schemas as they are stored. `bytes`: the same as they stand in the request. */
export const storedSchemas = (schemas: Schemas | null | undefined, bytes: Buffer | null): string | null =>
  schemas === null || schemas === undefined ? null : (bytes?.toString() ?? JSON.stringify(schemas));

/** The schemas for checking payloads, not for showing: numbers beyond doubles are rounded. */
export const readSchemas = (stored: string | null): Schemas | null => (stored === null ? null : (JSON.parse(stored) as Schemas));

/** The stored schemas with one version set to `schema`, which is JSON; the others stay as they are. */
export function withVersion(stored: string | null, version: string, schema: string): string {
  const others = Object.keys(readSchemas(stored) ?? {}).filter((name) => name !== version);
  const members = others.map((name) => [name, fieldOf(Buffer.from(stored ?? "{}"), name)?.toString() ?? "null"]);
  return `{${[...members, [version, schema]].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

/** Whether two texts say the same, to the last digit. */
export const isSameJson = (one: string | null, other: string | null): boolean =>
  one === other || (one !== null && other !== null && isDeepStrictEqual(parseJson(one), parseJson(other)));

/** The greatest version; "10" is greater than "9". Null: there is none. */
export const newestVersionOf = (schemas: Schemas | null): string | null =>
  Object.keys(schemas ?? {}).toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))[0] ?? null;
