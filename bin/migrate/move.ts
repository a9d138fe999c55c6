/** The tools that all parts of a move work with. */
import type { Api } from "./api.ts";
import { ApiError, Fatal, fatalOf } from "./faults.ts";
import type { Kind, Outcome, Report } from "./report.ts";
import type { StateFile } from "./state.ts";
import type { Application } from "./shapes.ts";
import type { Values } from "./values.ts";

export type Move = StateFile & {
  source: Api;
  target: Api;
  report: Report;
  values: Values;
  /** False: a dry run, which reads and tells. */
  apply: boolean;
  /** Old or own ids of the only applications to take; empty: all. */
  only: string[];
  /** Take messages of so many days; 0: none. */
  days: number;
  nowMs: number;
  say: (text: string) => void;
  /** Throws once somebody wants the move to end. */
  checkStop: () => void;
};

/** The same application at both sides. `targetId` null: not there, as this is a dry run. */
export type Pair = { application: Application; targetId: string | null; isNew: boolean };

/** Whether the id is in use at the target, or not of a form that it gives. */
export const idIsRefused = ({ status, message }: ApiError): boolean => status === 409 || (status === 422 && message.startsWith("422: id:"));

/**
 * Makes it under a new id, as the old one is refused, and answers that. A run that is killed before it has noted the new id finds the
 * same one again, unless that has been deleted since.
 */
export async function makeAnew({ target }: Move, path: string, body: unknown, oldId: string): Promise<string> {
  const { id } = await target.post<{ id: string }>(path, body, `moved-${oldId}`);
  if ((await target.find(`${path}/${at(id)}`)) !== null) return id;
  return (await target.post<{ id: string }>(path, body)).id;
}

/** Does the work for one thing: its own fault is reported and the rest goes on; a fault of a whole side ends the move. */
export async function attempt(move: Move, kind: Kind, id: string, work: () => Promise<void>): Promise<void> {
  move.checkStop();
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError && isItsOwn(error)) return move.report.add(kind, id, "failed", error.message);
    throw fatalOf(error) ?? error;
  }
}

/** A key that may not write one thing at the target may write nothing there; the source may well refuse one thing alone. */
const isItsOwn = ({ status, side, foreign }: ApiError): boolean =>
  !foreign && status >= 400 && status < 500 && status !== 401 && status !== 429 && (status !== 403 || side === "source");

/** Does the work for all of a kind; that the source does not let the key see any is told, and the rest goes on. */
export async function unlessRefused(move: Move, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.side !== "source" || !/^40[23]:/.test(error.message)) throw error;
    move.report.noCounterpart(`${what}: the source does not show them (${error.message}).`);
  }
}

export const made = (move: Move, kind: Kind, id: string, remark = ""): void => move.report.add(kind, id, "made", remark);

/** Reports a thing that is there already. */
export function compared(move: Move, kind: Kind, id: string, different: string[], remark = ""): void {
  const outcome: Outcome = different.length === 0 ? "there" : "differs";
  move.report.add(kind, id, outcome, different.length === 0 ? remark : `differs in ${different.join(", ")}`);
}

export class Stopped extends Fatal {
  constructor() {
    super("Stopped.", "Run the same command again to go on: what is done is found and left alone.");
  }
}

/** Does the work for all values, `places` at a time; the first fault ends it, once what is under way has ended. */
export async function eachOf<T>(values: T[], places: number, work: (value: T) => Promise<void>): Promise<void> {
  const queue = values.values();
  let fault: { error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    for (const value of queue) {
      if (fault !== null) return;
      await work(value).catch((error: unknown) => {
        fault ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: places }, worker));
  if (fault !== null) throw (fault as { error: unknown }).error;
}

export const at = (id: string): string => encodeURIComponent(id);
