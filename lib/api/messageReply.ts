/** What the routes that send a message have in common. */
import { type Accepted, acceptedText } from "../services/message/acceptance.ts";
import { Reply } from "./reply.ts";

/**
 * Sending keeps its idempotency key in the statement that stores the message, so that no crash can come between. Payloads are
 * bytes: they may hold what the database's text can't.
 */
export const sending = { ownIdempotency: true, anyText: true } as const;

export const acceptedReply = (status: number, accepted: Accepted, withContent: boolean): Reply<never> =>
  new Reply(status, acceptedText(accepted, withContent));
