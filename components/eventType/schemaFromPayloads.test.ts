import { expect, it } from "vitest";
import { driftBetween, newestOf, nextVersion, withSchema } from "./schemaFromPayloads.ts";

it("adds a version to those that stand, as they stand", () => {
  expect(withSchema('{"1":{"examples":[{"id":8202522731445525542}]}}', "2", { type: "object" })).toBe(
    '{\n  "1": {\n    "examples": [\n      {\n        "id": 8202522731445525542\n      }\n    ]\n  },\n  "2": {\n    "type": "object"\n  }\n}',
  );
  expect([nextVersion(null), nextVersion({ 9: {}, 10: {}, draft: {} }), newestOf({ 9: {}, 10: {} })]).toEqual(["1", "11", "10"]);
});

it("says where payloads are not what the schema says, and nothing of what the schema allows", () => {
  const schema = {
    type: "object",
    required: ["id", "gone"],
    properties: {
      id: { type: "string" },
      gone: { type: "string" },
      total: { type: ["integer", "null"] },
      state: { enum: ["a", "b"] },
      unused: {},
    },
  };
  const payloads = {
    type: "object",
    required: ["total"],
    properties: { id: { type: "integer" }, gone: { type: "string" }, total: { type: "integer" }, state: { type: "string" }, more: {} },
  };
  expect(driftBetween(schema, payloads).map(({ path, what }) => `${path}: ${what}`)).toEqual([
    "id: required by the schema, missing in payloads",
    "id: string in the schema, integer in payloads",
    "gone: required by the schema, missing in payloads",
    "unused: in the schema, in no payload",
    "more: in payloads, not in the schema",
  ]);
});
