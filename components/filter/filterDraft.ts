/** A filter as a form holds it: rows of conditions, or JSON for what rows can't say; and the way from there to the API. */
import type { FilterDocument } from "../../lib/contract/filter.ts";
import { isRecord } from "../../lib/words/record.ts";

export const operatorWords = {
  equals: "equals",
  notEquals: "does not equal",
  in: "is one of",
  gt: "is greater than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
  prefix: "begins with",
  suffix: "ends with",
  contains: "contains",
  exists: "exists",
  missing: "does not exist",
} as const;

export type RowOperator = keyof typeof operatorWords;

export const takesValue = (operator: RowOperator): boolean => operator !== "exists" && operator !== "missing";

export type FilterRow = { path: string; operator: RowOperator; value: string };

export type FilterDraft = {
  view: "rows" | "json";
  /** How the rows are joined: all must hold, or any. */
  join: "and" | "or";
  rows: FilterRow[];
  /** JSON; empty: no filter. */
  text: string;
};

export const emptyFilter = (): FilterDraft => ({ view: "rows", join: "and", rows: [], text: "" });
export const emptyRow: FilterRow = { path: "payload.", operator: "equals", value: "" };

export function draftOfFilter(document: FilterDocument | null): FilterDraft {
  if (document === null) return emptyFilter();
  const text = JSON.stringify(document, null, 2);
  return { ...(rowsOf(document) ?? { ...emptyFilter(), view: "json" }), text };
}

/** The draft's filter; null: none. `fault`: what is wrong with the text. The rules for conditions themselves are the API's. */
export function filterOf(draft: FilterDraft): { document: FilterDocument | null } | { fault: string } {
  if (draft.view === "rows") {
    const conditions = draft.rows.filter(({ path }) => path.trim() !== "" && path.trim() !== "payload.").map(conditionOf);
    return { document: conditions.length === 0 ? null : conditions.length === 1 ? (conditions[0] ?? null) : { [draft.join]: conditions } };
  }
  if (draft.text.trim() === "") return { document: null };
  try {
    const document: unknown = JSON.parse(draft.text);
    if (isRecord(document)) return { document };
    return { fault: "The filter must be a JSON object: { … }." };
  } catch (error) {
    return { fault: `This is no JSON: ${(error as Error).message}` };
  }
}

/** The draft in the other view; JSON that rows can't say stays JSON. */
export function switched(draft: FilterDraft): FilterDraft {
  const filter = filterOf(draft);
  const document = "document" in filter ? filter.document : null;
  if (draft.view === "rows") return { ...draft, view: "json", text: document === null ? "" : JSON.stringify(document, null, 2) };
  if ("fault" in filter) return draft;
  const rows = document === null ? emptyFilter() : rowsOf(document);
  return rows === null ? draft : { ...rows, text: draft.text };
}

export const canBeRows = (draft: FilterDraft): boolean => {
  const filter = filterOf(draft);
  return "document" in filter && (filter.document === null || rowsOf(filter.document) !== null);
};

function conditionOf({ path, operator, value }: FilterRow): FilterDocument {
  const trimmed = path.trim();
  switch (operator) {
    case "exists":
    case "missing":
      return { path: trimmed, exists: operator === "exists" };
    case "in":
      return { path: trimmed, in: value.split(",").map((one) => scalarOf(one.trim())) };
    case "prefix":
    case "suffix":
      return { path: trimmed, [operator]: value };
    case "equals":
    case "notEquals":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
    case "contains":
      return { path: trimmed, [operator]: scalarOf(value.trim()) };
  }
}

/** `12` is a number and `"12"` a text, as in JSON; any other word is a text without quotes. */
function scalarOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}

function textOf(value: unknown): string | null {
  if (typeof value !== "string") return typeof value === "object" && value !== null ? null : String(value);
  return scalarOf(value) === value && value.trim() === value ? value : JSON.stringify(value);
}

type Rows = Pick<FilterDraft, "view" | "join" | "rows">;

/** The document as rows. Null: it is more than a list of simple conditions. */
function rowsOf(document: FilterDocument): (Rows & { text: string }) | null {
  const join = Array.isArray(document["or"]) ? "or" : "and";
  const list = "path" in document ? [document] : document[join];
  if (!Array.isArray(list) || (!("path" in document) && Object.keys(document).length !== 1)) return null;
  const rows = (list as FilterDocument[]).map(rowOf);
  return rows.some((row) => row === null) ? null : { view: "rows", join, rows: rows as FilterRow[], text: "" };
}

function rowOf(condition: FilterDocument): FilterRow | null {
  const { path, ...rest } = condition;
  const [[name, operand] = []] = Object.entries(rest);
  if (typeof path !== "string" || name === undefined || Object.keys(rest).length !== 1) return null;
  if (name === "exists") return typeof operand === "boolean" ? { path, operator: operand ? "exists" : "missing", value: "" } : null;
  if (!Object.hasOwn(operatorWords, name) || name === "missing") return null;
  const operator = name as RowOperator;
  if (operator === "in") {
    const texts = Array.isArray(operand) ? operand.map(textOf) : [null];
    const fits = texts.every((text) => text !== null && !text.includes(","));
    return fits ? { path, operator, value: texts.join(", ") } : null;
  }
  const value = operator === "prefix" || operator === "suffix" ? (typeof operand === "string" ? operand : null) : textOf(operand);
  return value === null ? null : { path, operator, value };
}
