/** Makes messages of what operational webhooks have to tell: a row is deleted once its message is accepted. */
import type { Actor } from "../../actor.ts";
import { pool, prisma } from "../../db/client.ts";
import { AppError } from "../../errors.ts";
import { log } from "../../log.ts";
import { known } from "../../proven.ts";
import { systemIn } from "../shared/scope.ts";
import { type Choice, acceptMessage } from "../message/acceptance.ts";
import { operationalApplicationUid } from "./operationalEventTypes.ts";
import { readEventIds } from "../../db/sql/log/messages.ts";

const eventsTogether = 100;

type Fields = Record<string, unknown>;
/** `data`: a list of attempts for `message.attempt.log`. */
type EventRow = { id: string; environmentId: string; type: string; data: Fields | Fields[] };

/**
 * Makes messages of some events, and answers whether there may be more. Events whose messages can't be accepted now stay.
 * Several processes may do this at once: an event that two take is one message, because its id is the message's eventId.
 */
export async function tellSome(): Promise<boolean> {
  const { rows } = await pool().query<EventRow>({
    name: "operational_events",
    text: `select "id"::text, "environmentId", "type", "data" from operational_event order by "id" limit ${eventsTogether}`,
  });
  if (rows.length === 0) return false;
  const actors = await actorsOf([...new Set(rows.map(({ environmentId }) => environmentId))]);
  const told = await Promise.all(rows.map(async (row) => ((await tell(row, actors.get(row.environmentId))) ? [row.id] : [])));
  await pool().query({
    name: "operational_events_told",
    text: `delete from operational_event where "id" = any($1::int8[])`,
    values: [told.flat()],
  });
  return rows.length === eventsTogether;
}

/** An event type that endpoints must name: whoever wants everything does not mean this. */
const onlyByName = "message.attempt.log";

const byName: Choice = ({ endpoints }, { eventType }) =>
  endpoints.filter(({ disabled, eventTypes }) => !disabled && eventTypes.includes(eventType));

/** Makes a message of one event. True: nothing more is to be done about it. `actor` undefined: nobody listens any more. */
async function tell({ id, environmentId, type, data }: EventRow, actor: Actor | undefined): Promise<boolean> {
  if (actor === undefined) return true;
  const body = { type, data: await completed(data) };
  const message = { eventType: type, eventId: `${environmentId}-${id}`, payload: body };
  try {
    await acceptMessage(
      actor,
      operationalApplicationUid,
      { message, payload: Buffer.from(JSON.stringify(body)) },
      null,
      type === onlyByName ? byName : undefined,
    );
    return true;
  } catch (error) {
    // The event is a message already, or the application is gone.
    if (error instanceof AppError && (error.code === "conflict" || error.code === "not_found")) return true;
    log.warn({ eventId: id, type, error: (error as Error).message }, "operational_webhook.not_accepted");
    return false;
  }
}

/** An event's data, with what stands in its messages looked up: the statement that stores outcomes has no use for their table. */
async function completed(data: EventRow["data"]): Promise<EventRow["data"]> {
  if (Array.isArray(data)) {
    const messages = await readEventIds(data.map(({ msgId }) => String(msgId)));
    return data.map((attempt) => {
      const message = messages.get(String(attempt["msgId"]));
      return { ...attempt, msgEventId: message?.eventId ?? null, msgCreated: message?.createdAt ?? attempt["attemptStart"] };
    });
  }
  const { msgId, lastAttempt, ...place } = data;
  if (typeof msgId !== "string") return data;
  return { ...place, msgId, msgEventId: (await readEventIds([msgId])).get(msgId)?.eventId ?? null, lastAttempt };
}

/** Webster itself as an actor, for each of these environments in the one that holds its operational endpoints. */
async function actorsOf(environmentIds: string[]): Promise<Map<string, Actor>> {
  const rows = await prisma().environment.findMany({
    where: { operationalOfId: { in: environmentIds } },
    select: { id: true, organizationId: true, operationalOfId: true },
  });
  return new Map(rows.map((row) => [known(row.operationalOfId, "only such environments were asked for"), systemIn(row)]));
}
