/**
 * Reads a YAML document on a thread of its own, where it keeps nobody waiting and can be ended: yamlDocument.ts starts it with the
 * text, and is told the value as JSON with its numbers as they stand, or what is wrong. Plain JavaScript, because a thread starts
 * without a TypeScript loader.
 */
import { parentPort, workerData } from "node:worker_threads";
import { LosslessNumber, isNumber, stringify } from "lossless-json";
import { Lexer, parseDocument, visit } from "yaml";

/** For each, the library looks through the whole document; and they multiply what they stand for. */
const mostAliases = 100;

/** What stands in front of the text of a scalar, among the lexer's tokens. */
const scalarMark = "\u001f";

function requireFewAliases(text) {
  let aliases = 0;
  let before = "";
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith("*") && before !== scalarMark && ++aliases > mostAliases)
      throw new Error(`Neither JSON nor YAML: it has more than ${mostAliases} aliases`);
    before = token;
  }
}

function jsonOf(text) {
  requireFewAliases(text);
  // The library compares each key with each other one of its map: names given twice are looked for below.
  const parsed = parseDocument(text, { prettyErrors: true, stringKeys: true, uniqueKeys: false });
  const fault = parsed.errors[0];
  if (fault !== undefined) throw new Error(`Neither JSON nor YAML: ${(fault.message.split("\n")[0] ?? "").replace(/:$/, "")}`);
  visit(parsed, {
    Map(_, { items }) {
      const names = items.map(({ key }) => String(key));
      if (new Set(names).size === names.length) return;
      const twice = names.find((name, i) => names.indexOf(name) !== i) ?? "";
      throw new Error(`Neither JSON nor YAML: ${twice.slice(0, 100)} is given twice in one place`);
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === "number" && isNumber(scalar.source ?? "")) scalar.value = new LosslessNumber(scalar.source);
    },
  });
  // It is written as JSON: YAML's dates and the like have no place in it.
  return stringify(parsed.toJS({ maxAliasCount: mostAliases }) ?? null);
}

function answer() {
  try {
    return { json: jsonOf(workerData) };
  } catch (error) {
    return { fault: error.message };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there are no origins
parentPort.postMessage(answer());
