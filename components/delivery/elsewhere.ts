/** What to try where the log finds nothing. */
import type { Filters } from "./filters.ts";

/** Where something else than an id was pasted. */
export const noId =
  "Paste one id, or a line with one: of a message, an attempt, an endpoint or an application, or your own event id. What payloads say, such as an order’s number, goes into Search payloads.";

/** Null: the filters say it themselves. */
export function elsewhere({ messageId, search }: Pick<Filters, "messageId" | "search">, isPortal: boolean): string | null {
  if (messageId !== "")
    return isPortal
      ? "No message, attempt or event has this id, or it was sent to none of your endpoints, or is no longer kept. What payloads say goes into Search payloads."
      : "No message, attempt or event has this id, or it was sent to no endpoint, or is no longer kept. What payloads say, such as an order’s number, goes into Search payloads; a customer’s name into Application.";
  if (search !== "") return "Whole words are found, not parts of them: 4711, and not 471. Write fewer of them, or leave other filters out.";
  return null;
}
