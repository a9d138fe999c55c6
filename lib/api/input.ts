/** Path, query and body against the contract. */
import type * as z from "zod/mini";
import { faultWords } from "../contract/faultWords.ts";
import { oftenCompiled } from "./compiledSchemas.ts";
import { AppError, type Issue, invalid, notFound } from "../errors.ts";

type Parsed<T> = { success: true; data: T } | { success: false; error: { issues: readonly z.core.$ZodIssue[] } };

/** Nobody reads more of them, and each costs some hundred bytes of the answer. */
const mostTold = 100;

/** Throws a validation error that names each field, or the first hundred. */
export function check<T extends z.ZodMiniType>(schema: T, value: unknown, place: "body" | "query"): z.output<T> {
  const parsed = parse(schema, value, place);
  if (parsed.success) return parsed.data;
  const issues = relevant(parsed.error.issues.slice(0, mostTold)).map((issue): Issue => ({
    loc: [place, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))],
    msg: issue.message,
    type: issue.code,
  }));
  throw new AppError("validation_error", "The request is not valid", { issues });
}

function parse<T extends z.ZodMiniType>(schema: T, value: unknown, place: "body" | "query"): Parsed<z.output<T>> {
  try {
    return oftenCompiled(schema).safeParse(value, { error: faultWords });
  } catch (error) {
    // zod hands the faults of a list on as the arguments of a call, which can't be many more than 100,000.
    if (!(error instanceof RangeError) || typeof value !== "object" || value === null) throw error;
    throw invalid([place, fullestOf(value)], "It has more values that are not valid than can be told");
  }
}

/** The field with most in it. */
function fullestOf(value: object): string {
  const sizes = Object.entries(value).map(([name, inner]) => ({ name, size: sizeOf(inner) }));
  return sizes.toSorted((a, b) => b.size - a.size)[0]?.name ?? "";
}

function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + sizeOf(inner), 1);
}

/** The issues that are told: of those at one place, all that say something that another does not. */
function relevant(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const byPlace = new Map<string, z.core.$ZodIssue[]>();
  for (const issue of issues) {
    const place = JSON.stringify(issue.path.map(String));
    byPlace.set(place, [...(byPlace.get(place) ?? []), issue]);
  }
  return [...byPlace.values()].flatMap((atPlace) => {
    const enough = atPlace.find(isOfWrongKind) ?? atPlace.find(isEmpty);
    return enough === undefined ? atPlace.filter((issue) => !isWiderBound(issue, atPlace)) : [enough];
  });
}

// zod counts a list's entries even where a text's characters are to be counted.
const isOfWrongKind = ({ code }: z.core.$ZodIssue): boolean => code === "invalid_type";
const isEmpty = (issue: z.core.$ZodIssue): boolean => issue.code === "too_small" && issue.origin === "string" && issue.minimum === 1;

/** Whether it is the bound of all whole numbers, beside the field's own. */
const isWiderBound = (issue: z.core.$ZodIssue, atPlace: readonly z.core.$ZodIssue[]): boolean =>
  (issue.code === "too_big"
    ? issue.maximum === Number.MAX_SAFE_INTEGER
    : issue.code === "too_small" && issue.minimum === Number.MIN_SAFE_INTEGER) &&
  atPlace.some((other) => other !== issue && other.code === issue.code);

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

type Kind = "string" | "moment" | "number" | "boolean" | "array";

const kinds = new WeakMap<z.ZodMiniType, Kind>();

function kindOf(field: z.ZodMiniType): Kind {
  const known = kinds.get(field);
  if (known !== undefined) return known;
  let inner: z.core.$ZodType = field;
  while ("innerType" in inner._zod.def) inner = inner._zod.def.innerType as z.core.$ZodType;
  const { type, format } = inner._zod.def as z.core.$ZodTypeDef & { format?: string };
  const literal = type === "literal" ? typeof (inner._zod.def as unknown as { values: unknown[] }).values[0] : type;
  const usual = literal === "boolean" || literal === "array" ? literal : "string";
  const kind = format === "datetime" ? "moment" : literal === "number" || literal === "int" ? "number" : usual;
  kinds.set(field, kind);
  return kind;
}

function fromText(text: string, kind: Kind): unknown {
  // A query's + is a space, unless it is written %2B: `+01:00` comes as ` 01:00`, which can be nothing else. Nor can `+0100`.
  if (kind === "moment")
    return text.replace(/(?<=T.*)([ +-])(\d\d):?(\d\d)$/, (_, sign: string, hours: string, minutes: string) => {
      return `${sign === " " ? "+" : sign}${hours}:${minutes}`;
    });
  if (kind === "number") return /^-?\d{1,99}(\.\d{1,99})?$/.test(text) ? Number(text) : text;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}
