/** JSON for reading. Apart from what writes it, because most pages show none at first. */

import { isShownJson } from "./isJson.ts";

/** The text laid out on lines of its own, if it is JSON and not too long to be. */
export const prettyJson = (text: string): string => (isShownJson(text) ? indentJson(text) : text);

/** Text nested deeper is indented no further: of half a megabyte of brackets, each line would be as long as the text. */
export const deepestIndent = 60;

/** Indents JSON token by token, without parsing and writing it again: numbers, repeated names and their order stay as they came. */
export function indentJson(text: string): string {
  const tokens = tokensOf(text);
  let depth = 0;
  let laidOut = "";
  const line = (): string => `\n${"  ".repeat(Math.min(depth, deepestIndent))}`;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token === "{" || token === "[") {
      depth += 1;
      laidOut += next === "}" || next === "]" ? token : token + line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const before = tokens[index - 1];
      laidOut += before === "{" || before === "[" ? token : line() + token;
    } else if (token === ",") laidOut += token + line();
    else laidOut += token === ":" ? ": " : token;
  }
  return laidOut;
}

const tokensOf = (text: string): string[] => text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];

/** What belongs on one line: without white space but behind a name. */
export const laidOut = (text: string): string =>
  tokensOf(text)
    .map((token) => (token === ":" ? ": " : token))
    .join("");
