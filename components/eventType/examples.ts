import { indentJson } from "../form/prettyJson.ts";
import { jsonParts } from "../form/jsonParts.ts";

/** The examples in an event type's JSON Schemas. `text`: as it was given, laid out. */
export type Example = { version: string; /** From 1. */ number: number; /** Of the version. */ count: number; text: string };

/** `schemasText`: JSON by version. */
export function examplesOf(schemasText: string | null): Example[] {
  return [...jsonParts(schemasText ?? "{}")].flatMap(([version, schema]) => {
    const examples = [...jsonParts(jsonParts(schema).get("examples") ?? "[]").values()].filter((example) => example.startsWith("{"));
    return examples.map((example, at) => ({ version, number: at + 1, count: examples.length, text: indentJson(example) }));
  });
}
