"use client";

import { useMemo, useState } from "react";

export type Selection = {
  ids: ReadonlySet<string>;
  has: (id: string) => boolean;
  set: (id: string, selected: boolean) => void;
  toggle: (id: string) => void;
  setAll: (ids: readonly string[]) => void;
  clear: () => void;
};

const none: ReadonlySet<string> = new Set();

/** The rows that are ticked, by id. With another `place` (filters, page) nothing is: what is ticked is what one sees. */
export function useSelection(place = ""): Selection {
  const [ticked, setTicked] = useState({ place, ids: none });
  const ids = ticked.place === place ? ticked.ids : none;
  return useMemo(() => {
    const change = (idsOf: (before: ReadonlySet<string>) => ReadonlySet<string>) =>
      setTicked((before) => ({ place, ids: idsOf(before.place === place ? before.ids : none) }));
    const set = (id: string, selected: boolean) =>
      change((before) => {
        const after = new Set(before);
        if (selected) after.add(id);
        else after.delete(id);
        return after;
      });
    return {
      ids,
      has: (id) => ids.has(id),
      set,
      toggle: (id) => set(id, !ids.has(id)),
      setAll: (all) => change(() => new Set(all)),
      clear: () => change(() => none),
    };
  }, [ids, place]);
}
