/** JSON Schemas of event types, when they are saved. */
import { Prisma } from "../db/generated/client.ts";
import { invalid } from "../errors.ts";
import { SchemaError, compileSchema } from "./jsonSchema.ts";

/** By version. */
export type Schemas = Record<string, Record<string, unknown>>;

/** Throws a validation error unless payloads can be checked against each of them. `place`: where they stand in the request. */
export function requireSchemas(schemas: Schemas, place: string[]): void {
  for (const [version, schema] of Object.entries(schemas)) {
    try {
      compileSchema(schema);
    } catch (error) {
      if (error instanceof SchemaError) throw invalid([...place, version], error.message);
      throw error;
    }
  }
}

export const storedSchemas = (schemas: Schemas | null | undefined) =>
  schemas === null || schemas === undefined ? Prisma.DbNull : (schemas as Prisma.InputJsonObject);

/** The greatest; "10" is greater than "9". Null: there is none. */
export const newestVersionOf = (schemas: Schemas | null): string | null =>
  Object.keys(schemas ?? {}).toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))[0] ?? null;
