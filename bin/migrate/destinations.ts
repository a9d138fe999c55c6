/** Destinations, of which polling endpoints are moved. Where a consumer of theirs has read to is known at the source alone. */
import { listed } from "./api.ts";
import type { EventTypes } from "./eventTypes.ts";
import { type Move, type Pair, at, attempt, compared, made } from "./move.ts";
import { type Destination, differences, orNull } from "./shapes.ts";

export async function moveDestinations(move: Move, { application, targetId, isNew }: Pair, eventTypes: EventTypes): Promise<void> {
  const all = await listed<Destination>(move.source, `/api/v1/app/${at(application.id)}/destination`);
  const path = `/api/v1/app/${at(targetId ?? "")}/destination`;
  const there = all.length === 0 || isNew || targetId === null ? [] : await listed<Destination>(move.target, path);
  for (const destination of all)
    await attempt(move, "polling endpoint", destination.id, async () => {
      const { id, uid, type } = destination;
      // A FIFO endpoint of a Webster stands in both lists.
      if (type !== "pollingEndpoint" && (await move.source.find(`/api/v1/app/${at(application.id)}/endpoint/${at(id)}`)) !== null) return;
      if (type !== "pollingEndpoint")
        return move.report.add("polling endpoint", id, "skipped", `destinations of type ${type} are not taken`);
      await eventTypes.ensure(orNull(destination.eventTypes));
      const fields = fieldsOf(destination);
      // A polling endpoint without a uid is known by being like it.
      const found = there.find((other) => (uid ? other.uid === uid : !other.uid && differences(fields, other).length === 0));
      if (found !== undefined) return compared(move, "polling endpoint", id, differences(fields, found), renamed(found.id));
      const made_ = move.apply ? await move.target.post<Destination>(path, { ...fields, type }) : null;
      made(move, "polling endpoint", id, renamed(made_?.id ?? null));
    });
}

const renamed = (id: string | null): string =>
  `${id === null ? "will have an id of its own there" : `is ${id} there`}: tell who polls it, and set its consumers to the moment of the switch`;

const fieldsOf = ({ uid, status, eventTypes, channels, metadata, batchSize, filter }: Destination) => ({
  uid: uid ?? null,
  status: status ?? "enabled",
  eventTypes: eventTypes ?? [],
  channels: channels ?? [],
  metadata: metadata ?? {},
  ...(batchSize ? { batchSize } : {}),
  ...(filter ? { filter } : {}),
});
