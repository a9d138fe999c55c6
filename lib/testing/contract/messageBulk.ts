import { BackgroundTaskStatus } from "svix";
import { describe, expect, test } from "vitest";
import { type Context, detailOf, eventually, refusal } from "./context.ts";

const url = "http://127.0.0.1:9/";
const message = { eventType: "t", payload: { private: true } };

export function bulkMessageContract({ client }: Context): void {
  describe("messages together", () => {
    test("precheck: whether an enabled endpoint would get it", async () => {
      const { svix, call } = await client();
      await svix.application.create({ name: "A", uid: "a" });
      await svix.eventType.create({ name: "wanted", description: "" });
      const active = async (eventType: string, channels?: string[]) =>
        (await svix.message.precheck("a", { eventType, ...(channels === undefined ? {} : { channels }) })).active;
      expect(await active("wanted")).toBe(false);
      const { id } = await svix.endpoint.create("a", { url, eventTypes: ["wanted"], channels: ["c"] });
      expect([await active("wanted", ["c", "d"]), await active("wanted"), await active("other", ["c"])]).toEqual([true, false, false]);
      await svix.endpoint.patch("a", id, { disabled: true });
      expect(await active("wanted", ["c"])).toBe(false);
      expect(detailOf(await call("POST", "/app/a/msg/precheck/active", { body: {} }))[0]?.loc).toEqual(["body", "eventType"]);
      expect(await refusal(svix.message.precheck("b", { eventType: "t" }))).toBe(404);
    });

    test("payloads are deleted by id and eventId, of one's own application alone", async () => {
      const { svix, call } = await client();
      await svix.application.create({ name: "A", uid: "a" });
      await svix.application.create({ name: "B", uid: "b" });
      const [one, two, kept] = [
        await svix.message.create("a", message),
        await svix.message.create("a", { ...message, eventId: "two" }),
        await svix.message.create("a", message),
      ];
      const foreign = await svix.message.create("b", { ...message, eventId: "foreign" });
      const { results } = await svix.message.bulkExpungeContent("a", { ids: [one.id, "two", foreign.id, "foreign", "__proto__", "none"] });
      expect(results).toEqual(
        Object.fromEntries([
          [one.id, "expunged"],
          ["two", "expunged"],
          [foreign.id, "not-found"],
          ["foreign", "not-found"],
          ["__proto__", "not-found"],
          ["none", "not-found"],
        ]),
      );
      const payload = async (app: string, id: string) => (await svix.message.get(app, id, { withContent: true })).payload as unknown;
      expect(await Promise.all([one, two, kept].map(({ id }) => payload("a", id)))).toEqual([
        { expired: true },
        { expired: true },
        message.payload,
      ]);
      expect(await payload("b", foreign.id)).toEqual(message.payload);
      expect((await svix.message.bulkExpungeContent("a", {})).results).toEqual({});
      const tooMany = await call("POST", "/app/a/msg/bulk-expunge", { body: { ids: Array.from({ length: 1001 }, String) } });
      expect([tooMany.status, detailOf(tooMany)[0]?.loc]).toEqual([422, ["body", "ids"]]);

      const task = await svix.message.expungeAllContents("a");
      expect(task).toMatchObject({ task: "application.purge_content", status: "running" });
      const done = await eventually(
        () => svix.backgroundTask.get(task.id),
        ({ status }) => status === BackgroundTaskStatus.Finished,
      );
      expect(done).toMatchObject({ data: { queued: 1 } });
      expect(await payload("a", kept.id)).toEqual({ expired: true });
      expect(await payload("b", foreign.id)).toEqual(message.payload);
    });

    test("a payload that was to be kept for hours or days is gone after them, and no sooner", async () => {
      const { svix, call } = await client();
      await svix.application.create({ name: "A", uid: "a" });
      const expiry = async (fields: object) => {
        const { id } = await svix.message.create("a", { ...message, ...fields });
        const { payloadExpiresAt } = (await call("GET", `/msg/${id}`)).json as { payloadExpiresAt: string | null };
        return payloadExpiresAt === null ? null : Math.round((Date.parse(payloadExpiresAt) - Date.now()) / 3_600_000);
      };
      expect([await expiry({}), await expiry({ payloadRetentionHours: 1 }), await expiry({ payloadRetentionPeriod: 5 })]).toEqual([
        null,
        1,
        120,
      ]);
      expect(await refusal(svix.message.create("a", { ...message, payloadRetentionPeriod: 4 }))).toBe(422);
      expect(await refusal(svix.message.create("a", { ...message, payloadRetentionPeriod: 5, payloadRetentionHours: 1 }))).toBe(422);
    });

    test("messages and attempts are found by tag", async () => {
      const { svix } = await client();
      await svix.application.create({ name: "A", uid: "a" });
      const { id: endpointId } = await svix.endpoint.create("a", { url });
      const tagged = await svix.message.create("a", { ...message, tags: ["one", "two"] });
      await svix.message.create("a", { ...message, tags: ["other"] });
      expect(tagged.tags).toEqual(["one", "two"]);
      expect((await svix.message.list("a", { tag: "two" })).data.map(({ id }) => id)).toEqual([tagged.id]);
      const attempts = await eventually(
        () => svix.messageAttempt.listByEndpoint("a", endpointId, { tag: "two" }),
        ({ data }) => data.length > 0,
      );
      expect(new Set(attempts.data.map(({ msgId }) => msgId))).toEqual(new Set([tagged.id]));
      expect((await svix.messageAttempt.listAttemptedMessages("a", endpointId, { tag: "two" })).data.map(({ id }) => id)).toEqual([
        tagged.id,
      ]);
      expect((await svix.messageAttempt.listByMsg("a", tagged.id, { tag: "other" })).data).toEqual([]);
    });
  });
}
