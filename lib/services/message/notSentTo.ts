/** To which endpoints of its application a message was not sent, and why. */
import { type EndpointSnapshot, findApplication } from "../../db/applications.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { type LoggedMessage, readEndpointsOf } from "../../db/sql/log/messageLog.ts";
import { type EnvironmentId, idTimeMs } from "../../ids.ts";
import type { UnsentReason } from "../../words/unsentReason.ts";
import { refusalOf, subjectOf } from "./filterDryRun.ts";
import type { RecentMessage } from "../../db/sql/log/recentMessages.ts";
import type { FilterSubject } from "../../webhooks/filter.ts";
import { keepUpToDate } from "../shared/upToDate.ts";
import { isExpired } from "./messageContent.ts";

/** An answer holds as many at most. */
const shown = 50;

export type NotSentTo = { endpointId: string; url: string; reason: UnsentReason | null };

/** The application's first endpoints, of those that it has now, to which no delivery of the message goes. */
export async function notSentTo(environmentId: EnvironmentId, row: LoggedMessage): Promise<NotSentTo[]> {
  keepUpToDate();
  const [application, sent] = await Promise.all([findApplication(environmentId, row.application.id), readEndpointsOf(row)]);
  const left = application?.endpoints.filter(({ id }) => !sent.has(id)).slice(0, shown) ?? [];
  const payload = isExpired(row.payloadExpiresAt) ? null : row.payload;
  const message = { ...row, payload, forward: openForward(row.id, row.sealedForward) };
  const subject = subjectOf(message);
  return left.map((endpoint) => ({ endpointId: endpoint.id, url: endpoint.url, reason: reasonOf(endpoint, message, subject) }));
}

/** Null: it would go there now. It was changed since, or the message was for one endpoint alone. */
function reasonOf(endpoint: EndpointSnapshot, message: RecentMessage, subject: FilterSubject): UnsentReason | null {
  if ((idTimeMs("endpoint", endpoint.id) ?? 0) > message.createdAt.getTime()) return "younger";
  return endpoint.disabled ? "disabled" : refusalOf(endpoint, message, subject).refusedBy;
}
