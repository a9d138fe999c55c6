/** What the filters offer. */
import type { WantedStatus } from "../../lib/contract/delivery.ts";
import { errorWords } from "../../lib/words/errorClass.ts";

const names: Record<WantedStatus, string> = {
  pending: "Pending",
  untried: "Not tried yet",
  retrying: "Retrying",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const deliveryStatuses = Object.entries(names).map(([value, label]) => ({ value, label }));

export const errorClassList = Object.entries(errorWords).map(([value, label]) => ({ value, label }));
