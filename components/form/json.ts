/** Null: the text is a JSON object. Else what is wrong with it. */
export function jsonFault(text: string): string | null {
  if (text.trim() === "") return "Enter a JSON object.";
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? null : "The payload must be a JSON object: { … }.";
  } catch (error) {
    return `This is no JSON: ${(error as Error).message}`;
  }
}

/** Laid out on lines of its own, if it is JSON. */
export const prettyJson = (text: string): string => (isJson(text) ? indentJson(text) : text);

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Of JSON, token by token, not parsed and written again: numbers, repeated names and their order stay as they came. */
export function indentJson(text: string): string {
  const tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  let laidOut = "";
  const line = (): string => `\n${"  ".repeat(depth)}`;
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

/** A request's body in which one field's JSON stands as it was typed: parsing and writing it anew would round its numbers. `fields` isn't empty. */
export const withJson = (fields: object, name: string, json: string): string =>
  `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(name)}:${json}}`;

export const withPayload = (fields: object, payloadText: string): string => withJson(fields, "payload", payloadText);
