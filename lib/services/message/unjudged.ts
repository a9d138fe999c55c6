/** Endpoints whose filters ask more of a message than filters may look at. */
import type { ApplicationSnapshot } from "../../db/applications.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import type { MessageRow } from "../../db/sql/log/messages.ts";
import { env } from "../../env.ts";
import { messageSubject } from "../../webhooks/filterSubject.ts";
import { matches } from "../../webhooks/matching.ts";
import { isExpired } from "./messageContent.ts";

/** The ids of an application's endpoints that the message goes to unjudged, as their filters are now. */
export function unjudgedBy({ endpoints }: ApplicationSnapshot, message: MessageRow): string[] {
  const { id, payload, sealedForward, payloadExpiresAt } = message;
  if (payload === null || isExpired(payloadExpiresAt)) return [];
  const subject = messageSubject({ ...message, payload, forward: openForward(id, sealedForward) }, env().maxPayloadBytes);
  return endpoints
    .filter((endpoint) => {
      const before = subject.work.beyond;
      return !endpoint.disabled && matches(endpoint, message, () => subject) && subject.work.beyond > before;
    })
    .map((endpoint) => endpoint.id);
}
