import { afterEach, expect, test, vi } from "vitest";
import { InTurn } from "./inTurn.ts";

afterEach(() => vi.useRealTimers());

const most = () => ({ together: 3, perTenant: 2, perOwner: 2 });

/** Work that ends when it is let, and in which order it began. */
function held(inTurn: InTurn) {
  const begun: string[] = [];
  const endings: (() => void)[] = [];
  const ask = (tenant: string): Promise<string> =>
    inTurn.run({ tenant, owner: tenant }, () => {
      begun.push(tenant);
      return new Promise((resolve) => endings.push(() => resolve(tenant)));
    });
  /** Ends what began first of what is under way, once there is something. */
  const end = async (): Promise<void> => {
    while (endings.length === 0) await Promise.resolve();
    endings.shift()?.();
  };
  return { begun, ask, end };
}

test("one tenant's flood leaves room to others, and the next turn is theirs", async () => {
  const { begun, ask, end } = held(new InTurn({ most, waitingOfTenant: 100, patienceMs: 10_000 }));
  const all = Array.from({ length: 10 }, () => ask("flood"));
  all.push(ask("other"), ask("another"));
  await vi.waitFor(() => expect(begun).toEqual(["flood", "flood", "other"]));
  await end();
  await end();
  await vi.waitFor(() => expect(begun.slice(3)).toEqual(["flood", "another"]));
  for (let i = 0; i < 10; i++) await end();
  expect(await Promise.all(all)).toHaveLength(12);
});

test("what waits is bounded, in number and in time; what fails gives its place back", async () => {
  vi.useFakeTimers();
  const inTurn = new InTurn({ most, waitingOfTenant: 2, patienceMs: 1_000 });
  const { ask, end } = held(inTurn);
  const [one, two] = [ask("flood"), ask("flood")];
  const impatient = [ask("flood"), ask("flood")].map((asked) => expect(asked).rejects.toMatchObject({ code: "unavailable" }));
  await expect(ask("flood")).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
  vi.advanceTimersByTime(1_000);
  await Promise.all(impatient);
  await end();
  await end();
  await Promise.all([one, two]);
  const failing = () => inTurn.run({ tenant: "flood", owner: "flood" }, () => Promise.reject(new Error("broken")));
  for (let i = 0; i < 5; i++) await expect(failing()).rejects.toThrow("broken");
});

test("whoever has gone takes no turn, and nobody's place", async () => {
  const inTurn = new InTurn({
    most: () => ({ together: 1, perTenant: 1, perOwner: 1 }),
    waitingOfTenant: 2,
    waiting: 2,
    patienceMs: 10_000,
  });
  const one = { tenant: "one", owner: "one" };
  const leave = await inTurn.enter(one, null);
  let go = (): void => undefined;
  const gone = inTurn.enter(one, new Promise<void>((resolve) => (go = resolve)));
  const next = inTurn.enter({ tenant: "another", owner: "another" }, null);
  await expect(inTurn.enter({ tenant: "third", owner: "third" }, null)).rejects.toMatchObject({ code: "unavailable" });
  go();
  expect(await gone).toBeNull();
  leave?.();
  expect(await next).not.toBeNull();
});
