/** Looks for lines of which no delivery is due although some wait: a process was killed, or the first delivery cancelled. */
import { advance } from "../db/lines.ts";
import { type Line, listLines } from "../db/sql/hot/lines.ts";

const linesTogether = 500;

export class Lines {
  #after: Line | null = null;

  async sweep(): Promise<void> {
    const lines = await listLines(this.#after, linesTogether);
    this.#after = lines.length < linesTogether ? null : (lines.at(-1) ?? null);
    advance(lines);
  }
}
