/** Event types as the API answers and takes them, with their schemas as they stand. */
import type { EventTypeOut } from "../../lib/contract/eventType.ts";
import type { Page } from "../../lib/contract/shared.ts";
import { withJson } from "../form/json.ts";
import { jsonParts } from "../form/jsonParts.ts";

/** `schemasText`: the schemas' JSON as it stands, because examples in it have digits and an order. */
export type EventType = EventTypeOut & { schemasText: string | null };

export const readOne = (answer: string): EventType => {
  const schemas = jsonParts(answer).get("schemas") ?? "null";
  return { ...(JSON.parse(answer) as EventTypeOut), schemasText: schemas === "null" ? null : schemas };
};

export const readPage = (answer: string): Page<EventType> => ({
  ...(JSON.parse(answer) as Page<EventType>),
  data: [...jsonParts(jsonParts(answer).get("data") ?? "[]").values()].map(readOne),
});

/** A request's body; `schemasText` as it was typed, if it is to be changed. */
export const written = ({ schemasText, ...fields }: { schemasText?: string } & object): string =>
  schemasText === undefined ? JSON.stringify(fields) : withJson(fields, "schemas", schemasText);
