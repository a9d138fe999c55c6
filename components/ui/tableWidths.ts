/** Which columns a table has room for. Decided by container queries, so that the server's drawing is right already. */

export type Sized = {
  key: string;
  /** The column's width, such as "w-32"; columns without one share what is left. */
  width?: string;
  /** Of a column without a width: the least that it is readable with, in px. */
  leastPx?: number;
  phone?: "title" | "aside" | "meta" | "hidden";
  /** Columns of a higher rank leave first. Left out: those that a phone leaves out before those that it has below, and actions never. */
  rank?: number;
};

const usualLeastPx = 160;
const tickPx = 36;
const unitPx = 4;

/** The width from which on rows are rows and no cards: as in app/globals.css. */
const rowsFromPx = { usual: 576, wide: 800 };

export const leastOf = ({ width, leastPx = usualLeastPx }: Sized): number => {
  const units = /^w-(\d+)$/.exec(width ?? "")?.[1];
  return units === undefined ? leastPx : Number(units) * unitPx;
};

const ranks = { title: 0, aside: 1, meta: 2, hidden: 3 };

const rankOf = ({ key, rank, phone }: Sized, at: number): number => rank ?? (at === 0 || key === "actions" ? 0 : ranks[phone ?? "meta"]);

/** Of each column the class that takes it out where it has no room: it leaves before those of lower ranks. */
export function leavingClasses(columns: readonly Sized[], hasTicks: boolean, wide: boolean): Map<string, string> {
  const ranked = columns.map((column, at) => ({ column, rank: rankOf(column, at), at }));
  let sumPx = hasTicks ? tickPx : 0;
  const classes = new Map<string, string>();
  for (const { column } of ranked.toSorted((one, other) => one.rank - other.rank || one.at - other.at)) {
    sumPx += leastOf(column);
    if (sumPx > rowsFromPx[wide ? "wide" : "usual"]) classes.set(column.key, steps.find(([px]) => px >= sumPx)?.[1] ?? lastStep);
  }
  return classes;
}

/** Written out, because Tailwind makes what it reads. */
const steps: readonly [px: number, look: string][] = [
  [580, "row:@max-[580px]:hidden"],
  [600, "row:@max-[600px]:hidden"],
  [620, "row:@max-[620px]:hidden"],
  [640, "row:@max-[640px]:hidden"],
  [660, "row:@max-[660px]:hidden"],
  [680, "row:@max-[680px]:hidden"],
  [700, "row:@max-[700px]:hidden"],
  [720, "row:@max-[720px]:hidden"],
  [740, "row:@max-[740px]:hidden"],
  [760, "row:@max-[760px]:hidden"],
  [780, "row:@max-[780px]:hidden"],
  [800, "row:@max-[800px]:hidden"],
  [820, "row:@max-[820px]:hidden"],
  [840, "row:@max-[840px]:hidden"],
  [860, "row:@max-[860px]:hidden"],
  [880, "row:@max-[880px]:hidden"],
  [900, "row:@max-[900px]:hidden"],
  [920, "row:@max-[920px]:hidden"],
  [940, "row:@max-[940px]:hidden"],
  [960, "row:@max-[960px]:hidden"],
  [980, "row:@max-[980px]:hidden"],
  [1000, "row:@max-[1000px]:hidden"],
  [1020, "row:@max-[1020px]:hidden"],
  [1040, "row:@max-[1040px]:hidden"],
  [1060, "row:@max-[1060px]:hidden"],
  [1080, "row:@max-[1080px]:hidden"],
  [1100, "row:@max-[1100px]:hidden"],
  [1120, "row:@max-[1120px]:hidden"],
  [1140, "row:@max-[1140px]:hidden"],
  [1160, "row:@max-[1160px]:hidden"],
  [1180, "row:@max-[1180px]:hidden"],
  [1200, "row:@max-[1200px]:hidden"],
  [1220, "row:@max-[1220px]:hidden"],
  [1240, "row:@max-[1240px]:hidden"],
];
const lastStep = steps.at(-1)?.[1] ?? "";
