/** Deliveries, seen from an endpoint (its messages) and from a message (its destinations); resending. */
import type { Actor } from "../../actor.ts";
import { reloadApplication } from "../../db/applications.ts";
import { noteChange } from "../../db/changes.ts";
import { prisma } from "../../db/client.ts";
import { queueManual } from "../../db/sql/hot/resend.ts";
import { handoff } from "../../delivery/handoff.ts";
import { AppError } from "../../errors.ts";
import { known } from "../../proven.ts";
import { recordAudit } from "../audit/audit.ts";
import { showEndpoint } from "../endpoint/endpoints.ts";
import { messageTexts } from "../message/messageContent.ts";
import { findMessage, hasPayload } from "../message/messages.ts";
import { cursorOf, pageOf, pageTextOf, readsDown, withinBytes } from "../shared/pages.ts";
import { applicationOf, endpointIdOf, endpointOf } from "../shared/scope.ts";
import { Where, beyond } from "../../db/sql/where.ts";
import { filterMessages, placeOfMessage } from "../../db/sql/log/messages.ts";
import { type DeliveryState, listDeliveredMessages, listDeliveryEndpoints, stateCode } from "../../db/sql/log/deliveries.ts";
import { isOf } from "../../db/sql/isOf.ts";

type MessagesIn = {
  limit: number;
  iterator?: string | null | undefined;
  channel?: string | null | undefined;
  tag?: string | null | undefined;
  status?: number | null | undefined;
  before?: string | null | undefined;
  after?: string | null | undefined;
  with_content: boolean;
  expanded_statuses?: boolean | null | undefined;
  event_types?: string[] | null | undefined;
};

/** A page of an endpoint's messages as JSON. */
export async function listMessages(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, query: MessagesIn): Promise<string> {
  const endpoint = await endpointIdOf(actor, applicationIdOrUid, endpointIdOrUid);
  const window = { limit: query.limit, descending: true, cursor: cursorOf("message", query.iterator) };
  const expanded = query.expanded_statuses === true;
  const where = new Where().and((id) => isOf(`d."endpointId"`, id), endpoint.id);
  filterMessages(where, query);
  if (query.event_types) where.filter(`d."eventType" = any(?::text[])`, query.event_types);
  if (query.status !== null && query.status !== undefined) where.filter(`${stateCode} = any(?::int[])`, codesOf(query.status, expanded));
  const down = readsDown(window);
  const place = window.cursor === null ? null : await placeOfMessage(window.cursor);
  if (place !== null) beyond(where, { createdAt: `d."createdAt"`, id: `d."messageId"` }, place, down);
  const rows = await listDeliveredMessages({ where, place, down, limit: query.limit + 1 }, query.with_content);
  const textsOf = async (shown: typeof rows): Promise<(string | null)[]> => {
    const texts = await messageTexts(shown, query.with_content);
    return shown.slice(0, texts.length).map((row, i) => withMembers(texts[i] ?? null, showDelivery(row, expanded)));
  };
  const bytes = rows.map((row) => row.bytes);
  return pageTextOf(rows, withinBytes(window, bytes), ({ id }) => id, textsOf);
}

/** An object's JSON with more members. */
const withMembers = (text: string | null, members: object): string | null =>
  text === null ? null : `${text.slice(0, -1)},${JSON.stringify(members).slice(1)}`;

type DestinationsIn = { limit: number; iterator?: string | null | undefined; expanded_statuses?: boolean | null | undefined };

export async function listDestinations(actor: Actor, applicationIdOrUid: string, idOrEventId: string, query: DestinationsIn) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const message = await findMessage(application, idOrEventId, false);
  const window = { limit: query.limit, descending: false, cursor: cursorOf("endpoint", query.iterator) };
  const down = readsDown(window);
  const where = new Where().and(`d."messageId" = ?`, message.id).and(`d."createdAt" = ?`, message.createdAt);
  if (window.cursor !== null) where.and(`d."endpointId" ${down ? "<" : ">"} ?`, window.cursor.id);
  const rows = await listDeliveryEndpoints(where, down, query.limit + 1);
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => ({ ...showEndpoint(row), ...showDelivery(row, query.expanded_statuses === true) }),
  );
}

/**
 * Sends a message to an endpoint again, whatever the endpoint's filters say; once, however often it is asked for before that is
 * done. Throws `bad_request` if the payload is gone.
 */
export async function resend(actor: Actor, applicationIdOrUid: string, idOrEventId: string, endpointIdOrUid: string): Promise<void> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const message = await findMessage(application, idOrEventId, false);
  if (!(await hasPayload(message))) throw new AppError("bad_request", "The payload has been deleted, so it can't be sent again");
  const { id: messageId, createdAt, eventType, contentType } = message;
  const key = { messageId, createdAt, endpointId: endpoint.id };
  const leaseId = handoff.leaseId();
  const queued = await queueManual({ ...key, eventType, environmentId: application.environmentId, applicationId: application.id }, leaseId);
  if (queued === null) return;
  await recordAudit(actor, prisma(), "delivery.resent", messageId, { endpointId: endpoint.id });
  noteChange(application.environmentId, messageId, endpoint.id);
  if (!queued.leased || leaseId === null) return;
  // The endpoint was just read: the snapshot must not be older.
  const known = application.endpoints.some(({ id }) => id === endpoint.id) ? application : await reloadApplication(application.id);
  const snapshot = known?.endpoints.find(({ id }) => id === endpoint.id);
  const common = { ...key, ...queued, leaseId, eventType, contentType, payload: null };
  if (known && snapshot) handoff.offer([{ ...common, application: known, endpoint: snapshot }]);
}

const texts = ["success", "pending", "fail", "sending", "canceled"] as const;

/** Clients that don't know "canceled" are told "fail". */
function showDelivery({ code, nextAttempt }: DeliveryState, expanded: boolean) {
  const status = code === 4 && !expanded ? 2 : code;
  return { status, statusText: known(texts[status], "stateCode gives 0 to 4"), nextAttempt };
}

const codesOf = (status: number, expanded: boolean): number[] => (status === 2 && !expanded ? [2, 4] : [status]);
