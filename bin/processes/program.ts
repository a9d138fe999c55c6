/** A program that does its work in one process, or in several behind one port: what it must say of itself. */
import type { Ground } from "../../lib/db/prepare.ts";
import type { Operations } from "../operations.ts";
import type { StopDeadline } from "../stopping.ts";

export type ServerProgram<Settled> = {
  /** The program's file, which each of several processes runs. */
  file: string;
  processes: () => number;
  /** Asks for what somebody else may have, such as the port, before anything is started. Throws StartError. */
  claim: () => Promise<void>;
  /** Makes the database ready, once for all of them. Rejects with the signal's reason when that comes. */
  prepare: (asked: AbortSignal) => Promise<Ground>;
  /** What else is done once, before they begin. */
  settle: () => Promise<Settled>;
  /** Loads what each process runs, while the database is made ready. */
  load: () => Promise<unknown>;
  /** Listens already then, where nobody else does; what comes waits for the start. */
  open: () => Promise<unknown>;
  /** Starts what each process does. */
  start: () => Promise<Started>;
  /** Tells the person who starts it. */
  greet: (about: { ground: Ground; settled: Settled; operations: Operations | null; processes: number }) => void;
};

/**
 * For so long connections stay open at the end that have no request: one that was sent a moment ago, to a server that still answered, is
 * answered too.
 */
export const endLingerMs = 250;

export type Started = {
  /** Where this process listens; null: nowhere. */
  address: Address | null;
  /** From now on answers say that their connections are closed. */
  sayClosing: () => void;
  /** `lingerMs`: for so long, connections without a request stay open, whose client may be about to send one. */
  stop: (deadline: StopDeadline, lingerMs: number) => Promise<void>;
};

export type Address = { host: string; port: number };
