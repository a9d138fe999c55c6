/**
 * The facts that can't be read from either server: which new id stands for an old one that was refused, and how far the messages have
 * been taken. Everything else is found out by looking, so a lost file costs time, or at the worst a second copy of what has neither.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Fatal } from "./faults.ts";

export type State = {
  from: string;
  to: string;
  /** New ids of applications by their old ones. */
  applications: Record<string, string>;
  endpoints: Record<string, string>;
  /** The span of messages that have been taken, by application: from and until these moments. */
  messages: Record<string, { from: string; until: string }>;
  /** Event types that were made to be archived once everything refers to them. */
  toArchive: string[];
};

export type StateFile = { state: State; save: () => void };

/** Opens the file. `path` null: it is not kept. */
export function openState(path: string | null, from: string, to: string): StateFile {
  const fresh: State = { from, to, applications: {}, endpoints: {}, messages: {}, toArchive: [] };
  if (path === null) return { state: fresh, save: () => undefined };
  const state = existsSync(path) ? read(path, fresh) : fresh;
  if (state.from !== from || state.to !== to)
    throw new Fatal(
      `${path} is of a move from ${state.from} to ${state.to}.`,
      "Name another file with --state, or delete this one if that move is done with.",
    );
  return { state, save: () => writePrivately(path, JSON.stringify(state, null, 2)) };
}

function read(path: string, fresh: State): State {
  try {
    return { ...fresh, ...(JSON.parse(readFileSync(path, "utf8")) as Partial<State>) };
  } catch (cause) {
    throw new Fatal(`${path} can't be read as what an earlier run wrote.`, "Name another file with --state, or delete this one.", cause);
  }
}

/** Writes a file whole or not at all, and for nobody else to read. Throws Fatal. */
export function writePrivately(path: string, text: string): void {
  try {
    const draft = `${path}.new`;
    writeFileSync(draft, text, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } catch (cause) {
    throw new Fatal(
      `${path} can't be written: ${(cause as Error).message}.`,
      "Name a file in a directory that can be written, with --state and --report.",
      cause,
    );
  }
}
