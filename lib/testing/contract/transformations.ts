import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../receiver.ts";
import { type Client, type Context, detailOf, eventually, refusal } from "./context.ts";

const base = "/app/a/endpoint/e/transformation";
const returning = (body: string): string => `function handler(webhook) { ${body}; return webhook }`;

export function transformationContract({ client }: Context): void {
  describe("transformations and filters", () => {
    let receiver: Receiver;
    beforeAll(async () => {
      receiver = await startReceiver();
    });
    afterAll(() => receiver.close());

    /** A client with an application `a` whose endpoint `e` is the receiver, at a path of its own. */
    async function prepared(more: object = {}): Promise<Client & { path: string; ofMine: () => Receiver["hits"] }> {
      const made = await client();
      const path = `/${made.tenant.environmentId}`;
      await made.svix.application.create({ name: "A", uid: "a" });
      const body = { url: receiver.url + path, uid: "e", retrySchedule: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1], ...more };
      expect((await made.call("POST", "/app/a/endpoint", { body })).status).toBe(201);
      return { ...made, path, ofMine: () => receiver.hits.filter(({ url }) => url.startsWith(path)) };
    }

    const statusOf = async ({ call }: Client, messageId: string) => {
      const { json } = await call("GET", `/delivery?message_id=${messageId}`);
      return (json as { data: { status: string; lastErrorClass: string | null; attemptCount: number }[] }).data[0];
    };

    test("the SDK sets, reads and removes one; what is sent is what was made, signed", async () => {
      const made = await prepared();
      const { svix, path, ofMine } = made;
      expect(await svix.endpoint.transformation.get("a", "e")).toMatchObject({
        code: null,
        enabled: false,
        variables: null,
        updatedAt: null,
      });
      const code = returning(
        "webhook.method = 'PUT'; webhook.url += '/' + variables.to; webhook.headers.kind = webhook.eventType; webhook.payload.new = 1",
      );
      await svix.endpoint.transformation.patch("a", "e", { code, enabled: true, variables: { to: "there" } });
      expect(await svix.endpoint.transformation.get("a", "e")).toMatchObject({ code, enabled: true, variables: { to: "there" } });
      await svix.message.create("a", { eventType: "one", payload: { old: 0 } });
      const [hit] = await eventually(
        async () => ofMine(),
        (hits) => hits.length > 0,
      );
      expect(hit).toMatchObject({ method: "PUT", url: `${path}/there`, headers: { kind: "one" } });
      expect(hit?.body.toString()).toBe('{"old":0,"new":1}');
      const { key } = await svix.endpoint.getSecret("a", "e");
      expect(new Webhook(key).verify(hit?.body.toString() ?? "", hit?.headers ?? {})).toEqual({ old: 0, new: 1 });
      await svix.endpoint.transformation.patch("a", "e", { code: null });
      expect(await svix.endpoint.transformation.get("a", "e")).toMatchObject({ code: null, enabled: false });
      await made.call("POST", "/app/a/msg", { raw: '{"eventType":"one","payload":{"a": 1.0, "a":2}}' });
      const hits = await eventually(
        async () => ofMine(),
        (all) => all.length > 1,
      );
      expect(hits[1]).toMatchObject({ method: "POST", url: path, body: Buffer.from('{"a": 1.0, "a":2}') });
    });

    test("cancelled, and failing until it is corrected", async () => {
      const made = await prepared({ retrySchedule: [3_600] });
      const { svix, ofMine } = made;
      const code = returning("if (webhook.payload.skip) webhook.cancel = true; else webhook.payload.missing.field");
      await svix.endpoint.transformation.patch("a", "e", { code, enabled: true });
      const skipped = await svix.message.create("a", { eventType: "one", payload: { skip: true } });
      const cancelled = await eventually(
        () => statusOf(made, skipped.id),
        (delivery) => delivery?.status === "cancelled",
      );
      expect(cancelled).toMatchObject({ lastErrorClass: "transformation_cancelled", attemptCount: 0 });
      const failing = await svix.message.create("a", { eventType: "one", payload: {} });
      await eventually(
        () => statusOf(made, failing.id),
        (delivery) => (delivery?.attemptCount ?? 0) > 0,
      );
      const attempt = (await svix.messageAttempt.listByMsg("a", failing.id, { withContent: true })).data.at(-1);
      expect(attempt).toMatchObject({ status: 2, responseStatusCode: 0 });
      expect(attempt?.response).toMatch(/TypeError: cannot read property 'field' of undefined/);
      expect(ofMine()).toEqual([]);
      await svix.endpoint.transformation.patch("a", "e", { code: returning("webhook.payload.fixed = true") });
      await made.call("POST", `/app/a/msg/${failing.id}/endpoint/e/resend`, { body: {} });
      await eventually(
        () => statusOf(made, failing.id),
        (delivery) => delivery?.status === "succeeded",
      );
      expect(ofMine().map(({ body }) => body.toString())).toEqual(['{"fixed":true}']);
    });

    test("versions, rolling back, and trying out", async () => {
      const { svix, call } = await prepared();
      for (let i = 1; i <= 22; i++) await svix.endpoint.transformation.patch("a", "e", { code: `${returning("")} // ${i}`, enabled: true });
      const { data } = (await call("GET", `${base}/version`)).json as { data: { version: number; current: boolean }[] };
      expect(data.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, i) => 22 - i));
      expect(data.filter(({ current }) => current)).toMatchObject([{ version: 22 }]);
      expect((await call("POST", `${base}/roll-back`, { body: { version: 5 } })).json).toMatchObject({ version: 5, enabled: true });
      expect((await call("POST", `${base}/roll-back`, { body: { version: 2 } })).status).toBe(404);
      await svix.endpoint.transformation.patch("a", "e", { enabled: false });
      expect((await call("GET", base)).json).toMatchObject({ version: 5, enabled: false });

      await svix.message.create("a", { eventType: "one", payload: { n: 1 } });
      const stored = await svix.message.create("a", { eventType: "one", payload: { n: 2 } });
      const code = returning("console.log('n is', webhook.payload.n); if (webhook.payload.n === 2) webhook.payload.two = true");
      const given = await call("POST", `${base}/test`, { raw: JSON.stringify({ code, payload: { n: 2 } }) });
      expect(given.json).toMatchObject({ status: "ready", request: { payload: '{"n":2,"two":true}' }, logs: ["n is 2"] });
      const past = await call("POST", `${base}/test`, { body: { code: returning("null.x"), messageId: stored.id } });
      expect(past.json).toMatchObject({ status: "failed", request: null, error: expect.stringContaining("TypeError") as string });
      const compared = await call("POST", `${base}/compare`, { body: { code, limit: 5 } });
      expect((compared.json as { data: unknown[] }).data).toMatchObject([
        { messageId: stored.id, different: true, before: { request: { payload: '{"n":2}' } } },
        { different: false },
      ]);
    });

    test("what is refused names the field", async () => {
      const { svix, call } = await prepared();
      const refused = await call("PATCH", base, { body: { code: "function handler(" } });
      expect([refused.status, detailOf(refused)[0]?.loc, detailOf(refused)[0]?.msg]).toMatchObject([422, ["body", "code"], /SyntaxError/]);
      const empty = await call("PATCH", base, { body: { enabled: true } });
      expect([empty.status, detailOf(empty)[0]?.loc]).toEqual([422, ["body", "enabled"]]);
      expect(await refusal(svix.endpoint.transformation.patch("a", "e", { code: "x".repeat(60_000) }))).toBe(422);
      expect(await refusal(svix.endpoint.transformation.get("a", "unknown"))).toBe(404);
      const filter = {
        and: [
          { path: "payload.a", equals: 1 },
          { path: "payload.b", gte: true },
        ],
      };
      for (const [method, path, body] of [
        ["PATCH", "/app/a/endpoint/e", { filter }],
        ["POST", "/app/a/endpoint", { url: "http://127.0.0.1:9/", filter }],
        ["PUT", "/app/a/endpoint/e", { url: "http://127.0.0.1:9/", filter }],
        ["POST", "/app/a/filter/dry-run", { filter }],
      ] as const) {
        const answer = await call(method, path, { body });
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, ["body", "filter", "and", "[1]", "gte"]]);
      }
    });

    test("a filter decides what is delivered, what a dry run says, and what is replayed", async () => {
      const filter = { path: "payload.amount", gte: 100 };
      const { svix, call, ofMine } = await prepared({ filter });
      expect((await call("GET", "/app/a/endpoint/e")).json).toMatchObject({ filter });
      const small = await svix.message.create("a", { eventType: "one", payload: { amount: 99 } });
      const raw = { rawPayload: "<x/>", headers: { "content-type": "text/xml" } };
      const xml = await svix.message.create("a", { eventType: "one", payload: {}, transformationsParams: raw });
      const large = await svix.message.create("a", { eventType: "one", payload: { amount: 100 } });
      await eventually(
        async () => ofMine(),
        (hits) => hits.length === 1,
      );
      expect(ofMine()[0]?.headers["webhook-id"]).toBe(large.id);
      const ran = await call("POST", "/app/a/filter/dry-run", { body: { filter: { path: "headers.content-type", suffix: "xml" } } });
      expect(ran.json).toMatchObject({
        looked: 3,
        matched: 1,
        data: [
          { id: large.id, refusedBy: "filter" },
          { id: xml.id, matched: true, refusedBy: null },
          { id: small.id, matched: false },
        ],
      });
      const since = new Date(Date.now() - 60_000).toISOString();
      await call("PATCH", "/app/a/endpoint/e", { body: { filter: { path: "payload.amount", lt: 100 } } });
      expect((await call("GET", `/app/a/endpoint/e/missed?since=${since}`)).json).toMatchObject({ count: 1 });
      await svix.endpoint.replayMissing("a", "e", { since: new Date(since) });
      await eventually(
        async () => ofMine(),
        (hits) => hits.length === 2,
      );
      expect(ofMine()[1]?.headers["webhook-id"]).toBe(small.id);
      await call("PATCH", "/app/a/endpoint/e", { body: { filter: { path: "metadata.region", equals: "eu" } } });
      const said = { eventType: "one", payload: {}, metadata: { region: "eu" } };
      await call("POST", "/app/a/msg", { body: { ...said, metadata: { region: "us" } } });
      const { json } = await call("POST", "/app/a/msg", { body: said });
      const european = (json as { id: string }).id;
      await eventually(
        async () => ofMine(),
        (hits) => hits.length === 3,
      );
      expect(ofMine()[2]?.headers["webhook-id"]).toBe(european);
      expect((await call("GET", `/app/a/msg/${european}`)).json).toMatchObject({ metadata: said.metadata });
      const tried = await call("POST", "/app/a/filter/dry-run", { body: { filter: { path: "metadata.region", in: ["us"] }, limit: 2 } });
      expect(tried.json).toMatchObject({ matched: 1, data: [{ id: european, refusedBy: "filter" }, { matched: true }] });
      await call("PATCH", "/app/a/endpoint/e", { body: { filter: { path: "metadata.region", notEquals: "eu" }, eventTypes: null } });
      expect((await call("GET", `/app/a/endpoint/e/missed?since=${since}`)).json).toMatchObject({ count: 2 });
      expect((await call("PATCH", "/app/a/endpoint/e", { body: { filter: null } })).json).toMatchObject({ filter: null });
    });
  });
}
