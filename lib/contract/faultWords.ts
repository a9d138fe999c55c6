/** What a schema wants of a value that it does not take, in words: `must be at most 256 characters long`. Never the value itself. */
import type * as z from "zod/mini";

type RawIssue = z.core.$ZodRawIssue;
/** The words for a rule that brings no text. A test sees that no rule of the contract is left with them. */
export const unsaid = "does not fit what its description says";

/** An issue, as far as its words need it. */
type Told = Pick<z.core.$ZodIssue, "code" | "message" | "path"> & { expected?: unknown; values?: unknown };

/** An issue in words, for `safeParse` and as zod's locale. A schema's own text comes before. */
export function faultWords(issue: RawIssue): string {
  const wanted = wantedOf(issue);
  return issue.input === undefined && isOfKind(issue) ? `is missing: it ${wanted}` : wanted;
}

// Issues of these codes say what should be there; the others look at what is.
const isOfKind = ({ code }: RawIssue): boolean => code === "invalid_type" || code === "invalid_value";

function wantedOf(issue: RawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kindWords[issue.expected] ?? issue.expected}${insteadOf(issue.expected, issue.input)}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "too_big":
      return bound(issue.origin, issue.maximum, issue.exact ? "exactly" : issue.inclusive === false ? "less than" : "at most");
    case "too_small":
      return bound(issue.origin, issue.minimum, issue.exact ? "exactly" : issue.inclusive === false ? "more than" : "at least");
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return formatWords[issue.format] ?? `must match the pattern ${issue.pattern ?? issue.format}`;
    case "unrecognized_keys":
      return `must not have ${listed(issue.keys.slice(0, 5).map((key) => key.slice(0, 64)))}`;
    case "invalid_key":
      return `has a name that ${messagesOf(issue.issues)}`;
    case "invalid_element":
      return `has an entry that ${messagesOf(issue.issues)}`;
    case "invalid_union":
      return "options" in issue ? oneOf(issue.options as readonly unknown[]) : anyOf(issue.errors);
    case "custom":
    default:
      return unsaid;
  }
}

const kindWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  date: "a moment",
};

/** What is there instead, told by its kind: a text or a number may be a secret. */
function insteadOf(expected: string, value: unknown): string {
  if (value === undefined || (expected === "int" && typeof value === "number")) return "";
  if (value === null || typeof value === "boolean") return `, and is ${value}`;
  return `, and is ${Array.isArray(value) ? kindWords["array"] : (kindWords[typeof value] ?? typeof value)}`;
}

const formatWords: Readonly<Record<string, string>> = {
  datetime: "must be a moment with date, time and offset (RFC 3339), such as 2026-11-23T08:00:00Z",
  date: "must be a date, such as 2026-11-23",
  email: "must be an e-mail address",
  url: "must be a URL",
  safeint: "must be a whole number",
};

/** What a bound counts in a value of each kind. */
const units: Readonly<Record<string, [one: string, many: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
  map: ["entry", "entries"],
};

function bound(origin: string, limit: number | bigint, words: string): string {
  const unit = units[origin];
  if (unit === undefined) return `must be ${words} ${limit}`;
  if (words === "at least" && limit === 1) return "must not be empty";
  const counted = `${words} ${limit} ${unit[Number(limit) === 1 ? 0 : 1]}`;
  return origin === "string" ? `must be ${counted} long` : `must have ${counted}`;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `must be ${shown(values[0])}` : `must be one of ${listed(values)}`;
const listed = (values: readonly unknown[]): string => values.map(shown).join(", ");
const shown = (value: unknown): string => (typeof value === "string" ? `"${value}"` : String(value));

const messagesOf = (issues: readonly Pick<Told, "message">[]): string => [...new Set(issues.map(({ message }) => message))].join(" and ");

/** The wishes of several shapes, none of which takes the value: what each wants, and of which place in it. */
function anyOf(shapes: readonly (readonly Told[])[]): string {
  const wishes = shapes.map((issues) =>
    issues.map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join(".")} ${message}`)).join(" and "),
  );
  return [...new Set(wishes)].join(", or ");
}
