/** A schema of what payloads are like: how it differs from the one that stands, and that one's next version. */
import { indentJson } from "../form/prettyJson.ts";
import { jsonParts } from "../form/jsonParts.ts";
import { changesBetween } from "./schemaDifference.ts";

type Schema = Record<string, unknown>;

/** Orders versions. */
export const byNumber = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** Null: there is none. */
export const newestOf = (schemas: Record<string, unknown> | null | undefined): string | null =>
  Object.keys(schemas ?? {})
    .toSorted(byNumber)
    .at(-1) ?? null;

const whole = /^\d{1,9}$/;

/** The first whole number above all versions. */
export const nextVersion = (schemas: Record<string, unknown> | null | undefined): string =>
  String(1 + Math.max(0, ...Object.keys(schemas ?? {}).map((name) => (whole.test(name) ? Number(name) : 0))));

/** The schemas as they stand, and one more. */
export function withSchema(schemasText: string | null, version: string, schema: Schema): string {
  const members = [...jsonParts(schemasText ?? "{}"), [version, JSON.stringify(schema)] as const];
  return indentJson(`{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`);
}

export type Drift = { path: string; what: string; /** Payloads hold what the schema does not say. */ isFault: boolean };

const words: Record<string, Omit<Drift, "path">> = {
  removed: { what: "in the schema, in no payload", isFault: false },
  added: { what: "in payloads, not in the schema", isFault: true },
  "may be missing": { what: "required by the schema, missing in payloads", isFault: true },
};

/** What the payloads have otherwise than the schema says. Payloads that keep to a part of it don't differ. */
export const driftBetween = (schema: Schema, payloads: Schema): Drift[] =>
  changesBetween(schema, payloads).flatMap(({ path, what, breaking }): Drift[] => {
    const known = words[what];
    if (known !== undefined) return [{ path, ...known }];
    const types = /^type: (.*) → (.*)$/.exec(what);
    return types === null || !breaking ? [] : [{ path, what: `${types[1]} in the schema, ${types[2]} in payloads`, isFault: true }];
  });
