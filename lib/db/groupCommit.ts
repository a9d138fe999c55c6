/**
 * Group commit: calls that arrive while a commit is under way share the next one, so that a hundred callers cost
 * one statement and one fsync. A call for which there is no room is refused at once, instead of waiting in an endless queue.
 * Where more waits than one commit takes, tenants take turns in it, and each leaves as much of the queue as it has.
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
  /** Whose a member is. Absent: all are of one. */
  tenantOf?: (member: T) => string;
  observe?: (members: number) => void;
};

type Waiting<T, R> = { member: T; tenant: string; bytes: number; resolve: (result: R) => void; reject: (error: unknown) => void };

export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>;
  #waiting: Waiting<T, R>[] = [];
  #waitingBytes = 0;
  /** What waits of each tenant. */
  readonly #ofTenant = new Map<string, { members: number; bytes: number }>();
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
    const { bytesOf, tenantOf = ofOne } = this.#options;
    const [bytes, tenant] = [bytesOf(member), tenantOf(member)];
    if (!this.#hasRoom(tenant, bytes))
      return Promise.reject(new AppError("unavailable", "Too much is waiting to be stored; try again", { retryAfterSeconds: 1 }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ member, tenant, bytes, resolve, reject });
      this.#count(tenant, 1, bytes);
      this.#gathering.look(this.#waiting.length);
    });
  }

  #hasRoom(tenant: string, bytes: number): boolean {
    if (this.#waiting.length === 0) return true;
    const { maxWaitingMembers, maxWaitingBytes, tenantOf } = this.#options;
    const [members, left] = [maxWaitingMembers - this.#waiting.length, maxWaitingBytes - this.#waitingBytes];
    if (members < 1 || bytes > left) return false;
    const own = tenantOf === undefined ? undefined : this.#ofTenant.get(tenant);
    return own === undefined || (own.members < members && own.bytes + bytes <= left);
  }

  #count(tenant: string, members: number, bytes: number): void {
    this.#waitingBytes += bytes;
    const own = this.#ofTenant.get(tenant);
    if (own === undefined) return void this.#ofTenant.set(tenant, { members, bytes });
    own.members += members;
    own.bytes += bytes;
    if (own.members === 0) this.#ofTenant.delete(tenant);
  }

  #take(): Waiting<T, R>[] {
    const { maxMembers, maxBytes } = this.#options;
    const all = this.#waiting;
    if (all.length <= maxMembers && this.#waitingBytes <= maxBytes && this.#orderedInFlight === 0) {
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#ofTenant.clear();
      return all;
    }
    const taken = new Set(this.#takeInTurn());
    for (const { tenant, bytes } of taken) this.#count(tenant, -1, -bytes);
    this.#waiting = all.filter((one) => !taken.has(one));
    return [...taken];
  }

  /** One of each tenant, then the next of each, as many as fit: each one's in the order in which they came. */
  #takeInTurn(): Waiting<T, R>[] {
    const { maxMembers, maxBytes } = this.#options;
    const lines = new Map<string, Waiting<T, R>[]>();
    for (const one of this.#waiting) {
      const line = lines.get(one.tenant);
      if (line === undefined) lines.set(one.tenant, [one]);
      else line.push(one);
    }
    const taken: Waiting<T, R>[] = [];
    let bytes = 0;
    for (let place = 0; lines.size > 0; place++)
      for (const [tenant, line] of lines) {
        const one = line[place];
        if (taken.length === maxMembers) return taken;
        const mayGo = one !== undefined && (taken.length === 0 || bytes + one.bytes <= maxBytes) && !this.#mustWait(one.member);
        if (!mayGo) lines.delete(tenant);
        else {
          taken.push(one);
          bytes += one.bytes;
        }
      }
    return taken;
  }

  #mustWait(member: T): boolean {
    return this.#orderedInFlight > 0 && this.#isOrdered(member);
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

const ofOne = (): string => "";
