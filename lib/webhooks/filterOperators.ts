/** What a filter's condition may say about one value. */
import { type LosslessNumber, compareNumbers, isLosslessNumber, isNumberText } from "./body/json.ts";
import { type Work, spend } from "./body/work.ts";
import { searchFor } from "./textSearch.ts";

export const operators = ["equals", "notEquals", "in", "gt", "gte", "lt", "lte", "prefix", "suffix", "contains"] as const;
export type Operator = (typeof operators)[number];

export type Scalar = string | number | boolean | null;

/** `value` is JSON of lib/webhooks/body/json.ts, with exact numbers. Throws BeyondWork. */
export type ValueTest = (value: unknown, work: Work) => boolean;

const maximumText = 1_000;
const maximumList = 500;

/** Tells `refuse` what is wrong with the operand. Of `notEquals` the answer is whether the value equals: it must not. */
export function valueTest(operator: Operator, operand: unknown, refuse: (reason: string) => void): ValueTest {
  switch (operator) {
    case "equals":
    case "notEquals":
      return isScalar(operand, refuse) ? (value, work) => isEqual(value, operand, work) : never;
    case "in":
      return inTest(operand, refuse);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return rangeTest(operator, operand, refuse);
    case "prefix":
      return isText(operand, refuse) ? (value) => typeof value === "string" && value.startsWith(operand) : never;
    case "suffix":
      return isText(operand, refuse) ? (value) => typeof value === "string" && value.endsWith(operand) : never;
    case "contains":
      return isScalar(operand, refuse) ? containsTest(operand) : never;
  }
}

/** How many characters of a text are searched, digits of a number read, or values of a list compared in a step. */
const inAStep = { characters: 8, digits: 8, values: 2 };

function containsTest(operand: Scalar): ValueTest {
  const isIn = typeof operand === "string" ? searchFor(operand) : null;
  return (value, work) => {
    if (typeof value === "string") {
      spend(work, value.length / inAStep.characters);
      return isIn !== null && isIn(value);
    }
    if (!Array.isArray(value)) return false;
    spend(work, value.length / inAStep.values);
    return value.some((one) => isEqual(one, operand, work));
  };
}

const never: ValueTest = () => false;

function inTest(operand: unknown, refuse: (reason: string) => void): ValueTest {
  if (!Array.isArray(operand) || operand.length === 0) {
    refuse("must be a list that is not empty");
    return never;
  }
  if (operand.length > maximumList) refuse(`has more than ${maximumList} values`);
  if (!operand.every((one) => isScalar(one, refuse))) return never;
  const known = new Set<unknown>(operand);
  return (value, work) => known.has(value) || (isLosslessNumber(value) && operand.some((one) => isEqual(value, one, work)));
}

function rangeTest(operator: "gt" | "gte" | "lt" | "lte", operand: unknown, refuse: (reason: string) => void): ValueTest {
  if (!isScalar(operand, refuse)) return never;
  if (typeof operand !== "number" && typeof operand !== "string") {
    refuse("must be a number, or a text to compare texts with");
    return never;
  }
  return (value, work) => {
    const order = compare(value, operand, work);
    if (order === null) return false;
    switch (operator) {
      case "gt":
        return order > 0;
      case "gte":
        return order >= 0;
      case "lt":
        return order < 0;
      case "lte":
        return order <= 0;
    }
  };
}

/** Numbers with numbers, texts with texts by code units, which orders ISO dates; null: they can't be compared. */
function compare(value: unknown, operand: number | string, work: Work): number | null {
  if (isLosslessNumber(value)) return compareExact(value, operand, work);
  if (typeof value !== typeof operand || (typeof value !== "number" && typeof value !== "string")) return null;
  return value < operand ? -1 : value > operand ? 1 : 0;
}

const isEqual = (value: unknown, operand: Scalar, work: Work): boolean =>
  isLosslessNumber(value) && (typeof operand === "string" || typeof operand === "number")
    ? compareExact(value, operand, work) === 0
    : value === operand;

/**
 * A number that no double holds equals its digits as text, because JSON's readers can't tell its neighbours apart. An operand
 * that is a number was read by one of them, and so stands for all that they take for it.
 */
function compareExact(value: LosslessNumber, operand: number | string, work: Work): number | null {
  spend(work, value.value.length / inAStep.digits);
  if (typeof operand === "number") return Number(value.value) === operand ? 0 : compareNumbers(value.value, String(operand));
  return isNumberText(operand) ? compareNumbers(value.value, operand) : null;
}

function isScalar(operand: unknown, refuse: (reason: string) => void): operand is Scalar {
  if (typeof operand === "string") return isText(operand, refuse);
  if (operand === null || typeof operand === "boolean") return true;
  if (typeof operand !== "number") {
    refuse("must be a text, a number, true, false or null");
    return false;
  }
  if (Number.isFinite(operand) && Math.abs(operand) <= Number.MAX_SAFE_INTEGER) return true;
  refuse("is too big to be exact as a number: write its digits as a text");
  return false;
}

function isText(operand: unknown, refuse: (reason: string) => void): operand is string {
  if (typeof operand !== "string") {
    refuse("must be a text");
    return false;
  }
  if (operand.length <= maximumText) return true;
  refuse(`is longer than ${maximumText} characters`);
  return false;
}
