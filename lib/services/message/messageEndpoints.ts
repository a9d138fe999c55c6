/** What an application's endpoints, as they are now, have to do with a message: to which it was not sent and why, and whose filters can't say. */
import { type EndpointSnapshot, findApplication } from "../../db/applications.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { type LoggedMessage, readEndpointsOf } from "../../db/sql/log/messageLog.ts";
import { type EnvironmentId, idTimeMs } from "../../ids.ts";
import type { UnsentReason } from "../../words/unsentReason.ts";
import { type Refusal, refusalOf, subjectOf } from "./filterDryRun.ts";
import { keepUpToDate } from "../shared/upToDate.ts";
import { isExpired } from "./messageContent.ts";

/** An answer holds as many at most. */
const shown = 50;

export type MessageEndpoints = {
  /** Those that it goes to because their filters would have to look at more of it than filters may. */
  unjudgedBy: string[];
  /** The first of those to which no delivery of it goes. */
  notSentTo: { endpointId: string; url: string; reason: UnsentReason | null }[];
};

/** Filters are asked in the order in which they were when it was accepted, and look at no more together. */
export async function messageEndpoints(environmentId: EnvironmentId, row: LoggedMessage): Promise<MessageEndpoints> {
  keepUpToDate();
  const [application, sent] = await Promise.all([findApplication(environmentId, row.application.id), readEndpointsOf(row)]);
  const payload = isExpired(row.payloadExpiresAt) ? null : row.payload;
  const message = { ...row, payload, forward: openForward(row.id, row.sealedForward) };
  const subject = subjectOf(message);
  const found: MessageEndpoints = { unjudgedBy: [], notSentTo: [] };
  for (const endpoint of application?.endpoints ?? []) {
    const refusal = endpoint.disabled ? null : refusalOf(endpoint, message, subject);
    if (refusal?.unjudged === true) found.unjudgedBy.push(endpoint.id);
    if (sent.has(endpoint.id) || found.notSentTo.length >= shown) continue;
    found.notSentTo.push({ endpointId: endpoint.id, url: endpoint.url, reason: reasonOf(endpoint, row.createdAt, refusal) });
  }
  return found;
}

/** Null: it would go there now. It was changed since, or the message was for one endpoint alone. */
function reasonOf({ id }: EndpointSnapshot, createdAt: Date, refusal: Refusal | null): UnsentReason | null {
  if ((idTimeMs("endpoint", id) ?? 0) > createdAt.getTime()) return "younger";
  return refusal === null ? "disabled" : refusal.refusedBy;
}
