/** The faults of a form's fields: found by the contract in the browser, or told by the API. */
import type * as z from "zod/mini";
import { ApiError } from "../api.ts";
import { isUnanswered } from "../create.ts";
import { isFailedLoad } from "../ui/patiently.ts";

/** Faults by field; what belongs to no field is under "". */
export type Faults = Record<string, string>;

/** A part of the contract that a form checks by. It comes when somebody types or sends: no page needs it to be drawn. */
export type Rule<S extends z.ZodMiniType = z.ZodMiniType> = () => Promise<S>;

/** The rule's schema. Null: it can't be loaded now; then the API alone checks, by the same contract, and the next check asks again. */
export async function schemaOf<S extends z.ZodMiniType>(rule: Rule<S>): Promise<S | null> {
  try {
    // First: a schema asks how it is to work while it is made.
    await import("../zodInBrowser.ts");
    return await rule();
  } catch (error) {
    if (isFailedLoad(error)) return null;
    throw error;
  }
}

/** `advice`: what to say of a field, because the contract itself only knows that it is wrong. */
export async function faultsOf(rule: Rule, value: unknown, advice: Record<string, string> = {}): Promise<Faults> {
  const schema = await schemaOf(rule);
  if (schema === null) return {};
  const parsed = schema.safeParse(value) as { success: boolean; error?: { issues: z.core.$ZodIssue[] } };
  const faults: Faults = {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = String(path[0] ?? "");
    faults[field] ??= advice[field] ?? message;
  }
  return faults;
}

/** The form's field for a place that the API names. `path`: behind `body` or `query`. */
export type FieldOf = (path: (string | number)[]) => string;

const usualField: FieldOf = ([first = ""]) => String(first);

type Reading = {
  fieldOf?: FieldOf | undefined;
  /** The field of which a conflict (409) speaks. */
  conflict?: string | undefined;
  /** The form's own fields: what is said of another names it. */
  fields?: ReadonlySet<string> | undefined;
};

/** What a save was refused with, by field. */
export function faultsOfRefusal(error: unknown, { fieldOf, conflict, fields }: Reading = {}): Faults {
  if (!(error instanceof ApiError)) return { "": error instanceof Error ? error.message : String(error) };
  if (error.status === 401)
    return { "": "Your session has ended. What you typed is still here: begin a new one in another tab, then send it again." };
  if (isUnanswered(error)) return { "": `${error.detail} What you typed is still here: send it again then.` };
  if (error.issues.length > 0) return faultsOfIssues(error.issues, fieldOf, fields);
  return { [error.status === 409 && conflict !== undefined ? conflict : ""]: error.detail };
}

type Issue = { loc: (string | number)[]; msg: string };

/** The API's faults by field. */
export function faultsOfIssues(issues: Issue[], fieldOf: FieldOf = usualField, fields?: ReadonlySet<string>): Faults {
  const faults: Faults = {};
  for (const { loc, msg } of issues) {
    const field = fieldOf(loc[0] === "body" || loc[0] === "query" ? loc.slice(1) : loc);
    const said = msg.charAt(0).toUpperCase() + msg.slice(1);
    const text = field === "" || (fields?.has(field) ?? true) ? said : `${field}: ${msg}`;
    faults[field] = faults[field] === undefined ? text : `${faults[field]}. ${text}`;
  }
  return faults;
}

export const hasFaults = (faults: Faults): boolean => Object.keys(faults).length > 0;
