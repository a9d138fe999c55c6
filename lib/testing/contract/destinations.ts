import { DestinationStatusIn } from "svix";
import { describe, expect, test } from "vitest";
import { type Context, type Client, detailOf, refusal } from "./context.ts";
import { readIterator } from "../../services/poller/pollerIterators.ts";
import { startReceiver } from "../receiver.ts";

async function prepared(client: () => Promise<Client>) {
  const made = await client();
  await made.svix.application.create({ name: "A", uid: "a" });
  const poller = await made.svix.destination.create("a", { type: "pollingEndpoint", uid: "p" });
  const say = async (n: number, more: object = {}): Promise<string> =>
    (await made.svix.message.create("a", { eventType: "t", payload: { n }, ...more })).id;
  return { ...made, poller, say };
}

const payloads = (data: { payload: unknown }[]): unknown[] => data.map(({ payload }) => (payload as { n: number }).n);

export function destinationContract({ client }: Context): void {
  describe("destinations and polling", () => {
    test("a poller gives what was accepted since it was made, page by page, and again from the same iterator", async () => {
      const { svix, say } = await prepared(client);
      const first = await svix.message.poller.poll("a", "p");
      expect(first).toMatchObject({ data: [], done: true });
      const id = await say(1, { channels: ["c"], tags: ["x"], eventId: "e-1" });
      for (const n of [2, 3]) await say(n);
      const page = await svix.message.poller.poll("a", "p", { iterator: first.iterator, limit: 2 });
      expect(page).toMatchObject({ done: false });
      expect(page.data[0]).toMatchObject({ id, eventType: "t", payload: { n: 1 }, channels: ["c"], tags: ["x"], eventId: "e-1" });
      const rest = await svix.message.poller.poll("a", "p", { iterator: page.iterator });
      expect([payloads(page.data), payloads(rest.data), rest.done]).toEqual([[1, 2], [3], true]);
      expect(payloads((await svix.message.poller.poll("a", "p", { iterator: first.iterator })).data)).toEqual([1, 2, 3]);
      expect(payloads((await svix.message.poller.poll("a", "p", { channel: "c" })).data)).toEqual([1]);
      expect((await svix.message.poller.poll("a", "p", { eventType: "other" })).data).toEqual([]);
      expect((await svix.message.poller.poll("a", "p", { after: new Date(Date.now() + 60_000) })).data).toEqual([]);
      expect(payloads((await svix.message.poller.poll("a", "p", { after: new Date(0) })).data)).toEqual([1, 2, 3]);
    });

    test("a consumer gets what it has not acknowledged, again and again; seek moves it; consumers are listed", async () => {
      const { svix, call, say } = await prepared(client);
      const before = new Date();
      for (const n of [1, 2, 3]) await say(n);
      const first = await svix.message.poller.consumerPoll("a", "p", "one", { limit: 2 });
      expect(payloads(first.data)).toEqual([1, 2]);
      expect(payloads((await svix.message.poller.consumerPoll("a", "p", "one", { limit: 2 })).data)).toEqual([1, 2]);
      expect(payloads((await svix.message.poller.consumerPoll("a", "p", "one", { iterator: first.iterator })).data)).toEqual([3]);
      expect(payloads((await svix.message.poller.consumerPoll("a", "p", "one")).data)).toEqual([3]);
      expect(payloads((await svix.message.poller.consumerPoll("a", "p", "two")).data)).toEqual([1, 2, 3]);
      expect((await call("GET", "/app/a/poller/p/consumer")).json).toMatchObject({
        data: [
          { id: "one", iterator: first.iterator, waiting: 1, capped: false },
          { id: "two", waiting: 3 },
        ],
      });
      const { iterator } = await svix.message.poller.consumerSeek("a", "p", "one", { after: new Date(before.getTime() - 1_000) });
      expect(payloads((await svix.message.poller.poll("a", "p", { iterator })).data)).toEqual([1, 2, 3]);
      expect(payloads((await svix.message.poller.consumerPoll("a", "p", "one")).data)).toEqual([1, 2, 3]);
      expect((await call("DELETE", "/app/a/poller/p/consumer/two")).status).toBe(204);
      expect((await call("DELETE", "/app/a/poller/p/consumer/two")).status).toBe(404);
    });

    test("event types and channels filter; what is disabled gives nothing; a call may wait", async () => {
      const { svix, call, say } = await prepared(client);
      await svix.eventType.create({ name: "t", description: "" });
      await svix.destination.patch("a", "p", { type: "pollingEndpoint", eventTypes: ["t"], channels: ["c"] });
      await say(1);
      await svix.message.create("a", { eventType: "u", payload: {}, channels: ["c"] });
      await say(2, { channels: ["c"] });
      expect(payloads((await svix.message.poller.poll("a", "p")).data)).toEqual([2]);
      const { iterator } = await svix.message.poller.poll("a", "p");
      const waiting = call("GET", `/app/a/poller/p?iterator=${iterator}&wait=20`);
      await say(3, { channels: ["c"] });
      expect(((await waiting).json as { data: { payload: unknown }[] }).data).toMatchObject([{ payload: { n: 3 } }]);
      await svix.destination.patch("a", "p", { type: "pollingEndpoint", status: DestinationStatusIn.Disabled });
      expect(await refusal(svix.message.poller.poll("a", "p"))).toBe(400);
      expect(await refusal(svix.message.poller.consumerPoll("a", "p", "one"))).toBe(400);
    });

    test("a filter lets messages pass, a transformation makes what is given; what it fails on waits for its correction", async () => {
      const { svix, call, say } = await prepared(client);
      const filter = {
        and: [
          { path: "payload.n", gte: 2 },
          { path: "metadata.hidden", exists: false },
        ],
      };
      expect((await call("PATCH", "/app/a/destination/p", { body: { filter } })).json).toMatchObject({ filter });
      for (const n of [1, 2, 3, 4, 5]) await say(n);
      await call("POST", "/app/a/msg", { body: { eventType: "t", payload: { n: 6 }, metadata: { hidden: "yes" } } });
      const last = (await svix.message.poller.poll("a", "p")).iterator;
      expect(payloads((await svix.message.poller.poll("a", "p")).data)).toEqual([2, 3, 4, 5]);
      await svix.message.poller.consumerPoll("a", "p", "one");
      expect((await call("GET", "/app/a/poller/p/consumer")).json).toMatchObject({ data: [{ id: "one", waiting: 4 }] });

      const code = `function handler(webhook) {
        const { payload } = webhook;
        if (payload.n === 3) webhook.cancel = true;
        if (payload.n === 5) payload.missing.field;
        payload.n *= Number(variables.times ?? 1);
        webhook.headers.kind = webhook.eventType;
        webhook.eventType += ".made";
        return webhook;
      }`;
      await svix.destination.transformation.patch("a", "p", { code });
      expect(await svix.destination.transformation.get("a", "p")).toMatchObject({ code, enabled: true });
      await call("PATCH", "/app/a/destination/p/transformation", { body: { variables: { times: "10" } } });
      const page = await svix.message.poller.consumerPoll("a", "p", "one");
      expect(page).toMatchObject({ done: false, data: [{ eventType: "t.made", headers: { kind: "t" } }, {}] });
      expect(payloads(page.data)).toEqual([20, 40]);
      const stuck = await call("GET", `/app/a/poller/p/consumer/one?iterator=${page.iterator}`);
      expect([stuck.status, stuck.text]).toEqual([409, expect.stringMatching(/failed on msg_\w+: TypeError/)]);
      await svix.destination.transformation.patch("a", "p", { code: code.replace(".missing.field", "") });
      const rest = await svix.message.poller.consumerPoll("a", "p", "one");
      expect([payloads(rest.data), readIterator(rest.iterator)?.place, rest.done]).toEqual([[50], readIterator(last)?.place, true]);
      expect((await call("PATCH", "/app/a/destination/p/transformation", { body: { enabled: false } })).json).toEqual({});
      expect(payloads((await svix.message.poller.poll("a", "p")).data)).toEqual([2, 3, 4, 5]);
      const trial = (destination: string, body: object) => call("POST", `/app/a/destination/${destination}/transformation/test`, { body });
      const made = { method: null, url: null, eventType: "t.made", headers: { kind: "t" }, payload: '{"n":12345678901234567890}' };
      expect((await trial("p", { code: "webhook => webhook", payload: {} })).status).toBe(200);
      const kept = "function handler(webhook) { webhook.headers.kind = 't'; webhook.eventType = 't.made'; return webhook }";
      const bodyText = `{"code":${JSON.stringify(kept)},"payload":{"n":12345678901234567890}}`;
      const { json: result } = await call("POST", "/app/a/destination/p/transformation/test", { raw: bodyText });
      expect(result).toMatchObject({ status: "ready", request: made });
      expect((await trial("p", { payload: { n: 3 } })).json).toMatchObject({ status: "cancelled" });
      expect((await trial("p", { payload: { n: 2 }, variables: {} })).json).toMatchObject({ request: { payload: '{"n":2}' } });
      expect((await trial("p", { payload: { n: 2 } })).json).toMatchObject({ request: { payload: '{"n":20}' } });
      await svix.destination.transformation.patch("a", "p", { code: null });
      const nothing = await trial("p", { payload: {} });
      expect([nothing.status, detailOf(nothing)[0]?.loc]).toEqual([422, ["body", "code"]]);
      expect(await svix.destination.transformation.get("a", "p")).toMatchObject({ code: null, enabled: false });

      const config = { url: "http://127.0.0.1:9/" };
      await svix.destination.create("a", { type: "fifoEndpoint", uid: "f", config });
      await svix.destination.transformation.patch("a", "f", { code });
      expect(await svix.endpoint.transformation.get("a", "f")).toMatchObject({ code, enabled: true });
      expect((await trial("f", { payload: { n: 2 } })).json).toMatchObject({ request: { method: "POST", url: config.url } });
      for (const [path, body, loc] of [
        ["p/transformation", { code: "function handler(" }, ["body", "code"]],
        ["p/transformation", { enabled: true }, ["body", "enabled"]],
        ["p", { filter: { path: "payload.n", gtee: 2 } }, ["body", "filter", "gtee"]],
      ] as const) {
        const answer = await call("PATCH", `/app/a/destination/${path}`, { body });
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
      }
    });

    test("destinations: listed, changed, deleted; a FIFO endpoint is an endpoint in order", async () => {
      const { svix, call, poller, say } = await prepared(client);
      const receiver = await startReceiver();
      const config = { url: receiver.url, headers: { "X-A": "b", Authorization: "hidden" } };
      const fifo = await svix.destination.create("a", { type: "fifoEndpoint", config, uid: "f", metadata: { a: "b" } });
      expect(fifo).toMatchObject({ type: "fifoEndpoint", status: "enabled", metadata: { a: "b" }, config: { url: `${receiver.url}/` } });
      expect((await call("GET", `/app/a/endpoint/${fifo.id}`)).json).toMatchObject({ ordering: "fifo", uid: "f" });
      expect(JSON.stringify(fifo)).not.toContain("hidden");
      expect((await svix.destination.list("a")).data.map(({ id }) => id)).toEqual([poller.id, fifo.id]);
      const one = await svix.destination.list("a", { limit: 1 });
      expect([one.done, one.data[0]?.id]).toEqual([false, poller.id]);
      const two = await svix.destination.list("a", { limit: 1, iterator: one.iterator });
      expect([two.done, two.data[0]?.id]).toEqual([true, fifo.id]);
      const id = await say(1);
      expect((await receiver.waitForHits(1))[0]?.headers["webhook-id"]).toBe(id);
      const rotated = (await call("POST", "/app/a/destination/f/secret/rotate", { body: {} })).json;
      expect(rotated).toEqual(await svix.endpoint.getSecret("a", fifo.id));
      expect(await call("POST", "/app/a/destination/p/secret/rotate")).toMatchObject({ status: 400, json: { code: "bad_request" } });
      await receiver.close();
      const put = await svix.destination.upsert("a", "p", { type: "pollingEndpoint", uid: "q", metadata: { c: "d" } });
      expect(put).toMatchObject({ id: poller.id, uid: "q", metadata: { c: "d" }, eventTypes: [], batchSize: 50 });
      expect(
        await svix.destination.patch("a", "f", { type: "fifoEndpoint", config: {}, status: DestinationStatusIn.Disabled }),
      ).toMatchObject({
        status: "disabled",
      });
      expect(await refusal(svix.destination.create("a", { type: "pollingEndpoint", uid: "q" }))).toBe(409);
      await svix.destination.delete("a", "q");
      await svix.destination.delete("a", "f");
      expect((await svix.destination.list("a")).data).toEqual([]);
      expect(await refusal(svix.message.poller.poll("a", "q"))).toBe(404);
      for (const [wrong, place] of [
        [{ type: "amazonS3" }, "type"],
        [{ type: "fifoEndpoint" }, "config"],
        [{ type: "pollingEndpoint", batchSize: 0 }, "batchSize"],
        [{ type: "fifoEndpoint", config: { url: "https://example.com" }, batchSize: 5 }, "batchSize"],
        [{ type: "pollingEndpoint", eventTypes: ["unknown"] }, "eventTypes"],
      ] as const) {
        const answer = await call("POST", "/app/a/destination", { body: wrong });
        expect([answer.status, detailOf(answer)[0]?.loc.slice(0, 2)]).toEqual([422, ["body", place]]);
      }
    });

    test("a portal token polls its own application; nonsense is refused by name", async () => {
      const { svix, as, say } = await prepared(client);
      const { token } = await svix.authentication.appPortalAccess("a", {});
      const n = await say(7);
      const portal = as(token);
      expect((await portal.svix.message.poller.poll("a", "p")).data.map(({ id }) => id)).toEqual([n]);
      await svix.application.create({ name: "B", uid: "b" });
      expect(await refusal(portal.svix.message.poller.poll("b", "p"))).toBe(404);
      expect(await refusal(svix.message.poller.consumerPoll("a", "p", "a b"))).toBe(404);
    });
  });
}
