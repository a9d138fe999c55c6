/**
 * Moving lines on (see sql/hot/lines.ts), in this process: whoever stores an ordered delivery or the end of one says so
 * here, and many share a statement. What a killed process leaves undone, the engine's sweep finds.
 */
import { singleton } from "../singleton.ts";
import { advanceLines, type Line } from "./sql/hot/lines.ts";
import { warnOfFailure } from "../outage.ts";

type Advancing = {
  lines: Map<string, Line>;
  running: Promise<void> | null;
  listeners: Set<(released: Date[]) => void>;
};

const advancing = (): Advancing => singleton("lines", () => ({ lines: new Map(), running: null, listeners: new Set() }));

/** Moves these lines on. To be called after the commit; returns at once. */
export function advance(lines: readonly Line[]): void {
  if (lines.length === 0) return;
  const current = advancing();
  for (const line of lines) current.lines.set(`${line.endpointId} ${line.orderKey}`, line);
  current.running ??= run(current).finally(() => (current.running = null));
}

/** Resolves when no line is left to move on. */
export async function linesIdle(): Promise<void> {
  for (let { running } = advancing(); running !== null; { running } = advancing()) await running;
}

/** Calls back with the moments of messages whose deliveries became due. */
export function onReleased(listener: (released: Date[]) => void): () => void {
  advancing().listeners.add(listener);
  return () => advancing().listeners.delete(listener);
}

async function run(current: Advancing): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  while (current.lines.size > 0) {
    const lines = [...current.lines.values()];
    current.lines.clear();
    try {
      const released = await advanceLines(lines);
      if (released.length > 0) for (const listener of current.listeners) listener(released);
    } catch (error) {
      warnOfFailure("lines.advance_failed", error, { lines: lines.length });
    }
  }
}
