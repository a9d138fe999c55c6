import { describe, expect, test } from "vitest";
import { messageInRaw } from "svix";
import { startReceiver } from "../receiver.ts";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { newId } from "../../ids.ts";
import { type Client, type Context, detailOf, refusal } from "./context.ts";
import { dayMs } from "../../words/duration.ts";

async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  return prepared;
}

export function messageContract({ client }: Context): void {
  describe("messages", () => {
    test("create, get by id and eventId, list, with and without content", async () => {
      const { svix, v1, call } = await prepared(client);
      const made = await svix.message.create("a", {
        eventType: "any.type",
        payload: { n: 1 },
        eventId: "e-1",
        channels: ["c"],
        tags: ["t"],
      });
      expect(made).toMatchObject({ eventType: "any.type", payload: {}, eventId: "e-1", channels: ["c"], tags: ["t"], deliverAt: null });
      expect(made.id).toMatch(/^msg_[0-9A-Za-z]{27}$/);
      expect(Math.abs(made.timestamp.getTime() - Date.now())).toBeLessThan(10_000);
      expect(await svix.message.get("a", made.id, { withContent: true })).toEqual({ ...made, payload: { n: 1 } });
      expect(await svix.message.get("a", "e-1")).toEqual(made);
      // Raw requests show the payload unless told not to; SDK 1.x puts it in itself.
      expect((await call("GET", `/app/a/msg/${made.id}`)).json).toMatchObject({ payload: { n: 1 } });
      expect((await call("GET", `/app/a/msg/${made.id}?with_content=false`)).json).toMatchObject({ payload: {} });
      expect(await v1.message.create("a", { eventType: "t", payload: { v: 1 } })).toMatchObject({ payload: { v: 1 } });
      const answer = await call("POST", "/app/a/msg", { body: { eventType: "t", payload: { m: 1 } } });
      expect(answer).toMatchObject({ status: 202, json: { payload: { m: 1 }, eventId: null, channels: null, tags: null } });
      expect((await svix.message.list("a", { withContent: true })).data.map(({ payload }) => payload as unknown)).toEqual([
        { m: 1 },
        { v: 1 },
        { n: 1 },
      ]);
      expect(await refusal(svix.message.create("a", { eventType: "t", payload: {}, eventId: "e-1" }))).toBe(409);
      expect(await refusal(svix.message.get("a", newId("message")))).toBe(404);
      expect(await refusal(svix.message.create("unknown", { eventType: "t", payload: {} }))).toBe(404);
    });

    test("order: a FIFO endpoint and an ordering key, shown where they were given; not together with deliverAt", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver([{ status: 500 }, { status: 200 }]);
      const body = { url: receiver.url, ordering: "fifo", retrySchedule: [0.1] };
      const endpoint = await call("POST", "/app/a/endpoint", { body });
      expect(endpoint).toMatchObject({ status: 201, json: { ordering: "fifo" } });
      const { id: endpointId } = endpoint.json as { id: string };
      const made = await call("POST", "/app/a/msg", { body: { eventType: "t", payload: { n: 1 }, orderingKey: "Konto „7“" } });
      expect(made).toMatchObject({ status: 202, json: { orderingKey: "Konto „7“" } });
      const { id } = made.json as { id: string };
      const second = await svix.message.create("a", { eventType: "t", payload: { n: 2 } });
      const hits = await receiver.waitForHits(3);
      expect(hits.map(({ headers }) => headers["webhook-id"])).toEqual([id, id, second.id]);
      expect((await call("GET", `/app/a/msg/${id}`)).json).toMatchObject({ orderingKey: "Konto „7“" });
      expect((await call("GET", `/app/a/msg/${second.id}`)).json).not.toHaveProperty("orderingKey");
      expect((await call("PATCH", `/app/a/endpoint/${endpointId}`, { body: { ordering: "none" } })).json).toMatchObject({
        ordering: "none",
      });
      for (const wrong of [{ orderingKey: "" }, { orderingKey: 7 }, { orderingKey: "a", deliverAt: new Date(Date.now() + 60_000) }]) {
        const answer = await call("POST", "/app/a/msg", { body: { eventType: "t", payload: {}, ...wrong } });
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, ["body", "orderingKey"]]);
      }
      await receiver.close();
    });

    test("a message reaches the receiver byte for byte, signed for both libraries", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver();
      const { id } = await svix.endpoint.create("a", { url: receiver.url, headers: { "X-Mine": "yes" } });
      const { key } = await svix.endpoint.getSecret("a", id);
      const payload = '{ "b":1.0,"a" : 12345678901234567890, "b":"\\u00fc\\ud800", "nested":{"payload":{}} }';
      const answer = await call("POST", "/app/a/msg", { raw: `{"payload":{"first":1},"eventType":"t","p\\u0061yload":${payload}}` });
      expect(answer.status).toBe(202);
      expect(answer.text).toContain(payload);
      const [hit] = await receiver.waitForHits(1);
      expect(hit?.body.toString()).toBe(payload);
      expect(hit?.headers).toMatchObject({
        "content-type": "application/json",
        "x-mine": "yes",
        "webhook-id": (answer.json as { id: string }).id,
      });
      new Webhook(key).verify(payload, hit?.headers ?? {});
      new SvixWebhook(key).verify(payload, hit?.headers ?? {});
      expect((await call("GET", `/app/a/msg/${hit?.headers["webhook-id"]}`)).text).toContain(payload);
      await receiver.close();
    });

    test("both secrets sign during the overlap, HMAC beside Ed25519", async () => {
      const { svix } = await prepared(client);
      const receiver = await startReceiver();
      const { id } = await svix.endpoint.create("a", { url: receiver.url });
      const old = (await svix.endpoint.getSecret("a", id)).key;
      await svix.endpoint.rotateSecret("a", id, {
        key: "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
      });
      await svix.message.create("a", { eventType: "t", payload: {} });
      const [hit] = await receiver.waitForHits(1);
      expect(hit?.headers["webhook-signature"]).toMatch(/^v1a,\S+ v1,\S+$/);
      new Webhook(old).verify("{}", hit?.headers ?? {});
      await svix.endpoint.rotateSecret("a", id, { gracePeriodSeconds: 0 });
      await svix.message.create("a", { eventType: "t", payload: {} });
      const [, second] = await receiver.waitForHits(2);
      expect(second?.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
      await receiver.close();
    });

    test("raw payloads of other content types", async () => {
      const { svix, v1, call } = await prepared(client);
      const receiver = await startReceiver();
      await svix.endpoint.create("a", { url: receiver.url });
      const made = await svix.message.create("a", messageInRaw("t", "a=1&b=2", "application/x-www-form-urlencoded"));
      const [hit] = await receiver.waitForHits(1);
      expect([hit?.headers["content-type"], hit?.body.toString()]).toEqual(["application/x-www-form-urlencoded", "a=1&b=2"]);
      expect((await svix.message.get("a", made.id, { withContent: true })).payload).toEqual({
        rawPayload: "a=1&b=2",
        contentType: "application/x-www-form-urlencoded",
      });
      await v1.message.create("a", messageInRaw("t", '{"x": 1.0}'));
      const [, second] = await receiver.waitForHits(2);
      expect([second?.headers["content-type"], second?.body.toString()]).toEqual(["application/json", '{"x": 1.0}']);
      const bad = { eventType: "t", payload: {}, transformationsParams: { rawPayload: "x", headers: { "Content-Type": "a\r\nb" } } };
      expect((await call("POST", "/app/a/msg", { body: bad })).status).toBe(422);
      await receiver.close();
    });

    test("which endpoints get it: event types, channels, disabled", async () => {
      const { svix } = await prepared(client);
      for (const name of ["one", "two"]) await svix.eventType.create({ name, description: "" });
      const receiver = await startReceiver();
      const at = async (name: string, fields: object) => svix.endpoint.create("a", { url: `${receiver.url}/${name}`, ...fields });
      await at("all", {});
      await at("one", { eventTypes: ["one"] });
      await at("two", { eventTypes: ["two"] });
      await at("channel", { channels: ["c"] });
      await at("disabled", { disabled: true });
      await svix.message.create("a", { eventType: "one", payload: { m: 1 } });
      await receiver.waitForHits(2);
      await svix.message.create("a", { eventType: "two", payload: { m: 2 }, channels: ["d", "c"] });
      const hits = await receiver.waitForHits(5);
      const seen = hits.map(({ url, body }) => `${url} ${body.toString()}`).sort();
      expect(seen).toEqual(['/all {"m":1}', '/all {"m":2}', '/channel {"m":2}', '/one {"m":1}', '/two {"m":2}']);
      await receiver.close();
    });

    test("lists are filtered, newest first, and paged both ways", async () => {
      const { svix, call } = await prepared(client);
      const ids: string[] = [];
      const times: Date[] = [];
      for (let i = 0; i < 6; i++) {
        const made = await svix.message.create("a", {
          eventType: i % 2 === 0 ? "even" : "odd",
          payload: { i },
          channels: [`c${i % 3}`],
          tags: [`t${i}`],
        });
        ids.push(made.id);
        times.push(made.timestamp);
      }
      const numbers = async (query: Parameters<typeof svix.message.list>[1]) => {
        const page = await svix.message.list("a", query);
        return { ...page, data: page.data.map(({ id }) => ids.indexOf(id)) };
      };
      expect((await numbers({})).data).toEqual([5, 4, 3, 2, 1, 0]);
      const first = await numbers({ limit: 2 });
      expect(first).toMatchObject({ data: [5, 4], iterator: ids[4], prevIterator: `-${ids[5]}`, done: false });
      expect(await numbers({ limit: 2, iterator: first.iterator })).toMatchObject({ data: [3, 2], done: false });
      expect(await numbers({ limit: 2, iterator: `-${ids[2]}` })).toMatchObject({ data: [4, 3], done: false });
      expect(await numbers({ limit: 3, iterator: `-${ids[2]}` })).toMatchObject({ data: [5, 4, 3], done: true });
      expect((await numbers({ eventTypes: ["even"] })).data).toEqual([4, 2, 0]);
      expect((await numbers({ eventTypes: ["even", "odd"] })).data).toHaveLength(6);
      expect((await numbers({ channel: "c1" })).data).toEqual([4, 1]);
      expect((await numbers({ tag: "t3" })).data).toEqual([3]);
      const middle = times[3] ?? null;
      const since = ids.flatMap((_, i) => ((times[i] ?? new Date(0)).getTime() >= (middle?.getTime() ?? 0) ? [i] : []));
      expect((await numbers({ after: middle })).data).toEqual(since.toReversed());
      expect((await numbers({ before: middle })).data).toEqual([0, 1, 2, 3, 4, 5].filter((i) => !since.includes(i)).toReversed());
      for (const query of [
        "event_types=even,odd",
        "event_types=even&event_types=odd",
        "event_types[]=even&event_types[]=odd",
        "event_types[0]=even&event_types[1]=odd",
      ])
        expect([query, ((await call("GET", `/app/a/msg?${query}`)).json as { data: unknown[] }).data.length]).toEqual([query, 6]);
      for (const query of ["before=yesterday", "after=2020", "with_content=1", "channel=%20", "event_types=%20", "iterator=app_x"])
        expect([query, (await call("GET", `/app/a/msg?${query}`)).status]).toEqual([query, 422]);
    });

    test("the application is created with the message", async () => {
      const { svix, call } = await client();
      const application = { name: "New", uid: "fresh" };
      const bad = await call("POST", "/app/other/msg", { body: { eventType: "t", payload: {}, application } });
      expect([bad.status, detailOf(bad)[0]?.loc]).toEqual([422, ["body", "application", "uid"]]);
      await svix.message.create("fresh", { eventType: "t", payload: {}, application });
      await svix.message.create("fresh", { eventType: "t", payload: {}, application: { ...application, name: "Ignored" } });
      expect((await svix.application.get("fresh")).name).toBe("New");
      expect((await svix.message.list("fresh")).data).toHaveLength(2);
    });

    test("expunged: the payload is gone, and can't be sent again", async () => {
      const { svix } = await prepared(client);
      const { id: endpoint } = await svix.endpoint.create("a", { url: "http://127.0.0.1:9/", disabled: true });
      const { id } = await svix.message.create("a", { eventType: "t", payload: { secret: 1 } });
      await svix.message.expungeContent("a", id);
      expect((await svix.message.get("a", id, { withContent: true })).payload).toEqual({ expired: true });
      expect(await refusal(svix.messageAttempt.resend("a", id, endpoint))).toBe(400);
    });

    test.each([
      [{ payload: {} }, "eventType"],
      [{ eventType: "t" }, "payload"],
      [{ eventType: "t", payload: [] }, "payload"],
      [{ eventType: "t", payload: "x" }, "payload"],
      [{ eventType: "t", payload: null }, "payload"],
      [{ eventType: "a b", payload: {} }, "eventType"],
      [{ eventType: "t", payload: {}, eventId: "msg_1" }, "eventId"],
      [{ eventType: "t", payload: {}, eventId: "" }, "eventId"],
      [{ eventType: "t", payload: {}, channels: [] }, "channels"],
      [{ eventType: "t", payload: {}, channels: ["1", "2", "3", "4", "5", "6"] }, "channels"],
      [{ eventType: "t", payload: {}, tags: ["\u0000"] }, "tags"],
      [{ eventType: "t", payload: {}, metadata: { n: 1 } }, "metadata"],
      [{ eventType: "t", payload: {}, metadata: { n: "\u0000" } }, "metadata"],
      [{ eventType: "t", payload: {}, metadata: { "\ud800": "" } }, "metadata"],
      [{ eventType: "t", payload: {}, metadata: { n: "x".repeat(5_000) } }, "metadata"],
      [{ eventType: "t", payload: {}, payloadRetentionPeriod: 4 }, "payloadRetentionPeriod"],
      [{ eventType: "t", payload: {}, payloadRetentionPeriod: 91 }, "payloadRetentionPeriod"],
      [{ eventType: "t", payload: {}, payloadRetentionPeriod: 5, payloadRetentionHours: 5 }, "payloadRetentionHours"],
      [{ eventType: "t", payload: {}, deliverAt: "tomorrow" }, "deliverAt"],
      [{ eventType: "t", payload: {}, deliverAt: "2999-01-01T00:00:00Z" }, "deliverAt"],
    ])("422: %j", async (body, place) => {
      const { call } = await prepared(client);
      const answer = await call("POST", "/app/a/msg", { body });
      expect(answer.status).toBe(422);
      expect(detailOf(answer)[0]?.loc.slice(0, 2)).toEqual(["body", place]);
    });

    test("deliverAt: up to 24 hours ahead; what has passed is for now; the payload is kept until then", async () => {
      const { svix, call } = await prepared(client);
      const send = (more: object) => call("POST", "/app/a/msg", { body: { eventType: "t", payload: {}, ...more } });
      const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();
      const day = dayMs;
      for (const deliverAt of [ahead(1_000), ahead(day)])
        expect(await send({ deliverAt })).toMatchObject({ status: 202, json: { deliverAt } });
      for (const deliverAt of [ahead(-1_000), "0001-01-01T00:00:00Z", "2020-02-29T23:59:59.999+23:59", null])
        expect(await send({ deliverAt })).toMatchObject({ status: 202, json: { deliverAt: null } });
      const wrong = [ahead(day + 6 * 60_000), "9999-12-31T23:59:59Z", "2027-02-29T00:00:00Z", "2026-11-28", 1_795_000_000, ""];
      for (const deliverAt of wrong) {
        const answer = await send({ deliverAt });
        expect([deliverAt, answer.status, detailOf(answer)[0]?.loc]).toEqual([deliverAt, 422, ["body", "deliverAt"]]);
      }
      const short = await send({ deliverAt: ahead(2 * 3_600_000), payloadRetentionHours: 1 });
      expect([short.status, detailOf(short)[0]?.loc]).toEqual([422, ["body", "payloadRetentionHours"]]);
      expect((await send({ deliverAt: ahead(3_000_000), payloadRetentionHours: 1 })).status).toBe(202);

      const receiver = await startReceiver();
      await svix.endpoint.create("a", { url: receiver.url });
      const at = new Date(Date.now() + 1_500);
      await svix.message.create("a", { eventType: "t", payload: {}, deliverAt: at });
      await receiver.waitForHits(1);
      expect(Date.now()).toBeGreaterThanOrEqual(at.getTime() - 50);
      await receiver.close();
    });

    test("a batch: each message is answered by itself, in order", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver();
      await svix.endpoint.create("a", { url: receiver.url });
      const messages = [
        '{"eventType":"t","payload":{"n":1.0},"eventId":"x"}',
        '{"eventType":"t"}',
        "7",
        '{"eventType":"t","eventId":"x","payload":{}}',
        '{"payload":{"n":2 },"eventType":"t"}',
      ];
      const options = { raw: `{"messages": [${messages.join(" , ")}]}`, headers: { "idempotency-key": "batch-1" } };
      const answer = await call("POST", "/app/a/msg/batch", options);
      const { data } = answer.json as {
        data: { status: number; message?: { id: string; payload: unknown }; error?: { code: string; detail: unknown } }[];
      };
      expect(answer.status).toBe(202);
      expect(data.map(({ status }) => status)).toEqual([202, 422, 422, 409, 202]);
      expect(data[1]?.error).toMatchObject({ code: "validation_error", detail: [{ loc: ["body", "payload"] }] });
      expect(answer.text).toContain('"payload":{"n":1.0}');
      const hits = await receiver.waitForHits(2);
      expect(hits.map(({ body }) => body.toString()).sort()).toEqual(['{"n":1.0}', '{"n":2 }']);
      const again = await call("POST", "/app/a/msg/batch", options);
      expect(again.json).toEqual(answer.json);
      expect((await svix.message.list("a")).data).toHaveLength(2);
      const other = await call("POST", "/app/a/msg/batch", { ...options, raw: '{"messages":[{"eventType":"t","payload":{}}]}' });
      // Each place in a repeated batch gets its first answer again, as a message of its own would.
      expect((other.json as { data: unknown[] }).data[0]).toMatchObject({ status: 202, message: { id: data[0]?.message?.id } });
      for (const body of [{}, { messages: [] }, { messages: {} }, { messages: Array.from({ length: 1001 }, () => ({})) }])
        expect((await call("POST", "/app/a/msg/batch", { body })).status).toBe(422);
      const full = await call("POST", "/app/a/msg/batch?with_content=false", {
        body: { messages: Array.from({ length: 1000 }, (_, i) => ({ eventType: "t", payload: { i } })) },
      });
      expect((full.json as { data: { status: number }[] }).data.every(({ status }) => status === 202)).toBe(true);
      await receiver.waitForHits(1002);
      await receiver.close();
    });
  });
}
