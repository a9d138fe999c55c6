/** The processes behind one port of one machine (WEBSTER_PROCESSES), as each of them knows the others. */
import { setSingleton, singleton } from "./singleton.ts";

export type Siblings = {
  /** How many they are, this one included; some may be starting. */
  count: number;
  /** From 1; whoever takes the place of a dead one has its number. */
  number: number;
  /** Tells all others. Whoever is starting or busy with its end may miss it: nothing may be correct only because of it. */
  tell: (topic: string, news: unknown) => void;
  /** Calls the handler with what others tell. */
  hear: (topic: string, handler: (news: unknown) => void) => void;
};

const alone: Siblings = { count: 1, number: 1, tell: () => undefined, hear: () => undefined };

export const siblings = (): Siblings => singleton("siblings", () => alone);

export const setSiblings = (value: Siblings): void => setSingleton("siblings", value);

/** A process's share of what all together may have, but no less than it needs. */
export const shareOf = (whole: number, least: number): number => Math.max(least, Math.floor(whole / siblings().count));

/** Whether this process does what one for all of them is enough for. */
export const isFirst = (): boolean => siblings().number === 1;
