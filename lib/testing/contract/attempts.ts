import { gzipSync } from "node:zlib";
import { BackgroundTaskStatus, MessageStatus, StatusCodeClass } from "svix";
import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { startReceiver } from "../receiver.ts";
import { type Client, type Context, detailOf, eventually, refusal } from "./context.ts";
import { dayMs } from "../../words/duration.ts";

async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  return prepared;
}

/** An endpoint whose deliveries are retried once, at once, and then given up. */
const retriedOnce = { retrySchedule: [0] };

export function attemptContract({ client }: Context): void {
  describe("attempts", () => {
    test("a success, from every side", async () => {
      const { svix, v1, call } = await prepared(client);
      const receiver = await startReceiver({ status: 201, body: "thanks" });
      const { id: endpoint } = await svix.endpoint.create("a", { url: receiver.url, uid: "e" });
      const { id } = await svix.message.create("a", { eventType: "t", payload: { n: 1 }, channels: ["c"], tags: ["x"] });
      const page = await eventually(
        () => svix.messageAttempt.listByMsg("a", id, { withContent: true }),
        ({ data }) => data.length === 1,
      );
      const [attempt] = page.data;
      expect(attempt).toMatchObject({
        endpointId: endpoint,
        msgId: id,
        url: `${receiver.url}/`,
        response: "thanks",
        responseStatusCode: 201,
        status: 0,
        statusText: "success",
        triggerType: 0,
      });
      expect(attempt?.id).toMatch(/^atmpt_[0-9A-Za-z]{27}$/);
      expect(attempt?.responseDurationMs).toBeGreaterThanOrEqual(0);
      const attemptId = attempt?.id ?? "";
      expect(await svix.messageAttempt.get("a", id, attemptId)).toEqual(attempt);
      expect((await svix.messageAttempt.listByEndpoint("a", "e", { withContent: true })).data).toEqual([attempt]);
      expect((await svix.messageAttempt.listByEndpoint("a", "e")).data[0]?.response).toBe("{}");
      const withMessage = await svix.messageAttempt.listByEndpoint("a", "e", { withMsg: true, withContent: true });
      expect(withMessage.data[0]?.msg).toMatchObject({ id, payload: { n: 1 } });
      const [destination] = (await svix.messageAttempt.listAttemptedDestinations("a", id)).data;
      expect(destination).toMatchObject({
        id: endpoint,
        uid: "e",
        status: 0,
        statusText: "success",
        nextAttempt: null,
        url: `${receiver.url}/`,
      });
      const [message] = (await svix.messageAttempt.listAttemptedMessages("a", "e", { withContent: true })).data;
      expect(message).toMatchObject({ id, status: 0, payload: { n: 1 }, channels: ["c"], tags: ["x"], nextAttempt: null });
      expect((await v1.messageAttempt.listAttemptedDestinations("a", id)).data[0]).toMatchObject({
        version: 1,
        filterTypes: null,
        rateLimit: null,
      });
      expect(await svix.endpoint.getStats("a", "e")).toMatchObject({ success: 1, fail: 0 });

      await svix.messageAttempt.expungeContent("a", id, attemptId);
      expect((await svix.messageAttempt.get("a", id, attemptId)).response).toBe("EXPUNGED");
      await svix.endpoint.delete("a", "e");
      expect((await svix.messageAttempt.listAttemptedDestinations("a", id)).data.map((each) => each.id)).toEqual([endpoint]);
      for (const path of [
        `/app/a/msg/${id}/attempt/${newId("attempt")}`,
        `/app/a/msg/${newId("message")}/attempt/${attemptId}`,
        `/app/a/msg/${id}/attempt/x`,
      ])
        expect((await call("GET", path)).status).toBe(404);
      await receiver.close();
    });

    test("answers that come packed or in another charset are readable, and kept as they came", async () => {
      const { svix, call } = await prepared(client);
      const packed = gzipSync('{"error":"Zoë"}');
      const receiver = await startReceiver([
        { status: 500, headers: { "content-encoding": "gzip", "content-type": "application/json" }, body: packed },
        { status: 200, headers: { "content-type": "text/plain; charset=iso-8859-1" }, body: Buffer.from("Zoë", "latin1") },
        { status: 200, body: "Zoë" },
      ]);
      await call("POST", "/app/a/endpoint", { body: { url: receiver.url, uid: "e", ...retriedOnce } });
      const { id } = await svix.message.create("a", { eventType: "t", payload: {} });
      const settled = (attempts: number) =>
        eventually(
          () => svix.messageAttempt.listByMsg("a", id, { withContent: true }),
          ({ data }) => data.length === attempts,
        );
      await settled(2);
      await svix.messageAttempt.resend("a", id, "e");
      const { data } = await settled(3);
      expect(data.map(({ response }) => response)).toEqual(["Zoë", "Zoë", '{"error":"Zoë"}']);
      const attempts = (await call("GET", `/app/a/msg/${id}/attempt`)).json as { data: { responseBase64?: string }[] };
      const bytes = [undefined, Buffer.from("Zoë", "latin1").toString("base64"), packed.toString("base64")];
      expect(attempts.data.map(({ responseBase64 }) => responseBase64)).toEqual(bytes);
      const hidden = (await call("GET", `/app/a/msg/${id}/attempt?with_content=false`)).text;
      expect(hidden).not.toContain("responseBase64");
      await svix.messageAttempt.expungeContent("a", id, data[2]?.id ?? "");
      expect((await call("GET", `/app/a/msg/${id}/attempt/${data[2]?.id}`)).text).not.toContain("responseBase64");
      await receiver.close();
    });

    test("stats count attempts; the newest SDKs' and the old paths", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver([{ status: 503 }, { status: 200 }]);
      await call("POST", "/app/a/endpoint", { body: { url: receiver.url, uid: "e", ...retriedOnce } });
      const { id } = await svix.message.create("a", { eventType: "t", payload: {} });
      const settled = (attempts: number) =>
        eventually(
          () => svix.messageAttempt.listByMsg("a", id),
          ({ data }) => data.length === attempts,
        );
      await settled(2);
      expect(await svix.endpoint.getStats("a", "e")).toEqual({ success: 1, fail: 1, pending: 0, sending: 0, canceled: 0 });
      await svix.messageAttempt.resend("a", id, "e");
      const { data } = await settled(3);
      expect(await svix.endpoint.getStats("a", "e")).toMatchObject({ success: 2, fail: 1 });
      const counts = async (path: string) => (await call("GET", `/app/a/endpoint/e/${path}`)).json;
      expect(await counts("attempt-stats")).toEqual({ success: 2, fail: 1, canceled: 0 });
      // The hours of the figures are whole: after the last attempt it is still its hour.
      const after = new Date((data[0]?.timestamp.getTime() ?? 0) + 1).toISOString();
      expect(await counts(`stats?since=${after}`)).toMatchObject({ success: 0, fail: 0 });
      expect(((await counts(`attempt-stats?since=${after}`)) as { success: number }).success).toBeGreaterThan(0);
      expect(await counts("delivery-stats")).toEqual({ succeeded: 1, failed: 0, cancelled: 0, untried: 0, retrying: 0 });
      for (const path of [`msg/${id}/attempt`, `msg/${id}/endpoint/e/attempt/`, `msg/${id}/attempt/?endpoint_id=e`])
        expect([path, (await call("GET", `/app/a/${path}`)).json]).toEqual([
          path,
          expect.objectContaining({ data: data.map((attempt) => expect.objectContaining({ id: attempt.id })), done: true }),
        ]);
      expect((await call("GET", `/app/a/msg/${id}/attempt?status=2`)).json).toMatchObject({ data: [{ responseStatusCode: 503 }] });
      await receiver.close();
    });

    test("failures, retries and the filters", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver([{ status: 500, body: "no" }, { status: 404 }, { status: 200 }]);
      const { id: endpoint } = (await call("POST", "/app/a/endpoint", { body: { url: receiver.url, ...retriedOnce } })).json as {
        id: string;
      };
      const failed = await svix.message.create("a", { eventType: "one", payload: {}, channels: ["c1"] });
      await eventually(
        () => svix.messageAttempt.listAttemptedMessages("a", endpoint),
        ({ data }) => data[0]?.status === MessageStatus.Fail,
      );
      const succeeded = await svix.message.create("a", { eventType: "two", payload: {}, channels: ["c2"] });
      await eventually(
        () => svix.messageAttempt.listByEndpoint("a", endpoint),
        ({ data }) => data.length === 3,
      );
      const list = async (query: Parameters<typeof svix.messageAttempt.listByEndpoint>[2]) =>
        (await svix.messageAttempt.listByEndpoint("a", endpoint, query)).data.map(({ responseStatusCode }) => responseStatusCode);
      expect(await list({})).toEqual([200, 404, 500]);
      expect(await list({ status: MessageStatus.Success })).toEqual([200]);
      expect(await list({ status: MessageStatus.Fail })).toEqual([404, 500]);
      expect(await list({ status: MessageStatus.Pending })).toEqual([]);
      expect(await list({ statusCodeClass: StatusCodeClass.Code4xx })).toEqual([404]);
      expect(await list({ statusCodeClass: StatusCodeClass.CodeNone })).toEqual([]);
      expect(await list({ eventTypes: ["one"] })).toEqual([404, 500]);
      expect(await list({ channel: "c2" })).toEqual([200]);
      expect(await list({ after: succeeded.timestamp })).toEqual([200]);
      expect(await list({ before: failed.timestamp })).toEqual([]);
      const first = await svix.messageAttempt.listByEndpoint("a", endpoint, { limit: 1 });
      const second = await svix.messageAttempt.listByEndpoint("a", endpoint, { limit: 1, iterator: first.iterator });
      expect([second.data[0]?.responseStatusCode, second.done]).toEqual([404, false]);
      const back = await svix.messageAttempt.listByEndpoint("a", endpoint, { limit: 5, iterator: second.prevIterator ?? null });
      expect([back.data[0]?.responseStatusCode, back.done]).toEqual([200, true]);
      expect((await svix.messageAttempt.listByMsg("a", failed.id, { endpointId: endpoint })).data).toHaveLength(2);
      expect((await svix.messageAttempt.listByMsg("a", failed.id, { statusCodeClass: StatusCodeClass.Code5xx })).data).toHaveLength(1);
      const messages = async (query: object) =>
        (await svix.messageAttempt.listAttemptedMessages("a", endpoint, query)).data.map(({ id }) => id);
      expect(await messages({})).toEqual([succeeded.id, failed.id]);
      expect(await messages({ status: MessageStatus.Fail })).toEqual([failed.id]);
      expect(await messages({ eventTypes: ["two"] })).toEqual([succeeded.id]);
      expect(await messages({ channel: "c1" })).toEqual([failed.id]);
      expect(await messages({ limit: 1, iterator: succeeded.id })).toEqual([failed.id]);
      expect(await messages({ limit: 1, iterator: `-${failed.id}` })).toEqual([succeeded.id]);
      for (const query of ["status=9", "status=x", "status_code_class=250", "iterator=msg_x"])
        expect([query, (await call("GET", `/app/a/attempt/endpoint/${endpoint}?${query}`)).status]).toEqual([query, 422]);
      await receiver.close();
    });

    test("while a retry waits it is 3, with the next attempt; without an answer the status code is 0", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver();
      await receiver.close();
      const { id: endpoint } = (await call("POST", "/app/a/endpoint", { body: { url: receiver.url, retrySchedule: [3600] } })).json as {
        id: string;
      };
      const { id } = await svix.message.create("a", { eventType: "t", payload: {} });
      const { data } = await eventually(
        () => svix.messageAttempt.listAttemptedMessages("a", endpoint, { status: MessageStatus.Sending }),
        (page) => page.data.length === 1,
      );
      const inMinutes = ((data[0]?.nextAttempt?.getTime() ?? 0) - Date.now()) / 60_000;
      expect(inMinutes).toBeGreaterThan(40);
      expect(inMinutes).toBeLessThan(80);
      const [attempt] = (await svix.messageAttempt.listByMsg("a", id, { withContent: true })).data;
      expect(attempt).toMatchObject({ status: 2, statusText: "fail", responseStatusCode: 0 });
      expect(attempt?.response).not.toBe("");
      expect((await svix.messageAttempt.listByMsg("a", id, { statusCodeClass: StatusCodeClass.CodeNone })).data).toHaveLength(1);
      expect((await svix.messageAttempt.listAttemptedDestinations("a", id)).data[0]).toMatchObject({ status: 3, statusText: "sending" });

      // Disabled: cancelled, which clients that don't know it are told as failed.
      await svix.endpoint.patch("a", endpoint, { disabled: true });
      await eventually(
        () => svix.messageAttempt.listAttemptedMessages("a", endpoint),
        (page) => page.data[0]?.status === MessageStatus.Canceled,
      );
      const plain = await call("GET", `/app/a/msg/${id}/endpoint`);
      expect(plain.json).toMatchObject({ data: [{ status: 2, statusText: "fail" }] });
    });

    test("resend goes past the filters, is manual, and is not retried", async () => {
      const { svix, call } = await prepared(client);
      await svix.eventType.create({ name: "other", description: "" });
      const receiver = await startReceiver({ status: 500 });
      const { id: endpoint } = await svix.endpoint.create("a", { url: receiver.url, eventTypes: ["other"] });
      const { id } = await svix.message.create("a", { eventType: "t", payload: { n: 1 } });
      const resent = await call("POST", `/app/a/msg/${id}/endpoint/${endpoint}/resend`);
      expect(resent).toMatchObject({ status: 202, json: {} });
      const { data } = await eventually(
        () => svix.messageAttempt.listByMsg("a", id),
        (page) => page.data.length === 1,
      );
      expect(data[0]).toMatchObject({ triggerType: 1, status: 2 });
      expect((await svix.messageAttempt.listAttemptedDestinations("a", id)).data[0]).toMatchObject({ status: 2, nextAttempt: null });
      receiver.respond({ status: 200 });
      await svix.messageAttempt.resend("a", id, endpoint);
      await eventually(
        () => svix.messageAttempt.listAttemptedDestinations("a", id),
        (page) => page.data[0]?.status === MessageStatus.Success,
      );
      expect(receiver.hits.map(({ body }) => body.toString())).toEqual(['{"n":1}', '{"n":1}']);
      expect(await refusal(svix.messageAttempt.resend("a", newId("message"), endpoint))).toBe(404);
      expect(await refusal(svix.messageAttempt.resend("a", id, newId("endpoint")))).toBe(404);
      await receiver.close();
    });

    test("recover: one attempt for each message that failed", async () => {
      const { svix, call } = await prepared(client);
      const receiver = await startReceiver({ status: 500 });
      const { id: endpoint } = (await call("POST", "/app/a/endpoint", { body: { url: receiver.url, ...retriedOnce } })).json as {
        id: string;
      };
      const since = new Date(Date.now() - 60_000);
      for (let n = 0; n < 3; n++) await svix.message.create("a", { eventType: "t", payload: { n } });
      await eventually(
        () => svix.messageAttempt.listAttemptedMessages("a", endpoint, { status: MessageStatus.Fail }),
        (page) => page.data.length === 3,
        20_000,
      );
      receiver.respond({ status: 200 });
      const task = await svix.endpoint.recover("a", endpoint, { since });
      expect(task).toMatchObject({ status: "running", task: "endpoint.recover" });
      expect(task.id).toMatch(/^qtask_/);
      await eventually(
        () => svix.messageAttempt.listAttemptedMessages("a", endpoint, { status: MessageStatus.Success }),
        (page) => page.data.length === 3,
        20_000,
      );
      const done = await eventually(
        () => svix.backgroundTask.get(task.id),
        ({ status }) => status === BackgroundTaskStatus.Finished,
      );
      expect(done.data).toMatchObject({ queued: 3 });
      expect((await svix.backgroundTask.list()).data.map(({ id }) => id)).toEqual([task.id]);
      expect(
        (await svix.messageAttempt.listByEndpoint("a", endpoint, { status: MessageStatus.Success })).data.map(
          ({ triggerType }) => triggerType,
        ),
      ).toEqual([1, 1, 1]);
      // A client's clock may be a little ahead of ours.
      expect(await svix.endpoint.recover("a", endpoint, { since: new Date(Date.now() + 5_000) })).toMatchObject({
        task: "endpoint.recover",
      });
      for (const days of [-15, 1])
        for (const path of ["recover", "replay-missing", "bulk-replay"]) {
          const far = await call("POST", `/app/a/endpoint/${endpoint}/${path}`, { body: { since: new Date(Date.now() + days * dayMs) } });
          expect([path, far.status, detailOf(far)[0]?.loc]).toEqual([path, 422, ["body", "since"]]);
        }
      expect(await refusal(svix.backgroundTask.get(newId("backgroundTask")))).toBe(404);
      await receiver.close();
    }, 60_000);

    test("send-example, to that endpoint alone", async () => {
      const { svix } = await prepared(client);
      const receiver = await startReceiver();
      await svix.endpoint.create("a", { url: `${receiver.url}/other` });
      await svix.eventType.create({ name: "filtered", description: "" });
      const { id } = await svix.endpoint.create("a", { url: `${receiver.url}/this`, eventTypes: ["filtered"] });
      await svix.eventType.create({
        name: "shown",
        description: "",
        schemas: { 1: { type: "object", examples: [{ first: 1 }, { second: 2 }] } },
      });
      await svix.eventType.create({ name: "bare", description: "", schemas: { 1: { type: "object" } } });
      expect(await svix.endpoint.sendExample("a", id, { eventType: "svix.ping" })).toMatchObject({
        eventType: "svix.ping",
        payload: { success: true },
      });
      await svix.endpoint.sendExample("a", id, { eventType: "shown" });
      await svix.endpoint.sendExample("a", id, { eventType: "shown", exampleIndex: 1 });
      expect(await refusal(svix.endpoint.sendExample("a", id, { eventType: "bare" }))).toBe(400);
      expect(await refusal(svix.endpoint.sendExample("a", id, { eventType: "unknown" }))).toBe(404);
      const hits = await receiver.waitForHits(3);
      expect(hits.map(({ url, body }) => `${url} ${body.toString()}`).sort()).toEqual([
        '/this {"first":1}',
        '/this {"second":2}',
        '/this {"success":true}',
      ]);
      await receiver.close();
    });
  });
}
