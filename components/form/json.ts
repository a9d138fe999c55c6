import { isRecord } from "../../lib/words/record.ts";

/** The fault of a text that must be a JSON object; null: it is one. */
export function jsonFault(text: string): string | null {
  if (text.trim() === "") return "Enter a JSON object.";
  try {
    return isRecord(JSON.parse(text)) ? null : "The payload must be a JSON object: { … }.";
  } catch (error) {
    return `This is no JSON: ${(error as Error).message}`;
  }
}

/** A request's body in which one field's JSON stands as it was typed: parsing and writing it anew would round its numbers. */
export function withJson(fields: object, name: string, json: string): string {
  const before = JSON.stringify(fields).slice(0, -1);
  return `${before}${before === "{" ? "" : ","}${JSON.stringify(name)}:${json}}`;
}

export const withPayload = (fields: object, payloadText: string): string => withJson(fields, "payload", payloadText);
