/**
 * Payloads against JSON Schemas (draft 7) that other people wrote. Time is bounded whatever the schema and the payload:
 * patterns run in linear time, unique items are found by hashing, and every step of a pattern or a reference counts
 * against a budget. What a schema refers to elsewhere is never fetched.
 */
import { Ajv, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import { PatternError, linearRegExp } from "../../webhooks/linearRegExp.ts";

/** `path`: of the field in the payload. */
export type SchemaFault = { path: string[]; message: string };

/** Looks for a fault in a payload. Null: it is as it should be. */
export type PayloadCheck = (payload: unknown) => SchemaFault | null;

export class SchemaError extends Error {}

const maximumSchemaBytes = 262_144;
const stepsOfOneCheck = 20_000_000;
const stepsOfOneReference = 50;

/** Throws a SchemaError that says what is wrong with the schema. */
export function compileSchema(schema: Record<string, unknown>): PayloadCheck {
  const fault = draft7Fault(schema);
  if (fault !== null) throw new SchemaError(fault);
  if (Buffer.byteLength(JSON.stringify(schema)) > maximumSchemaBytes) throw new SchemaError("It is larger than 256 kB");
  const budget = new Budget();
  const validate = compile(schema, budget);
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

class OverBudget extends Error {}

class Budget {
  left = 0;
  readonly spend = (steps: number): void => {
    this.left -= steps;
    if (this.left < 0) throw new OverBudget();
  };
}

/** The validator of all schemas: what they may hold does not depend on what they call themselves. */
const draft7 = new Ajv({ strict: false, logger: false });

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
    code: { regExp: engine },
  });
  // The fast formats are those whose expressions cannot be made slow.
  addFormats(ajv, { mode: "fast" });
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: hasUniqueItems,
    error: { message: "must not hold the same twice" },
  });
  ajv.addKeyword({ keyword: referenceCounter, schemaType: "boolean", validate: () => (budget.spend(stepsOfOneReference), true) });
  try {
    const { $schema: _, ...rest } = schema;
    return ajv.compile(countingReferences(rest) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof PatternError) throw new SchemaError(error.message, { cause: error });
    const message = (error as Error).message;
    throw new SchemaError(/resolve reference/.test(message) ? `It refers to something that is not in it: ${message}` : message, {
      cause: error,
    });
  }
}

function counted(pattern: string, budget: Budget) {
  const expression = expressionOf(pattern);
  return { test: (text: string) => expression.test(text, budget.spend) };
}

function expressionOf(pattern: string) {
  try {
    return linearRegExp(pattern);
  } catch (error) {
    if (error instanceof PatternError) throw new PatternError(`The pattern ${pattern.slice(0, 100)} can't be used. ${error.message}`);
    throw error;
  }
}

const hasUniqueItems = (wanted: boolean, items: unknown[]): boolean =>
  !wanted || new Set(items.map((item) => JSON.stringify(item, sortedKeys))).size === items.length;

const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const referenceCounter = "x-webster-reference";
const ofSchemas = new Set(["properties", "patternProperties", "definitions", "$defs", "dependencies", "dependentSchemas"]);
const ofValues = new Set(["const", "enum", "default", "examples"]);

/** The schema with a keyword beside each `$ref` that counts, so that references which multiply come to an end. */
function countingReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(countingReferences);
  if (typeof schema !== "object" || schema === null) return schema;
  const counting = Object.entries(schema).map(([key, value]: [string, unknown]): [string, unknown] => {
    if (ofValues.has(key)) return [key, value];
    return [key, ofSchemas.has(key) && isObject(value) ? mapValues(value, countingReferences) : countingReferences(value)];
  });
  const { $ref, ...rest } = Object.fromEntries(counting);
  if (typeof $ref !== "string") return Object.fromEntries(counting);
  const others: unknown[] = Array.isArray(rest["allOf"]) ? rest["allOf"] : [];
  return { ...rest, allOf: [{ [referenceCounter]: true }, { $ref }, ...others] };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

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
