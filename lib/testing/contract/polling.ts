import { describe, expect, test } from "vitest";
import { prisma } from "../../db/client.ts";
import { iteratorOf, readIterator } from "../../services/poller/pollerIterators.ts";
import { type Answer, type Client, type Context, refusal } from "./context.ts";

async function prepared(client: () => Promise<Client>) {
  const made = await client();
  const { svix, call } = made;
  await svix.application.create({ name: "A", uid: "a" });
  const poller = await svix.destination.create("a", { type: "pollingEndpoint", uid: "p" });
  const say = async (...numbers: number[]): Promise<void> => {
    for (const n of numbers) await svix.message.create("a", { eventType: "t", payload: { n } });
  };
  const ask = async (consumerId: string, query: { iterator?: string; limit?: number } = {}): Promise<Page> => {
    const { data, iterator, done } = await svix.message.poller.consumerPoll("a", "p", consumerId, query);
    return { numbers: data.map(({ payload }) => (payload as { n: number }).n), iterator, done };
  };
  const refuse = async (consumerId: string, iterator: string): Promise<void> => {
    expect(refusedIterator(await call("GET", `/app/a/poller/p/consumer/${consumerId}?iterator=${iterator}`))).toEqual(refused);
  };
  return { ...made, poller, say, ask, refuse };
}

type Page = { numbers: number[]; iterator: string; done: boolean };

const refused = [400, "invalid_iterator", "string"];

const refusedIterator = ({ status, json }: Answer): unknown[] => {
  const { code, detail } = json as { code?: unknown; detail?: unknown };
  return [status, code, typeof detail];
};

export function pollingContract({ client }: Context): void {
  test("a batch is stored in its order, though one has to wait for what the next has already", async () => {
    const { tenant, call, say, ask } = await prepared(client);
    await prisma().environment.update({ where: { id: tenant.environmentId }, data: { payloadValidation: "warn" } });
    // The schema of "t", or that it has none, is remembered from now on; nothing is known yet of the other types.
    await say(0);
    const messages = [1, 2, 3, 4].map((n) => ({ eventType: n % 2 === 0 ? "t" : `unknown.t${n}`, payload: { n } }));
    expect((await call("POST", "/app/a/msg/batch", { body: { messages } })).status).toBe(202);
    expect((await ask("one")).numbers).toEqual([0, 1, 2, 3, 4]);
  });

  describe("iterators of polling endpoints", () => {
    test("a seek holds against a consumer that runs: it starts again from its place, and misses nothing", async () => {
      const { svix, say, ask, call } = await prepared(client);
      const before = new Date(Date.now() - 1_000);
      await say(1, 2, 3);
      const given: number[] = [];
      let iterator: string | undefined;
      // The consumer asks as svix-bridge does: on from the last iterator, without one once it is refused for what it is, else the same again.
      const round = async (): Promise<boolean> => {
        const query = iterator === undefined ? "" : `&iterator=${iterator}`;
        const { status, json } = await call("GET", `/app/a/poller/p/consumer/bridge?limit=2${query}`);
        const page = json as { code?: string; data: { payload: { n: number } }[]; iterator: string; done: boolean };
        if (status === 400 && page.code === "invalid_iterator") iterator = undefined;
        if (status !== 200) return false;
        given.push(...page.data.map(({ payload }) => payload.n));
        ({ iterator } = page);
        return page.done;
      };
      while (!(await round()));
      await svix.message.poller.consumerSeek("a", "p", "bridge", { after: before });
      await say(4);
      expect(await round()).toBe(false);
      while (!(await round()));
      expect(given).toEqual([1, 2, 3, 1, 2, 3, 4]);
      expect((await ask("bridge", { iterator: iterator ?? "" })).numbers).toEqual([]);
    });

    test("a consumer goes on from what it was given, twice if it must; not from what it has gone past", async () => {
      const { say, ask, refuse, call } = await prepared(client);
      await say(1, 2, 3, 4, 5);
      const first = await ask("one", { limit: 2 });
      const second = await ask("one", { limit: 2, iterator: first.iterator });
      expect([first.numbers, second.numbers]).toEqual([
        [1, 2],
        [3, 4],
      ]);
      // A consumer that died with the second page on its way comes again with what it has.
      expect(await ask("one", { limit: 2, iterator: first.iterator })).toEqual(second);
      const shorter = await ask("one", { limit: 1 });
      expect(shorter.numbers).toEqual([3]);
      const third = await ask("one", { iterator: shorter.iterator, limit: 1 });
      expect(third).toMatchObject({ numbers: [4], iterator: second.iterator });
      const last = await ask("one", { iterator: second.iterator });
      expect(last).toMatchObject({ numbers: [5], done: true });
      for (const iterator of [first.iterator, shorter.iterator]) await refuse("one", iterator);
      expect((await call("GET", "/app/a/poller/p/consumer")).json).toMatchObject({ data: [{ id: "one", iterator: second.iterator }] });
      expect((await ask("one")).numbers).toEqual([5]);
      const { iterator } = await ask("one", { iterator: last.iterator });
      expect((await ask("one", { iterator })).iterator).toBe(iterator);
    });

    test("what the consumer was not given is refused and changes nothing: another's, a future place, one of before it was forgotten", async () => {
      const { svix, say, ask, refuse, call } = await prepared(client);
      await say(1, 2);
      const one = await ask("one", { limit: 1 });
      const two = await ask("two");
      const free = await svix.message.poller.poll("a", "p");
      const { place, generation } = readIterator(one.iterator) ?? { place: 0n, generation: 0 };
      const made = [iteratorOf(place + 1n, generation), iteratorOf(1n << 60n, generation), "iter_999999999999", `iter_${place}`];
      for (const iterator of [...made, two.iterator, free.iterator, "x", "iter_", "iter_-1", `iter_${"9".repeat(300)}`])
        await refuse("one", iterator);
      expect((await ask("one")).numbers).toEqual([1, 2]);
      for (const iterator of [one.iterator, free.iterator]) await refuse("new", iterator);
      expect((await call("DELETE", "/app/a/poller/p/consumer/one")).status).toBe(204);
      await refuse("one", one.iterator);
      expect((await call("GET", "/app/a/poller/p/consumer")).json).toMatchObject({ data: [{ id: "two" }] });
      expect((await ask("one")).numbers).toEqual([1, 2]);
      await refuse("one", one.iterator);
    });

    test("a call waits for a full batch as maxWaitSecs says, and no longer", async () => {
      const { svix, say, ask, call } = await prepared(client);
      await svix.destination.patch("a", "p", { type: "pollingEndpoint", batchSize: 2, maxWaitSecs: 300 });
      await say(1);
      const filling = ask("one");
      await say(2, 3);
      expect((await filling).numbers).toEqual([1, 2]);
      // Asking for less is enough; so is asking not to wait; and what is full is there at once.
      expect((await ask("two", { limit: 1 })).numbers).toEqual([1]);
      const last = await ask("three");
      expect((await call("GET", `/app/a/poller/p/consumer/three?wait=0&iterator=${last.iterator}`)).json).toMatchObject({
        data: [{ payload: { n: 3 } }],
      });
      await svix.destination.patch("a", "p", { type: "pollingEndpoint", maxWaitSecs: 1 });
      expect((await ask("three", { iterator: last.iterator })).numbers).toEqual([3]);
      const free = await call("GET", "/app/a/poller/p?limit=250");
      expect((free.json as { data: unknown[] }).data).toHaveLength(3);
    });

    test("a call that waits while its consumer is moved has nothing to acknowledge", async () => {
      const { svix, say, ask, refuse, call } = await prepared(client);
      await say(1);
      const { iterator } = await ask("one");
      const waiting = call("GET", `/app/a/poller/p/consumer/one?iterator=${iterator}&wait=20`);
      const { iterator: moved } = await svix.message.poller.consumerSeek("a", "p", "one", { after: new Date(0) });
      await say(2);
      const late = (await waiting).json as { iterator?: string };
      if (late.iterator !== undefined) await refuse("one", late.iterator);
      expect((await ask("one", { iterator: moved })).numbers).toEqual([1, 2]);
    });

    test("plain places of before the upgrade are taken, until a seek", async () => {
      const { svix, poller, say, ask, refuse } = await prepared(client);
      await say(1, 2, 3);
      const places = await prisma().messageFeed.findMany({
        where: { applicationId: await applicationIdOf(poller.id) },
        orderBy: { place: "asc" },
      });
      const [one, two, three] = places.map(({ place }) => place);
      const { pollerId, consumerId } = { pollerId: poller.id, consumerId: "old" };
      await prisma().pollerConsumer.create({ data: { pollerId, consumerId, place: one ?? 0n } });
      await refuse("old", `iter_${(three ?? 0n) + 1n}`);
      const next = await ask("old", { iterator: `iter_${two}` });
      expect(next.numbers).toEqual([3]);
      await refuse("old", `iter_${one}`);
      expect((await ask("old", { iterator: `iter_${two}` })).numbers).toEqual([3]);
      expect((await ask("old", { iterator: next.iterator })).numbers).toEqual([]);
      expect((await svix.message.poller.poll("a", "p", { iterator: `iter_${two}` })).data).toHaveLength(1);
      await svix.message.poller.consumerSeek("a", "p", "old", { after: new Date(0) });
      await refuse("old", `iter_${three}`);
      await refuse("old", next.iterator);
      expect((await ask("old")).numbers).toEqual([1, 2, 3]);
    });

    test("without a consumer: nothing beyond the newest message, and nothing that is no iterator", async () => {
      const { svix, call, say } = await prepared(client);
      const empty = await svix.message.poller.poll("a", "p");
      await say(1);
      const page = await svix.message.poller.poll("a", "p", { iterator: empty.iterator });
      expect(page.data).toHaveLength(1);
      expect((await svix.message.poller.poll("a", "p", { iterator: page.iterator })).iterator).toBe(page.iterator);
      const { place } = readIterator(page.iterator) ?? { place: 0n };
      for (const iterator of [iteratorOf(place + 1n, null), `iter_${place + 1n}`, "x", "iter_", "iter_AAAA", "9".repeat(300)])
        expect(refusedIterator(await call("GET", `/app/a/poller/p?iterator=${iterator}`))).toEqual(refused);
      expect(await refusal(svix.message.poller.poll("a", "p", { iterator: "iter_999999999" }))).toBe(400);
    });
  });
}

const applicationIdOf = async (pollerId: string): Promise<string> =>
  (await prisma().poller.findUniqueOrThrow({ where: { id: pollerId } })).applicationId;
