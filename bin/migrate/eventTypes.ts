/** Event types come first, for endpoints name them. */
import { listed } from "./api.ts";
import { type Move, at, attempt, compared, made } from "./move.ts";
import { type EventType, differences } from "./shapes.ts";

export type EventTypes = {
  /** Makes those that an endpoint names and that are gone from the list, so that it keeps its choice. */
  ensure: (names: string[] | null) => Promise<void>;
  /** Archives what is archived at the source. To be called once all endpoints are there: new ones can't name what is archived. */
  archive: () => Promise<void>;
};

export async function moveEventTypes(move: Move): Promise<EventTypes> {
  const query = "/api/v1/event-type?include_archived=true&with_content=true";
  const wanted = await listed<EventType>(move.source, query);
  const found = new Map((await listed<EventType>(move.target, query)).map((type) => [type.name, type]));
  const known = new Set([...wanted.map(({ name }) => name), ...found.keys()]);
  for (const type of wanted) await attempt(move, "event type", type.name, () => moveOne(move, type, found.get(type.name)));
  return {
    ensure: async (names) => {
      for (const name of names ?? []) {
        if (known.has(name)) continue;
        known.add(name);
        await attempt(move, "event type", name, async () => {
          if (move.apply) await create(move, { name, description: "", archived: true });
          made(move, "event type", name, "an endpoint names it, though it is gone from the list: made, and archived");
        });
      }
    },
    archive: () => archive(move),
  };
}

async function moveOne(move: Move, type: EventType, found: EventType | undefined): Promise<void> {
  if (found === undefined) {
    if (move.apply) await create(move, type);
    return made(move, "event type", type.name);
  }
  const { archived, ...fields } = fieldsOf(type);
  const flags = found.featureFlags ?? (found.featureFlag ? [found.featureFlag] : null);
  const isSame = archived === (found.archived ?? false) || (archived && move.state.toArchive.includes(type.name));
  const different = differences(fields, { ...found, featureFlags: flags });
  compared(move, "event type", type.name, isSame ? different : [...different, "archived"]);
}

async function create(move: Move, type: EventType): Promise<void> {
  const fields = fieldsOf(type);
  if (fields.archived) {
    // The name is noted before the work is done: a run that is killed in between is gone on with.
    move.state.toArchive = [...new Set([...move.state.toArchive, type.name])];
    move.save();
  }
  await move.target.post("/api/v1/event-type", { ...fields, name: type.name, archived: false });
}

async function archive(move: Move): Promise<void> {
  if (!move.apply) return;
  for (const name of move.state.toArchive) {
    await attempt(move, "event type", name, () => move.target.patch(`/api/v1/event-type/${at(name)}`, { archived: true }));
    move.state.toArchive = move.state.toArchive.filter((other) => other !== name);
    move.save();
  }
}

const fieldsOf = ({ description, archived, deprecated, schemas, groupName, featureFlag, featureFlags }: EventType) => ({
  description,
  archived: archived ?? false,
  deprecated: deprecated ?? false,
  schemas: schemas ?? null,
  groupName: groupName ?? null,
  featureFlags: featureFlags ?? (featureFlag ? [featureFlag] : null),
});
