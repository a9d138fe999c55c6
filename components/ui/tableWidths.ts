/** Which columns a table has room for. Decided by container queries, so that the server's drawing is right already. */

export type Sized = {
  key: string;
  /** The column's width, such as "w-32"; columns without one share what is left. */
  width?: string;
  /** Of a column without a width: the least that it is readable with, in px. */
  leastPx?: number;
  /** Of a column without a width: what it is given before others of the last rank have room. */
  wishPx?: number;
  phone?: "title" | "aside" | "meta" | "line" | "hidden";
  /** The key of the column in whose cells it is told, on a second line, where there is no room for it. */
  under?: string;
  /** Columns of a higher rank leave first. Left out: those that a phone leaves out before those that it has below, and actions never. */
  rank?: number;
};

const usualLeastPx = 160;
const tickPx = 36;
const unitPx = 4;

/** The width from which on rows are rows and no cards: as in app/globals.css. */
const rowsFromPx = { usual: 576, wide: 800 };

export const leastOf = ({ width, leastPx = usualLeastPx }: Sized): number => {
  const units = /^w-(\d+)\b/.exec(width ?? "")?.[1];
  return units === undefined ? leastPx : Number(units) * unitPx;
};

const ranks = { title: 0, aside: 1, meta: 2, line: 2, hidden: 3 };

const rankOf = ({ key, rank, phone }: Sized, at: number): number => rank ?? (at === 0 || key === "actions" ? 0 : ranks[phone ?? "meta"]);

/** Where columns may leave, in px: each step's classes are made by app/globals.css. */
const steps = { first: 580, last: 1240, apart: 20 };

/** Of each column the class that takes it out where it has no room: it leaves before those of lower ranks. */
export function leavingClasses(columns: readonly Sized[], hasTicks: boolean, wide: boolean): Map<string, string> {
  return new Map([...leavingPx(columns, hasTicks, wide)].map(([key, px]) => [key, `row:@max-[${px}px]:hidden`]));
}

/** Of each column the class that shows what stands in for it, in cards and where it has left. */
export const standInClasses = (columns: readonly Sized[], hasTicks: boolean, wide: boolean): Map<string, string> =>
  new Map([...leavingPx(columns, hasTicks, wide)].map(([key, px]) => [key, `hidden card:block row:@max-[${px}px]:block`]));

/** Of each column that has not always room the width of the table from which on it has. */
function leavingPx(columns: readonly Sized[], hasTicks: boolean, wide: boolean): Map<string, number> {
  const ranked = columns.map((column, at) => ({ column, rank: rankOf(column, at), at }));
  let sumPx = hasTicks ? tickPx : 0;
  const leaving = new Map<string, number>();
  const wishPx = columns.reduce((px, column) => px + Math.max(0, (column.wishPx ?? 0) - leastOf(column)), 0);
  let isWished = false;
  for (const { column, rank } of ranked.toSorted((one, other) => one.rank - other.rank || one.at - other.at)) {
    if (rank === ranks.hidden && !isWished) sumPx += wishPx;
    isWished ||= rank === ranks.hidden;
    sumPx += leastOf(column);
    const stepPx = Math.ceil(sumPx / steps.apart) * steps.apart;
    if (sumPx > rowsFromPx[wide ? "wide" : "usual"]) leaving.set(column.key, Math.min(Math.max(stepPx, steps.first), steps.last));
  }
  return leaving;
}
