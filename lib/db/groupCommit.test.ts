import { describe, expect, test } from "vitest";
import { AppError } from "../errors.ts";
import { GroupCommit } from "./groupCommit.ts";

const bounds = { bytesOf: () => 1, maxMembers: 100, maxBytes: 1_000, maxInFlight: 1, maxWaitingMembers: 100, maxWaitingBytes: 1_000 };

const databaseError = (code: string): Error => Object.assign(new Error(code), { code });

/** Commits wait until they are let go. */
function held() {
  const groups: number[][] = [];
  const release: (() => void)[] = [];
  const commit = async (members: number[]): Promise<number[]> => {
    groups.push(members);
    await new Promise<void>((resolve) => release.push(resolve));
    return members.map((member) => member * 10);
  };
  const begun = async (count: number): Promise<void> => {
    while (groups.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { groups, release, commit, begun };
}

describe("group commit", () => {
  test.each([
    [{ code: "ECONNREFUSED" }, "connect ECONNREFUSED", "nothing was stored"],
    [{}, "timeout exceeded when trying to connect", "nothing was stored"],
    [{ code: "53100" }, "could not extend file", "nothing was stored"],
    [{ code: "57P01" }, "terminating connection due to administrator command", "nothing was stored"],
    // The commit was on its way: its answer is what is missing.
    [{}, "Connection terminated unexpectedly", "whether this was stored is not known"],
    [{ code: "ECONNRESET" }, "read ECONNRESET", "whether this was stored is not known"],
    [{}, "Query read timeout", "whether this was stored is not known"],
  ])("%o, %s: %s", async (fields, message, told) => {
    const group = new GroupCommit<string, string>({ ...bounds, commit: () => Promise.reject(Object.assign(new Error(message), fields)) });
    await expect(group.submit("a")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining(told) });
  });

  test("calls that arrive while a commit is under way share the next one, and each gets its own answer", async () => {
    const { groups, release, commit, begun } = held();
    const batcher = new GroupCommit({ ...bounds, commit });
    const first = batcher.submit(1);
    await begun(1);
    const others = [2, 3, 4].map((n) => batcher.submit(n));
    release[0]?.();
    await begun(2);
    release[1]?.();
    expect(await Promise.all([first, ...others])).toEqual([10, 20, 30, 40]);
    expect(groups).toEqual([[1], [2, 3, 4]]);
  });

  test("a commit holds neither more members nor more bytes than it may", async () => {
    const groups: number[][] = [];
    const commit = async (members: number[]): Promise<number[]> => {
      groups.push(members);
      return members;
    };
    const batcher = new GroupCommit({ ...bounds, commit, bytesOf: (n) => n, maxMembers: 3, maxBytes: 10 });
    await Promise.all([1, 1, 1, 1, 9, 9, 50].map((n) => batcher.submit(n)));
    expect(groups).toEqual([[1, 1, 1], [1, 9], [9], [50]]);
  });

  test.each([
    ["those that are stored in order follow each other", true, ["begin 1", "end 1", "begin 5", "end 5"]],
    ["others go beside each other", false, ["begin 1", "begin 5", "end 1", "end 5"]],
  ])("of two commits that could run at once, %s", async (_, isOrdered, expected) => {
    const events: string[] = [];
    const commit = async (members: number[]): Promise<number[]> => {
      events.push(`begin ${members[0]}`);
      for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
      events.push(`end ${members[0]}`);
      return members;
    };
    const batcher = new GroupCommit({ ...bounds, commit, maxMembers: 4, maxInFlight: 2, isOrdered: () => isOrdered });
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map((n) => batcher.submit(n)))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events).toEqual(expected);
  });

  test("beyond its bounds a call is refused at once, and told when to come back", async () => {
    const { release, commit, begun } = held();
    const batcher = new GroupCommit({ ...bounds, commit, maxWaitingMembers: 2 });
    const first = batcher.submit(1);
    await begun(1);
    const waiting = [batcher.submit(2), batcher.submit(3)];
    await expect(batcher.submit(4)).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
    release[0]?.();
    await begun(2);
    release[1]?.();
    expect(await Promise.all([first, ...waiting])).toEqual([10, 20, 30]);
  });

  test("one tenant's flood leaves others their turn and room in the queue; each one's stay in order", async () => {
    const { groups, release, commit, begun } = held();
    const tenantOf = (n: number): string => (n < 1_000 ? "flood" : String(Math.floor(n / 1_000)));
    const batcher = new GroupCommit({ ...bounds, commit, maxMembers: 4, tenantOf });
    const submit = (numbers: number[]) => Promise.allSettled(numbers.map((n) => batcher.submit(n)));
    const first = batcher.submit(0);
    await begun(1);
    const flood = submit(Array.from({ length: 60 }, (_, i) => i + 1));
    const others = submit([1_000, 1_001, 2_000]);
    release[0]?.();
    for (let i = 1; i < 15; i++) {
      await begun(i + 1);
      release[i]?.();
    }
    await first;
    expect((await others).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect(groups.slice(1, 3)).toEqual([
      [1, 1_000, 2_000, 2],
      [3, 1_001, 4, 5],
    ]);
    const stored = (await flood).filter(({ status }) => status === "fulfilled");
    expect(stored).toHaveLength(50);
    expect(groups.flat().filter((n) => n < 1_000)).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  test("bytes that wait are bounded too", async () => {
    const { release, commit, begun } = held();
    const batcher = new GroupCommit({ ...bounds, commit, bytesOf: () => 600 });
    const first = batcher.submit(1);
    await begun(1);
    const second = batcher.submit(2);
    await expect(batcher.submit(3)).rejects.toBeInstanceOf(AppError);
    release[0]?.();
    await begun(2);
    release[1]?.();
    expect(await Promise.all([first, second])).toEqual([10, 20]);
  });

  test("a row that the database refuses fails alone", async () => {
    const commit = async (members: number[]): Promise<number[]> => {
      if (members.includes(3)) throw databaseError("22021");
      return members;
    };
    const batcher = new GroupCommit({ ...bounds, commit });
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => batcher.submit(n)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(results[2]).toMatchObject({ reason: { code: "22021" } });
  });

  test.each(["08006", "57P01", "53300", "ECONNRESET", "53100"])("without a database (%s) all are told to come back", async (code) => {
    const batcher = new GroupCommit<number, number>({ ...bounds, commit: () => Promise.reject(databaseError(code)) });
    for (const result of await Promise.allSettled([1, 2].map((n) => batcher.submit(n))))
      expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable", retryAfterSeconds: 1 } });
  });

  test("two transactions in each other's way are tried again", async () => {
    let tries = 0;
    const commit = async (members: number[]): Promise<number[]> => {
      if (tries++ === 0) throw databaseError("40P01");
      return members;
    };
    expect(await new GroupCommit({ ...bounds, commit }).submit(7)).toBe(7);
  });
});
