/** How many of a source's waiting requests go together: their code is run, and they become messages in one transaction. */

/** About as many as take a second, and what they may hold; a larger one goes alone. */
const together = { first: 16, fewest: 8, most: 96, ms: 1_000, bytes: 4 * 1024 * 1024 };

/** What the code takes says how many follow: those that wait for quick code share turns of the sandbox, and none waits there too long. */
export class PendingGroups<R extends { bodyBytes: number }> {
  #most = together.first;
  #left: readonly R[] = [];

  /** Begins with more of them, in their order. */
  begin(waiting: readonly R[]): void {
    this.#left = waiting;
  }

  /** The next ones; none: there are no more. */
  take(): R[] {
    let bytes = 0;
    const end = this.#left.findIndex(({ bodyBytes }, at) => {
      bytes += bodyBytes;
      return at === this.#most || (at > 0 && bytes > together.bytes);
    });
    const group = end < 0 ? this.#left : this.#left.slice(0, end);
    this.#left = end < 0 ? [] : this.#left.slice(end);
    return [...group];
  }

  /** Tells how long the code of so many took. */
  took(requests: number, ms: number): void {
    const inTime = Math.floor((together.ms * requests) / Math.max(1, ms));
    this.#most = Math.min(together.most, Math.max(together.fewest, inTime));
  }
}
