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

/** The rows that are ticked, by id. */
export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const set = (id: string, selected: boolean) =>
      setIds((before) => {
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
      setAll: (all) => setIds(new Set(all)),
      clear: () => setIds(new Set()),
    };
  }, [ids]);
}
