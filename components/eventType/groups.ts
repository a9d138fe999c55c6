/** Event types as they are chosen from: those that begin alike, or that somebody has put into one group, stand together. */
import type { EventTypeOut } from "../../lib/contract/eventType.ts";

/**
 * `prefix`: a group's name, or what its names begin with, such as `invoice.`; "": types that stand alone. `isWhole`: none of it is
 * missing among the types that were read.
 */
export type EventTypeGroup = { prefix: string; types: EventTypeOut[]; isWhole: boolean };

/** `types`: by name, as the API lists them. `done`: those are all. */
export function groupsOf(types: readonly EventTypeOut[], done: boolean): EventTypeGroup[] {
  const groups = new Map<string, EventTypeOut[]>();
  for (const type of types) {
    const prefix = type.groupName ?? /^[^.]+\.(?=.)/.exec(type.name)?.[0] ?? "";
    groups.set(prefix, [...(groups.get(prefix) ?? []), type]);
  }
  // One alone is no group, unless somebody has made it one.
  const alone = [...groups].filter(([prefix, [first, second]]) => prefix === "" || (second === undefined && first?.groupName === null));
  const singles = alone.flatMap(([, types]) => types).toSorted(byName);
  const named = [...groups].filter(([prefix]) => !alone.some(([other]) => other === prefix));
  const last = types.at(-1)?.name ?? "";
  // What begins alike stands together among the names; what somebody has put into a group may stand anywhere.
  const isWhole = (prefix: string, members: readonly EventTypeOut[]) =>
    done || (members.every(({ groupName }) => groupName === null) && !last.startsWith(prefix));
  return [
    ...named
      .map(([prefix, members]) => ({ prefix, types: members.toSorted(byName), isWhole: isWhole(prefix, members) }))
      .toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1)),
    ...(singles.length === 0 ? [] : [{ prefix: "", types: singles, isWhole: done }]),
  ];
}

const byName = (a: EventTypeOut, b: EventTypeOut): number => (a.name < b.name ? -1 : 1);
