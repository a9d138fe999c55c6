/**
 * Group commit: calls that arrive while a commit is under way share the next one, so that a hundred callers cost
 * one statement and one fsync. A call for which there is no room is refused at once, instead of waiting in an endless queue.
 */
import { AppError } from "../errors.ts";
import { noteNotStored, noteStored } from "./commits.ts";
import { Gathering } from "./gathering.ts";
import { databaseAway, faultOf } from "./sql/faults.ts";

export type GroupCommitOptions<T, R> = {
  /** Stores all members and answers each, in order. Called again with fewer if the database refuses them together. */
  commit: (members: T[]) => Promise<R[]>;
  bytesOf: (member: T) => number;
  /** Bounds of one commit. A member larger than `maxBytes` goes alone. */
  maxMembers: number;
  maxBytes: number;
  /** How many commits may run at the same time. */
  maxInFlight: number;
  /** Bounds of what waits; beyond them calls are refused with `unavailable`. */
  maxWaitingMembers: number;
  maxWaitingBytes: number;
  /** Members that are stored in the order in which they came: no commit with one begins beside another with one. Absent: none. */
  isOrdered?: (member: T) => boolean;
  observe?: (members: number) => void;
};

type Waiting<T, R> = { member: T; bytes: number; resolve: (result: R) => void; reject: (error: unknown) => void };

export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>;
  #waiting: Waiting<T, R>[] = [];
  #waitingBytes = 0;
  #orderedInFlight = 0;
  readonly #gathering: Gathering;

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options;
    const { maxInFlight, maxMembers } = options;
    this.#gathering = new Gathering({ maxInFlight, enough: maxMembers / 2, start: () => void this.#run(this.#take()) });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Rejects with AppError `unavailable` if too many wait or the database is away, else with what the commit throws. */
  submit(member: T): Promise<R> {
    const bytes = this.#options.bytesOf(member);
    const { maxWaitingMembers, maxWaitingBytes } = this.#options;
    if (this.#waiting.length >= maxWaitingMembers || (this.#waiting.length > 0 && this.#waitingBytes + bytes > maxWaitingBytes))
      return Promise.reject(new AppError("unavailable", "Too much is waiting to be stored; try again", { retryAfterSeconds: 1 }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ member, bytes, resolve, reject });
      this.#waitingBytes += bytes;
      this.#gathering.look(this.#waiting.length);
    });
  }

  #take(): Waiting<T, R>[] {
    const { maxMembers, maxBytes } = this.#options;
    let count = 0;
    let bytes = 0;
    for (const { member, bytes: more } of this.#waiting) {
      if (count === maxMembers || (count > 0 && bytes + more > maxBytes)) break;
      if (this.#orderedInFlight > 0 && this.#isOrdered(member)) break;
      count++;
      bytes += more;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #run(group: Waiting<T, R>[]): Promise<void> {
    if (group.length === 0) return;
    const ordered = group.some(({ member }) => this.#isOrdered(member)) ? 1 : 0;
    this.#orderedInFlight += ordered;
    this.#gathering.begun(group.length);
    this.#gathering.look(this.#waiting.length);
    try {
      await this.#commit(group);
    } finally {
      this.#orderedInFlight -= ordered;
      this.#gathering.ended(group.length);
      this.#gathering.look(this.#waiting.length);
    }
  }

  #isOrdered(member: T): boolean {
    return this.#options.isOrdered?.(member) === true;
  }

  async #commit(group: Waiting<T, R>[]): Promise<void> {
    this.#options.observe?.(group.length);
    try {
      const results = await this.#attempt(group.map(({ member }) => member));
      noteStored();
      group.forEach(({ resolve, reject }, i) => {
        if (i < results.length) resolve(results[i] as R);
        else reject(new Error("A commit answered fewer members than it was given"));
      });
    } catch (error) {
      const fault = faultOf(error);
      if (fault === "away") noteNotStored(error);
      // One row that the database refuses must not fail its neighbours.
      if (fault === "refused" && group.length > 1) for (const one of group) await this.#commit([one]);
      else for (const { reject } of group) reject(fault === "refused" ? error : databaseAway(error));
    }
  }

  async #attempt(members: T[]): Promise<R[]> {
    try {
      return await this.#options.commit(members);
    } catch (error) {
      if (faultOf(error) !== "collision") throw error;
      return await this.#options.commit(members);
    }
  }
}
