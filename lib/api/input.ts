/** Path, query and body against the contract. */
import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import { AppError, type Issue, invalid, notFound } from "../errors.ts";

// zod/mini brings no messages of its own: without a locale every fault would read "Invalid input".
z.config(en());

type Parsed<T> = { success: true; data: T } | { success: false; error: { issues: readonly z.core.$ZodIssue[] } };

/** Throws a validation error that names each field. */
export function check<T extends z.ZodMiniType>(schema: T, value: unknown, place: "body" | "query"): z.output<T> {
  const parsed = schema.safeParse(value) as Parsed<z.output<T>>;
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue): Issue => ({
    loc: [place, ...issue.path.map(String)],
    msg: worded(issue),
    type: issue.code,
  }));
  throw new AppError("validation_error", "The request is not valid", { issues });
}

const jsonTypes: Record<string, string> = {
  array: "a list",
  object: "an object",
  record: "an object",
  string: "text",
  number: "a number",
  int: "a whole number",
};

/** In the words of JSON: it has neither records nor undefined values. */
function worded({ code, message }: z.core.$ZodIssue): string {
  const [, expected = "", received = ""] =
    (code === "invalid_type" && /^Invalid input: expected (\w+), received (\w+)$/.exec(message)) || [];
  if (expected === "") return message;
  const wanted = jsonTypes[expected] ?? expected;
  return received === "undefined" ? `is missing: it must be ${wanted}` : `must be ${wanted}, and is ${jsonTypes[received] ?? received}`;
}

/** Ids, uids and names alike; what can't be one names nothing. */
export function checkParameter(value: string | undefined): string {
  if (value === undefined || !/^[a-zA-Z0-9\-_.]{1,256}$/.test(value)) throw notFound();
  return value;
}

/** A query's values are text; they become what the contract's field says. `queryString` is without the question mark. */
export function parseQuery<T extends z.ZodMiniObject>(schema: T, queryString: string): z.output<T> {
  const given: Record<string, unknown> = {};
  const shape = schema._zod.def.shape as Record<string, z.ZodMiniType>;
  for (const [key, text] of new URLSearchParams(queryString)) {
    const name = key.replace(/\[\d*\]$/, "");
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) continue;
    if (text.includes("\0")) throw invalid(["query", name], "The value holds NUL");
    given[name] =
      kindOf(field) === "array" ? [...((given[name] as string[] | undefined) ?? []), ...text.split(",")] : fromText(text, kindOf(field));
  }
  return check(schema, given, "query");
}

type Kind = "string" | "number" | "boolean" | "array";

const kinds = new WeakMap<z.ZodMiniType, Kind>();

function kindOf(field: z.ZodMiniType): Kind {
  const known = kinds.get(field);
  if (known !== undefined) return known;
  let inner: z.core.$ZodType = field;
  while ("innerType" in inner._zod.def) inner = inner._zod.def.innerType as z.core.$ZodType;
  const { type } = inner._zod.def;
  const literal = type === "literal" ? typeof (inner._zod.def as unknown as { values: unknown[] }).values[0] : type;
  const kind: Kind =
    literal === "number" || literal === "int" ? "number" : literal === "boolean" || literal === "array" ? literal : "string";
  kinds.set(field, kind);
  return kind;
}

function fromText(text: string, kind: Kind): unknown {
  if (kind === "number") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}
