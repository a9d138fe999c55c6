/**
 * Where somebody has typed what is not saved, leaving asks first. Who leads away goes by `leave`; who holds unsaved input
 * registers the element that it is in (components/form/guardLeaving.ts).
 */

/** Asks, and goes if the answer is yes. Null: it is being saved, so nothing is asked, and it is not lost either. */
export type Ask = ((go: () => void) => void) | null;

export const unsaved = new Map<Element, Ask>();

export const hasUnsaved = (): boolean => unsaved.size > 0;

/** Goes, after a question where unsaved input within `place` would be lost. */
export function leave(go: () => void, place: Element = document.documentElement): void {
  const inside = [...unsaved].filter(([element]) => place.contains(element));
  const ask = inside.find(([, one]) => one !== null)?.[1];
  if (!ask) return go();
  ask(() => {
    for (const [element] of inside) unsaved.delete(element);
    go();
  });
}
