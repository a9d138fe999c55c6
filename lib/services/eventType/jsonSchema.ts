/**
 * Payloads against JSON Schemas (draft 7) that other people wrote. Time is bounded whatever the schema and the payload:
 * patterns run in linear time, unique items are found by hashing, and every step of a pattern, and every schema that is
 * asked, counts against a budget. What a schema refers to elsewhere is never fetched.
 */
import { _, Ajv, type ErrorObject, type KeywordCxt, str } from "ajv";
import addFormats from "ajv-formats";
import { PatternError, linearRegExp } from "../../webhooks/linearRegExp.ts";
import { isRecord } from "../../words/record.ts";

/** `path`: of the field in the payload. */
export type SchemaFault = { path: string[]; message: string };

/** Looks for a fault in a payload. Null: it is as it should be. */
export type PayloadCheck = (payload: unknown) => SchemaFault | null;

export class SchemaError extends Error {}

const maximumSchemaBytes = 262_144;
const stepsOfOneCheck = 20_000_000;
const stepsOfOneSchema = 10;
const stepsOfOneReference = 50;
const stepsOfOneDivision = 100;
/** A state of a pattern at a character: it takes several times what a schema's step does. */
const stepsOfOneState = 4;
/** How many characters a format, or a length, takes in a step. */
const charactersInAStep = 8;

/** Throws a SchemaError that says what is wrong with the schema. */
export function compileSchema(schema: Record<string, unknown>): PayloadCheck {
  const budget = new Budget();
  const validate = withinStack(() => {
    if (Buffer.byteLength(JSON.stringify(schema)) > maximumSchemaBytes) throw new SchemaError("It is larger than 256 kB");
    const fault = draft7Fault(schema);
    if (fault !== null) throw new SchemaError(fault);
    return compile(schema, budget);
  });
  return (payload) => {
    budget.left = stepsOfOneCheck;
    try {
      return validate(payload) ? null : faultOf(validate.errors?.[0]);
    } catch (error) {
      if (error instanceof OverBudget || error instanceof RangeError)
        return { path: [], message: "takes too long to check against the schema" };
      throw error;
    }
  };
}

function withinStack<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new SchemaError("It is too large, or nested too deep, to be used", { cause: error });
    throw error;
  }
}

class OverBudget extends Error {}

class Budget {
  left = 0;
  readonly spend = (steps: number): void => {
    this.left -= steps;
    if (this.left < 0) throw new OverBudget();
  };
}

/** The validator of all schemas: what they may hold does not depend on what they call themselves. */
const draft7 = withHashedItems(new Ajv({ strict: false, logger: false }), () => undefined);

function draft7Fault(schema: unknown): string | null {
  const isDraft7 = draft7.getSchema("http://json-schema.org/draft-07/schema");
  if (isDraft7 === undefined || isDraft7(schema) === true) return null;
  const fault = isDraft7.errors?.[0];
  return `Not a JSON Schema of draft 7: ${fault?.instancePath ?? ""} ${fault?.message ?? ""}`.replaceAll(/ +/g, " ").trim();
}

function compile(schema: Record<string, unknown>, budget: Budget) {
  const engine = Object.assign((pattern: string) => counted(pattern, budget), { code: "linearRegExp" });
  const ajv = new Ajv({
    strict: false,
    logger: false,
    inlineRefs: false,
    validateSchema: false,
    ownProperties: true,
    // What it optimizes takes time in proportion to the square of the schema.
    code: { regExp: engine, optimize: false },
  });
  // The fast formats are those whose expressions cannot be made slow.
  addFormats(ajv, { mode: "fast" });
  withHashedItems(ajv, budget.spend);
  withDecimals(ajv, budget.spend);
  ajv.addKeyword({ keyword: counter, before: "const", code: (context) => count(context, budget.spend) });
  try {
    const { $schema: _schema, ...rest } = schema;
    return ajv.compile(counting(rest) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof PatternError) throw new SchemaError(error.message, { cause: error });
    if (error instanceof RangeError) throw error;
    const message = (error as Error).message;
    throw new SchemaError(/resolve reference/.test(message) ? `It refers to something that is not in it: ${message}` : message, {
      cause: error,
    });
  }
}

function counted(pattern: string, budget: Budget) {
  const expression = expressionOf(pattern);
  const spendStates = (states: number): void => budget.spend(states * stepsOfOneState);
  return {
    test: (text: string) => {
      budget.spend(text.length);
      return expression.test(text, spendStates);
    },
  };
}

function expressionOf(pattern: string) {
  try {
    return linearRegExp(pattern);
  } catch (error) {
    if (error instanceof PatternError) throw new PatternError(`The pattern ${pattern.slice(0, 100)} can't be used. ${error.message}`);
    throw error;
  }
}

type Spend = (steps: number) => void;

/** Unique items are found by hashing: the library compares each with each. */
function withHashedItems(ajv: Ajv, spend: Spend): Ajv {
  const written = (item: unknown): string => {
    const text = JSON.stringify(item, sortedKeys);
    spend(text.length);
    return text;
  };
  ajv.removeKeyword("uniqueItems");
  return ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(written)).size === items.length,
    error: { message: "must not hold the same twice" },
  });
}

/** Multiples are told as decimals, as they are written: a division of floating-point numbers leaves something over of 19.99 by 0.01. */
function withDecimals(ajv: Ajv, spend: Spend): void {
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    validate: (step: number, value: number) => (spend(stepsOfOneDivision), isMultiple(step, value)),
    error: { message: ({ schemaCode }) => str`must be multiple of ${schemaCode}` },
  });
}

const sortedKeys = (_key: string, value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;

function isMultiple(step: number, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const [of, multiple] = [decimal(step), decimal(value)];
  const exponent = Math.min(of.exponent, multiple.exponent);
  const whole = (number: typeof of) => number.digits * 10n ** BigInt(number.exponent - exponent);
  return whole(multiple) % whole(of) === 0n;
}

function decimal(number: number) {
  const [digits = "", exponent] = number.toExponential().split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

const counter = "x-webster-steps";
const ofSchemas = new Set(["properties", "patternProperties", "definitions", "$defs", "dependencies", "dependentSchemas"]);
const ofValues = new Set(["const", "enum", "default", "examples"]);

/** The schema with a keyword in each schema that counts, before anything that takes long, what the schema itself takes. */
function counting(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(counting);
  if (typeof schema !== "object" || schema === null) return schema;
  const inside = Object.entries(schema).map(([key, value]: [string, unknown]): [string, unknown] => {
    if (ofValues.has(key)) return [key, value];
    return [key, ofSchemas.has(key) && isRecord(value) ? mapValues(value, counting) : counting(value)];
  });
  const { $ref, ...rest } = Object.fromEntries(inside);
  const counted = { ...rest, [counter]: stepsOf(rest) };
  if (typeof $ref !== "string") return counted;
  const others: unknown[] = Array.isArray(rest["allOf"]) ? rest["allOf"] : [];
  return { ...counted, allOf: [{ [counter]: stepsOfOneReference }, { $ref }, ...others] };
}

/** Schemas that are asked of the same value are counted here too: one that does not fit by its type counts nothing of its own. */
const ofSameValue = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];
const ofNames = ["properties", "patternProperties", "required", "dependencies"];

function stepsOf(schema: Record<string, unknown>): number {
  const sum = (keys: string[], of: (value: unknown) => number): number => keys.reduce((all, key) => all + of(schema[key]), 0);
  const asked = 1 + sum(ofSameValue, (value) => (isRecord(value) ? 1 : lengthOf(value)));
  return stepsOfOneSchema * asked + sum(ofNames, lengthOf) + sum(["const", "enum"], partsOf);
}

const lengthOf = (value: unknown): number => (typeof value === "object" && value !== null ? Object.keys(value).length : 0);

const partsOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? Object.values(value).reduce((sum: number, one) => sum + partsOf(one), 1) : 1;

/** Writes the counting itself; what some keywords take depends on the value too. */
function count({ gen, data, schema, parentSchema }: KeywordCxt, spend: Spend): void {
  const spending = gen.scopeValue("func", { ref: spend });
  gen.code(_`${spending}(${schema})`);
  if (["format", "minLength", "maxLength"].some((key) => key in parentSchema))
    gen.code(_`if (typeof ${data} === "string") ${spending}(${data}.length / ${charactersInAStep})`);
  if (["minProperties", "maxProperties"].some((key) => key in parentSchema))
    gen.code(_`if (typeof ${data} === "object" && ${data} !== null) ${spending}(Object.keys(${data}).length * ${stepsOfOneSchema})`);
  if ("contains" in parentSchema) gen.code(_`if (Array.isArray(${data})) ${spending}(${data}.length * ${stepsOfOneSchema})`);
}

const mapValues = (object: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

function faultOf(error: ErrorObject | undefined): SchemaFault {
  if (error === undefined) return { path: [], message: "does not fit the schema" };
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return { path, message: `${error.message ?? "does not fit the schema"}${detailOf(error)}` };
}

function detailOf({ keyword, params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: unknown[] };
  if (keyword === "additionalProperties") return `: ${additionalProperty ?? ""}`;
  return keyword === "enum" ? `: ${JSON.stringify(allowedValues).slice(0, 200)}` : "";
}
