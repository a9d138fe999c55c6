/** A document that somebody wrote in YAML, or in JSON, which is YAML too, as JSON values with exact numbers. */
import { laterPackage } from "../../laterPackage.ts";
import { isNumberText, parseJson, stringifyJson } from "../../webhooks/body/json.ts";

const mostAliases = 100;

/** Takes time in proportion to the text. Throws an Error that says what is wrong with it. */
export async function parseYaml(text: string): Promise<unknown> {
  const { parseDocument, visit } = await laterPackage(import("yaml"));
  // The library compares each key with each other one of its map: names given twice are looked for below.
  const parsed = parseDocument(text, { prettyErrors: true, stringKeys: true, uniqueKeys: false });
  const fault = parsed.errors[0];
  if (fault !== undefined) throw new Error(`Neither JSON nor YAML: ${fault.message.split("\n")[0] ?? ""}`);
  visit(parsed, {
    Map(_, { items }) {
      const names = items.map(({ key }) => String(key));
      if (new Set(names).size === names.length) return;
      const twice = names.find((name, i) => names.indexOf(name) !== i) ?? "";
      throw new Error(`Neither JSON nor YAML: ${twice.slice(0, 100)} is given twice in one place`);
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === "number" && isNumberText(scalar.source ?? "")) scalar.value = parseJson(scalar.source ?? "");
    },
  });
  // Aliases are limited, because they multiply. It is written as JSON and read again: YAML's dates and the like have no place in it.
  return parseJson(stringifyJson(parsed.toJS({ maxAliasCount: mostAliases }) ?? null));
}
