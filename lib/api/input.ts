/** Path, query and body against the contract. */
import type * as z from "zod/mini";
import { faultWords } from "../contract/faultWords.ts";
import { oftenCompiled } from "./compiledSchemas.ts";
import { AppError, type Issue, invalid, notFound } from "../errors.ts";

type Parsed<T> = { success: true; data: T } | { success: false; error: { issues: readonly z.core.$ZodIssue[] } };

/** Throws a validation error that names each field. */
export function check<T extends z.ZodMiniType>(schema: T, value: unknown, place: "body" | "query"): z.output<T> {
  const parsed = oftenCompiled(schema).safeParse(value, { error: faultWords }) as Parsed<z.output<T>>;
  if (parsed.success) return parsed.data;
  const issues = relevant(parsed.error.issues).map((issue): Issue => ({
    loc: [place, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))],
    msg: issue.message,
    type: issue.code,
  }));
  throw new AppError("validation_error", "The request is not valid", { issues });
}

/**
 * The issues that are told. Of a value of the wrong kind only that is: zod counts a list's entries even where a text's
 * characters are to be counted.
 */
function relevant(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const placeOf = ({ path }: z.core.$ZodIssue): string => JSON.stringify(path.map(String));
  const ofWrongKind = new Set(issues.filter(({ code }) => code === "invalid_type").map(placeOf));
  return issues.filter((issue) => issue.code === "invalid_type" || !ofWrongKind.has(placeOf(issue)));
}

/** A parameter in the path: an id, a uid or a name. Throws `not_found` for what can be none of them. */
export function checkParameter(value: string | undefined): string {
  if (value === undefined || !/^[a-zA-Z0-9\-_.]{1,256}$/.test(value)) throw notFound();
  return value;
}

/** What was asked last, by schema: one program's requests ask alike. */
const lastQueries = new WeakMap<z.ZodMiniObject, { text: string; query: object }>();
const keptLength = 256;

/** A query's values are text; they become what the contract's field says. `queryString` is without the question mark. Frozen. */
export function parseQuery<T extends z.ZodMiniObject>(schema: T, queryString: string): Readonly<z.output<T>> {
  const last = lastQueries.get(schema);
  if (last !== undefined && last.text === queryString) return last.query as z.output<T>;
  const query = Object.freeze(readQuery(schema, queryString));
  if (queryString.length <= keptLength) lastQueries.set(schema, { text: queryString, query });
  return query;
}

function readQuery<T extends z.ZodMiniObject>(schema: T, queryString: string): z.output<T> {
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
