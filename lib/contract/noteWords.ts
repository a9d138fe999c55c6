/** Sentences about attempts. Apart from the words for errors: the log shows those at first, and these never. */
import type { DeliveryDetailOut } from "./delivery.ts";

type AttemptNote = DeliveryDetailOut["attempts"][number]["notes"][number];

/** What else there is to say of an attempt, in a sentence. */
export const noteWords: Record<AttemptNote, string> = {
  body_broken_off: "The connection ended before the response's body did. The status counts.",
  body_timed_out: "The response's body had not ended when the time was over. The status counts.",
  body_malformed: "The response's body was not as HTTP has it. The status counts.",
  body_left_unread: "The response's body went on beyond what is read. The status counts.",
  headers_cut: "The response had more headers than are kept.",
  reconnected: "The open connection turned out to be closed; the request was made again on a new one.",
};
