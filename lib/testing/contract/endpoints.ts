import { Ordering } from "svix";
import { describe, expect, test } from "vitest";
import { type Client, type Context, detailOf, refusal } from "./context.ts";
import { dayMs } from "../../words/duration.ts";

const url = "http://127.0.0.1:9/hook";

/** A tenant with an application `a` and the event types `one` and `two`. */
async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  await prepared.svix.eventType.create({ name: "one", description: "" });
  await prepared.svix.eventType.create({ name: "two", description: "" });
  return prepared;
}

export function endpointContract({ client }: Context): void {
  describe("endpoints", () => {
    test("create, get, list, put, patch, delete", async () => {
      const { svix, call } = await prepared(client);
      const made = await svix.endpoint.create("a", {
        url,
        uid: "e",
        description: "First",
        eventTypes: ["one"],
        channels: ["c1"],
        throttleRate: 9,
        metadata: { k: "v" },
      });
      expect(made.id).toMatch(/^ep_[0-9A-Za-z]{27}$/);
      expect(made).toMatchObject({
        url,
        uid: "e",
        description: "First",
        eventTypes: ["one"],
        channels: ["c1"],
        throttleRate: 9,
        metadata: { k: "v" },
        disabled: false,
      });
      expect(await svix.endpoint.get("a", "e")).toEqual(made);
      expect(await svix.endpoint.get("a", made.id)).toEqual(made);
      const later = await svix.endpoint.create("a", { url });
      expect((await svix.endpoint.list("a")).data.map(({ id }) => id)).toEqual([later.id, made.id]);
      expect(await svix.endpoint.list("a", { order: Ordering.Ascending, limit: 1 })).toMatchObject({ iterator: made.id, done: false });

      expect(await svix.endpoint.patch("a", "e", { throttleRate: null, channels: null, disabled: true })).toMatchObject({
        throttleRate: null,
        channels: null,
        disabled: true,
        eventTypes: ["one"],
      });
      const { key } = await svix.endpoint.getSecret("a", "e");
      expect(await svix.endpoint.upsert("a", "e", { url: "http://127.0.0.1:9/other" })).toMatchObject({
        id: made.id,
        uid: null,
        description: "",
        eventTypes: null,
        metadata: {},
        disabled: false,
      });
      expect((await svix.endpoint.getSecret("a", made.id)).key).toBe(key);
      const put = await call("PUT", "/app/a/endpoint/unknown", { body: { url, uid: "e" } });
      expect(put).toMatchObject({ status: 201, json: { uid: "e" } });
      expect(await refusal(svix.endpoint.create("a", { url, uid: "e" }))).toBe(409);
      expect(await refusal(svix.endpoint.patch("a", made.id, { uid: "e" }))).toBe(409);

      await svix.endpoint.delete("a", made.id);
      expect(await refusal(svix.endpoint.get("a", made.id))).toBe(404);
      expect(await refusal(svix.endpoint.delete("a", made.id))).toBe(404);
      await svix.endpoint.delete("a", "e");
      await svix.endpoint.create("a", { url, uid: "e" });
    });

    test("1.x names: filterTypes, rateLimit, version", async () => {
      const { v1 } = await prepared(client);
      const made = await v1.endpoint.create("a", { url, filterTypes: ["two", "one", "two"], rateLimit: 5, version: 3 });
      expect(made).toMatchObject({ filterTypes: ["two", "one"], rateLimit: 5, throttleRate: 5, version: 3 });
      expect(await v1.endpoint.patch("a", made.id, { filterTypes: null })).toMatchObject({ filterTypes: null, rateLimit: 5, version: 3 });
      expect(await v1.endpoint.update("a", made.id, { url, version: 1 })).toMatchObject({ version: 1, rateLimit: null });
      expect((await v1.endpoint.create("a", { url })).version).toBe(1);
    });

    test("our own field: an endpoint's retry schedule", async () => {
      const { call } = await prepared(client);
      const made = await call("POST", "/app/a/endpoint", { body: { url, retrySchedule: [0.5, 60] } });
      expect(made.json).toMatchObject({ retrySchedule: [0.5, 60] });
      const { id } = made.json as { id: string };
      expect((await call("PATCH", `/app/a/endpoint/${id}`, { body: { retrySchedule: null } })).json).toMatchObject({ retrySchedule: null });
    });

    test("URLs come back normalised; private addresses are refused", async () => {
      const { svix, call } = await prepared(client);
      expect((await svix.endpoint.create("a", { url: "https://EXAMPLE.invalid" })).url).toBe("https://example.invalid/");
      for (const refused of [
        "ftp://example.com",
        "http://example.com/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://u:p@example.com/",
        "example.com",
        "javascript:alert(1)",
        "https://[fd00::1]/",
        "https://0x0a000001/",
        "https://example.com:5432/",
        "",
        " ",
      ]) {
        const answer = await call("POST", "/app/a/endpoint", { body: { url: refused } });
        expect([refused, answer.status, detailOf(answer)[0]?.loc]).toEqual([refused, 422, ["body", "url"]]);
      }
      const made = await svix.endpoint.create("a", { url });
      expect(await refusal(svix.endpoint.patch("a", made.id, { url: "https://192.168.1.1/" }))).toBe(422);
      expect(await refusal(svix.endpoint.upsert("a", made.id, { url: "https://192.168.1.1/" }))).toBe(422);
    });

    test.each([
      [{ eventTypes: [] }, "eventTypes"],
      [{ eventTypes: ["unknown"] }, "eventTypes"],
      [{ filterTypes: ["unknown"] }, "filterTypes"],
      [{ eventTypes: ["archived"] }, "eventTypes"],
      [{ channels: [] }, "channels"],
      [{ channels: Array.from({ length: 11 }, (_, i) => `c${i}`) }, "channels"],
      [{ channels: ["a b"] }, "channels"],
      [{ throttleRate: 0 }, "throttleRate"],
      [{ uid: "ep_1" }, "uid"],
      [{ metadata: { a: null } }, "metadata"],
      [{ description: "\u0007" }, "description"],
      [{ secret: "" }, "secret"],
      [{ secret: "whsec_c2hvcnQ=" }, "secret"],
      [{ secret: "whpk_AAAA" }, "secret"],
      [{ secret: "other_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, "secret"],
      [{ headers: { Host: "x" } }, "headers"],
      [{ headers: { "X-A": "a\r\nb" } }, "headers"],
      [{ retrySchedule: [-1] }, "retrySchedule"],
      [{ ordering: "lifo" }, "ordering"],
      [{ version: 0 }, "version"],
    ])("422: %j", async (fields, place) => {
      const { svix, call } = await prepared(client);
      await svix.eventType.create({ name: "archived", description: "", archived: true });
      const answer = await call("POST", "/app/a/endpoint", { body: { url, ...fields } });
      expect(answer.status).toBe(422);
      expect(detailOf(answer)[0]?.loc.slice(0, 2)).toEqual(["body", place]);
    });

    test("secrets: given, made, rotated, at most ten old ones", async () => {
      const { svix, v1, call } = await prepared(client);
      const given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
      const { id } = await svix.endpoint.create("a", { url, secret: given });
      expect((await svix.endpoint.getSecret("a", id)).key).toBe(given);
      await svix.endpoint.rotateSecret("a", id);
      await v1.endpoint.rotateSecret("a", id, {});
      const made = (await svix.endpoint.getSecret("a", id)).key;
      expect(made).toMatch(/^whsec_[A-Za-z0-9+/]{32,}=*$/);
      const ed25519 = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
      await svix.endpoint.rotateSecret("a", id, { key: ed25519, gracePeriodSeconds: 604_800 });
      expect((await svix.endpoint.getSecret("a", id)).key).toBe("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
      expect(await refusal(svix.endpoint.rotateSecret("a", id, { gracePeriodSeconds: 604_801 }))).toBe(422);
      expect(await refusal(svix.endpoint.rotateSecret("a", id, { gracePeriodSeconds: -1 }))).toBe(422);
      expect(await refusal(svix.endpoint.rotateSecret("a", id, { key: "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=" }))).toBe(422);
      // Three secrets are old by now; with grace 0 none is added.
      await svix.endpoint.rotateSecret("a", id, { gracePeriodSeconds: 0 });
      for (let old = 3; old < 10; old++) {
        const { status, json } = await call("POST", `/app/a/endpoint/${id}/secret/rotate`, { body: {} });
        expect([status, json]).toEqual([200, await svix.endpoint.getSecret("a", id)]);
      }
      expect(await call("POST", `/app/a/endpoint/${id}/secret/rotate`)).toMatchObject({ status: 400, json: { code: "bad_request" } });
    });

    test("headers: put, patch, delete; sensitive ones show only their names", async () => {
      const { svix, v1, call } = await prepared(client);
      const { id } = await svix.endpoint.create("a", { url, headers: { "X-First": "1" } });
      expect(await svix.endpoint.getHeaders("a", id)).toEqual({ headers: { "X-First": "1" }, sensitive: [] });
      await svix.endpoint.setHeaders("a", id, { headers: { "X-Case": "Kept", Authorization: "Bearer s", "x-api-key": "k" } });
      expect(await svix.endpoint.getHeaders("a", id)).toEqual({ headers: { "X-Case": "Kept" }, sensitive: ["Authorization", "x-api-key"] });
      await svix.endpoint.patchHeaders("a", id, { headers: { "x-case": "new", "X-More": "2" }, deleteHeaders: ["X-API-KEY"] });
      expect(await v1.endpoint.getHeaders("a", id)).toEqual({ headers: { "x-case": "new", "X-More": "2" }, sensitive: ["Authorization"] });
      expect(
        (await call("PATCH", `/app/a/endpoint/${id}/headers`, { body: { headers: { "X-MORE": null, authorization: null } } })).status,
      ).toBe(204);
      expect(await svix.endpoint.getHeaders("a", id)).toEqual({ headers: { "x-case": "new" }, sensitive: [] });
      const refused = {
        Host: "x",
        "content-length": "1",
        "User-Agent": "x",
        "webhook-id": "x",
        "X-Amz-A": "x",
        "x-svix-a": "x",
        "svix-id": "x",
        "transfer-encoding": "x",
        "X A": "x",
        "X-L": "x".repeat(4097),
        "X-N": "\u0000",
        "X-U": "€",
      };
      for (const [name, value] of Object.entries(refused))
        for (const method of ["PUT", "PATCH"])
          expect([name, (await call(method, `/app/a/endpoint/${id}/headers`, { body: { headers: { [name]: value } } })).status]).toEqual([
            name,
            422,
          ]);
      await svix.endpoint.upsert("a", id, { url });
      expect(await svix.endpoint.getHeaders("a", id)).toEqual({ headers: { "x-case": "new" }, sensitive: [] });
    });

    test("stats: five figures, at most 28 days", async () => {
      const { svix } = await prepared(client);
      const { id } = await svix.endpoint.create("a", { url, disabled: true });
      expect(await svix.endpoint.getStats("a", id)).toEqual({ success: 0, pending: 0, sending: 0, fail: 0, canceled: 0 });
      const daysAgo = (days: number): Date => new Date(Date.now() - days * dayMs);
      await svix.endpoint.getStats("a", id, { since: daysAgo(28) });
      expect(await refusal(svix.endpoint.getStats("a", id, { since: daysAgo(29) }))).toBe(400);
      await svix.endpoint.getStats("a", id, { since: daysAgo(50), until: daysAgo(30) });
      expect(await refusal(svix.endpoint.getStats("a", id, { until: daysAgo(-1) }))).toBe(400);
    });

    test("someone else's application and endpoint are not there", async () => {
      const [one, other] = [await prepared(client), await prepared(client)];
      const { id: app } = await one.svix.application.get("a");
      const { id } = await one.svix.endpoint.create("a", { url });
      for (const path of [`/app/${app}/endpoint/${id}`, `/app/a/endpoint/${id}`])
        for (const [method, suffix, body] of everyEndpointCall)
          expect([method, path + suffix, (await other.call(method, path + suffix, body === undefined ? {} : { body })).status]).toEqual([
            method,
            path + suffix,
            404,
          ]);
      expect((await one.svix.endpoint.get("a", id)).url).toBe(url);
    });
  });
}

const everyEndpointCall: [string, string, unknown?][] = [
  ["GET", ""],
  ["PATCH", "", { url }],
  ["DELETE", ""],
  ["GET", "/secret"],
  ["POST", "/secret/rotate", {}],
  ["GET", "/headers"],
  ["PUT", "/headers", { headers: {} }],
  ["PATCH", "/headers", { headers: {} }],
  ["GET", "/stats"],
  ["POST", "/recover", { since: new Date().toISOString() }],
  ["POST", "/send-example", { eventType: "svix.ping" }],
  ["GET", "/msg"],
];
