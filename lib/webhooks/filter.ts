/**
 * An endpoint's filter: a JSON document of conditions on a message, parsed and compiled once, asked for each message.
 *   { "and": […] }  { "or": […] }  { "not": … }  { "path": "payload.amount", "gte": 100, "lt": 500 }
 * All operators of a condition must hold for the same value. Asking takes time in proportion to payload × conditions, and no more
 * than all filters that are asked about a message have together: what is beyond that is matched, so that nothing is lost.
 */
import { type Path as BodyPath, pathOfNames, valuesAt } from "./body/path.ts";
import { BeyondWork, type Work, spend } from "./body/work.ts";
import { type Operator, type ValueTest, operators, valueTest } from "./filterOperators.ts";
import { isRecord } from "../words/record.ts";

export type FilterSubject = {
  eventType: string;
  channels: readonly string[];
  tags: readonly string[];
  /** What the sender said of the message, by name. */
  metadata: Readonly<Record<string, string>>;
  /** The content type and, of a received request, the headers that are sent along. Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The payload as lib/webhooks/body/body.ts reads it; undefined: it has no parts. */
  payload: () => unknown;
  work: FilterWork;
};

/** What all filters that are asked about a message may still look at. `beyond`: how many of them it did not suffice for. */
export type FilterWork = Work & { beyond: number };

/** A list of some hundred thousand things is looked through several times. */
export const stepsOfOneMessage = 5_000_000;

export const newFilterWork = (): FilterWork => ({ left: stepsOfOneMessage, beyond: 0 });

/** Where in the document, and what is wrong there. */
export type FilterFault = { path: (string | number)[]; reason: string };

export type Filter = {
  /** A payload that has no parts is matched only by what does not ask for the payload. What is beyond the work is matched. */
  matches: (subject: FilterSubject) => boolean;
  /** Whether some condition looks into the payload. */
  asksPayload: boolean;
};

export const filterLimits = { depth: 10, conditions: 50, wildcards: 5, characters: 16_384, pathSegments: 20 };

export function parseFilter(document: unknown): { ok: true; filter: Filter } | { ok: false; faults: FilterFault[] } {
  const parsing: Parsing = { faults: [], conditions: 0, wildcards: 0, asksPayload: false };
  if (charactersOf(document) > filterLimits.characters) fault(parsing, [], `is longer than ${filterLimits.characters} characters as JSON`);
  const test = parsing.faults.length > 0 ? never : parseNode(parsing, document, [], 1);
  if (parsing.conditions > filterLimits.conditions) fault(parsing, [], `has more than ${filterLimits.conditions} conditions`);
  if (parsing.wildcards > filterLimits.wildcards) fault(parsing, [], `has more than ${filterLimits.wildcards} paths with *`);
  if (parsing.faults.length > 0) return { ok: false, faults: parsing.faults };
  return { ok: true, filter: { matches: (subject) => holds(test, subject), asksPayload: parsing.asksPayload } };
}

function holds(test: Test, subject: FilterSubject): boolean {
  try {
    return test(subject) === true;
  } catch (error) {
    if (!(error instanceof BeyondWork)) throw error;
    subject.work.beyond++;
    return true;
  }
}

/** The length of the document as JSON. One that is nested too deep to be written counts as too long. */
function charactersOf(document: unknown): number {
  try {
    return JSON.stringify(document)?.length ?? 0;
  } catch {
    return Infinity;
  }
}

/** Whether the filter, or a part of it, holds for a message. Null: it asks for a payload that has no parts, so nobody can say. */
type Test = (subject: FilterSubject) => boolean | null;

type Parsing = { faults: FilterFault[]; conditions: number; wildcards: number; asksPayload: boolean };

type Path = (string | number)[];

const never: Test = () => false;

function fault({ faults }: Parsing, path: Path, reason: string): Test {
  faults.push({ path, reason });
  return never;
}

function parseNode(parsing: Parsing, node: unknown, at: Path, depth: number): Test {
  if (!isRecord(node)) return fault(parsing, at, "must be an object");
  if (depth > filterLimits.depth) return fault(parsing, at, `is nested deeper than ${filterLimits.depth}`);
  const fields = new Map(Object.entries(node));
  if (fields.has("path")) return parseCondition(parsing, fields, at);
  const [only] = fields.keys();
  if (fields.size !== 1 || (only !== "and" && only !== "or" && only !== "not"))
    return fault(parsing, at, "must have `path` and an operator, or be one of `and`, `or` and `not` alone");
  const inner = fields.get(only);
  if (only === "not") {
    const test = parseNode(parsing, inner, [...at, only], depth + 1);
    return (subject) => negated(test(subject));
  }
  if (!Array.isArray(inner) || inner.length === 0) return fault(parsing, [...at, only], "must be a list that is not empty");
  const tests = inner.map((one, i) => parseNode(parsing, one, [...at, only, i], depth + 1));
  // `and` is decided by the first false, `or` by the first true.
  const decisive = only === "or";
  return (subject) => {
    let answer: boolean | null = !decisive;
    for (const test of tests) {
      const one = test(subject);
      if (one === decisive) return decisive;
      if (one === null) answer = null;
    }
    return answer;
  };
}

const negated = (answer: boolean | null): boolean | null => (answer === null ? null : !answer);

function parseCondition(parsing: Parsing, fields: Map<string, unknown>, at: Path): Test {
  parsing.conditions++;
  const look = parsePath(parsing, fields.get("path"), [...at, "path"]);
  fields.delete("path");
  if (fields.size === 0) return fault(parsing, at, `has no operator: ${everyOperator}`);
  let mustExist: boolean | null = null;
  const tests: ValueTest[] = [];
  const absences: ValueTest[] = [];
  for (const [name, operand] of fields) {
    if (name === "exists") {
      if (typeof operand !== "boolean") fault(parsing, [...at, name], "must be true or false");
      mustExist = operand === true;
    } else if (!isOperator(name)) fault(parsing, [...at, name], `is no operator: ${everyOperator}`);
    else {
      const test = valueTest(name, operand, (reason) => void fault(parsing, [...at, name], reason));
      (name === "notEquals" ? absences : tests).push(test);
    }
  }
  return (subject) => {
    const values = look(subject);
    if (values === null) return null;
    const { work } = subject;
    if (mustExist !== null && mustExist !== values.length > 0) return false;
    spend(work, values.length * fields.size);
    if (values.some((value) => absences.some((test) => test(value, work)))) return false;
    return tests.length === 0 || values.some((value) => tests.every((test) => test(value, work)));
  };
}

const everyOperator = [...operators, "exists"].join(", ");

const isOperator = (name: string): name is Operator => (operators as readonly string[]).includes(name);

/** The values that stand where a condition looks; empty if there are none. Null: it looks into the payload, and that has no parts. */
type Look = (subject: FilterSubject) => unknown[] | null;

const roots = ["payload", "headers", "metadata", "eventType", "channels", "tags"] as const;
type Root = (typeof roots)[number];

function parsePath(parsing: Parsing, path: unknown, at: Path): Look {
  const segments: unknown = typeof path === "string" ? path.split(".") : path;
  if (!Array.isArray(segments) || !segments.every((segment) => typeof segment === "string" && segment !== ""))
    return invalidPath(parsing, at, "must be names joined by dots, or a list of names");
  const [root = "", ...rest] = segments as string[];
  if (!(roots as readonly string[]).includes(root)) return invalidPath(parsing, at, `must begin with one of ${roots.join(", ")}`);
  if (rest.length > filterLimits.pathSegments) return invalidPath(parsing, at, `has more than ${filterLimits.pathSegments} names`);
  if (rest.includes("*")) parsing.wildcards++;
  return lookFor(parsing, root as Root, pathOfNames(rest, typeof path === "string"), at);
}

function lookFor(parsing: Parsing, root: Root, path: BodyPath, at: Path): Look {
  const rest = path.names;
  switch (root) {
    case "payload":
      parsing.asksPayload = true;
      return (subject) => {
        const payload = subject.payload();
        return payload === undefined ? null : valuesAt(payload, path, subject.work);
      };
    case "headers": {
      if (rest.length === 0) return invalidPath(parsing, at, "must name one of the headers");
      // A header's name is one name, dots and all.
      const name = rest.join(".").toLowerCase();
      return ({ headers }) => (Object.hasOwn(headers, name) ? [headers[name]] : []);
    }
    case "metadata": {
      if (rest.length === 0) return invalidPath(parsing, at, "must name one of the metadata");
      // Texts, so that nothing stands inside one: a name with dots is one name.
      const name = rest.join(".");
      if (name === "*") return ({ metadata }) => Object.values(metadata);
      return ({ metadata }) => (Object.hasOwn(metadata, name) ? [metadata[name]] : []);
    }
    case "eventType":
    case "channels":
    case "tags":
      if (rest.length > 0) return invalidPath(parsing, at, `${root} has nothing inside`);
      return (subject) => [subject[root]];
  }
}

function invalidPath(parsing: Parsing, at: Path, reason: string): Look {
  fault(parsing, at, reason);
  return () => [];
}
