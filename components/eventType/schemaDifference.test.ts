import { expect, test } from "vitest";
import { changesBetween } from "./schemaDifference.ts";

const base = {
  type: "object",
  required: ["id", "lines"],
  properties: {
    id: { type: "string" },
    state: { enum: ["paid", "open"] },
    lines: { type: "array", items: { $ref: "#/definitions/line" } },
  },
  definitions: { line: { type: "object", properties: { amount: { type: "integer" }, next: { $ref: "#/definitions/line" } } } },
};
const withFields = (properties: object, required = base.required) => ({
  ...base,
  required,
  properties: { ...base.properties, ...properties },
});

test.each([
  [base, []],
  [withFields({ note: { type: "string" } }), [{ breaking: false, path: "note", what: "added" }]],
  [withFields({}, ["lines"]), [{ breaking: true, path: "id", what: "may be missing" }]],
  [withFields({}, ["id", "lines", "state"]), [{ breaking: false, path: "state", what: "is always there" }]],
  [withFields({ id: { type: ["string", "null"] } }), [{ breaking: true, path: "id", what: "type: string → null or string" }]],
  [withFields({ id: { type: "number" } }), [{ breaking: true, path: "id", what: "type: string → number" }]],
  [
    withFields({ state: { enum: ["paid", "void"] } }),
    [
      { breaking: true, path: "state", what: 'may also be "void"' },
      { breaking: false, path: "state", what: 'is no longer "open"' },
    ],
  ],
  [
    { ...base, definitions: { line: { type: "object", properties: { sum: { type: "integer" } } } } },
    [
      { breaking: true, path: "lines[].amount", what: "removed" },
      { breaking: true, path: "lines[].next", what: "removed" },
      { breaking: false, path: "lines[].sum", what: "added" },
    ],
  ],
])("%#", (after, changes) => {
  expect(changesBetween(base, after)).toEqual(changes);
});
