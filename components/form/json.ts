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

/** Indented, if it is JSON; numbers and order stay as the engine reads them. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A request's body whose payload stands as it was typed: parsing and writing it anew would round its numbers. `fields` isn't empty. */
export const withPayload = (fields: object, payloadText: string): string =>
  `${JSON.stringify(fields).slice(0, -1)},"payload":${payloadText}}`;
