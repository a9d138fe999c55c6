/** The faults of a form's fields: found by the contract in the browser, or told by the API. */
import "../zodInBrowser.ts";
import type * as z from "zod/mini";

/** Faults by field; of a field inside another, `headers.X-Name`. */
export type Faults = Record<string, string>;

/** `advice`: what to say of a field, because the contract itself only knows that it is wrong. */
export function faultsOf(schema: z.ZodMiniType, value: unknown, advice: Record<string, string>): Faults {
  const parsed = schema.safeParse(value) as { success: boolean; error?: { issues: z.core.$ZodIssue[] } };
  const faults: Faults = {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = String(path[0] ?? "");
    faults[field] ??= advice[field] ?? message;
  }
  return faults;
}

type Issue = { loc: (string | number)[]; msg: string };

/** The form's field for a place that the API names: the first name behind `body`. */
const usualField: FieldOf = ([first = ""]) => String(first);

/** `path`: behind `body` or `query`. */
export type FieldOf = (path: (string | number)[]) => string;

/** The API's faults by field. What belongs to no field is under "". */
export function faultsOfIssues(issues: Issue[], fieldOf: FieldOf = usualField): Faults {
  const faults: Faults = {};
  for (const { loc, msg } of issues) {
    const field = fieldOf(loc[0] === "body" || loc[0] === "query" ? loc.slice(1) : loc);
    const text = msg.charAt(0).toUpperCase() + msg.slice(1);
    faults[field] = faults[field] === undefined ? text : `${faults[field]}. ${text}`;
  }
  return faults;
}

export const hasFaults = (faults: Faults): boolean => Object.keys(faults).length > 0;
