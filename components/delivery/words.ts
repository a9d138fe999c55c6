/** The pages' words for what the API names. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { errorWords } from "../../lib/words/errorClass.ts";

export type ShownStatus = "succeeded" | "failed" | "cancelled" | "sending" | "queued" | "retrying";

type Stands = Pick<DeliveryOut, "status" | "sending" | "attemptCount">;

export function shownStatus({ status, sending, attemptCount }: Stands): ShownStatus {
  if (status !== "pending") return status;
  if (sending) return "sending";
  return attemptCount === 0 ? "queued" : "retrying";
}

export const statusWords: Record<ShownStatus, string> = {
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
  sending: "Sending",
  queued: "Queued",
  retrying: "Retrying",
};

/** The last answer in a word or two, or why there was none; null: no attempt yet. */
export function answerOf({ lastStatusCode, lastErrorClass }: Pick<DeliveryOut, "lastStatusCode" | "lastErrorClass">): string | null {
  if (lastStatusCode === null) return lastErrorClass === null ? null : errorWords[lastErrorClass];
  if (lastStatusCode > 0) return String(lastStatusCode);
  return lastErrorClass === null ? "No answer" : errorWords[lastErrorClass];
}
