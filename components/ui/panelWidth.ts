/** How wide a panel beside a list is, in px. */

export const narrowestPx = 340;
const usualWidestPx = 640;
/** What the page keeps: its navigation, its margins, and a list as wide as a small phone. */
const pagePx = 552;
/** With so much the page has rows, and not cards: its navigation, its margins and 576 px. */
const rowsPx = 840;

/** From this width of the window on there is room for rows and a panel beside them. */
export const roomFromPx = rowsPx + narrowestPx;

export const widest = (windowPx: number): number => Math.max(narrowestPx, windowPx - pagePx);

/** `chosenPx` as far as there is room; null: nothing was chosen, and the list keeps its rows if it can. */
export function panelWidth(chosenPx: number | null, windowPx: number): number {
  const wantedPx = chosenPx ?? Math.min(usualWidestPx, Math.max(400, windowPx - rowsPx));
  return Math.round(Math.min(Math.max(wantedPx, narrowestPx), widest(windowPx)));
}
