import { Ordering } from "svix";
import { describe, expect, test } from "vitest";
import { type Context, detailOf, refusal } from "./context.ts";

const schemas = { 1: { type: "object", properties: { id: { type: "string" } }, examples: [{ id: "in_1" }] } };

export function eventTypeContract({ client }: Context): void {
  describe("event types", () => {
    test("create, get, list, put, patch, archive, bring back, expunge", async () => {
      const { svix, call } = await client();
      const made = await svix.eventType.create({ name: "invoice.paid", description: "Paid", schemas, groupName: "billing" });
      expect(made).toMatchObject({
        name: "invoice.paid",
        description: "Paid",
        archived: false,
        deprecated: false,
        schemas,
        groupName: "billing",
      });
      expect(await svix.eventType.get("invoice.paid")).toEqual(made);
      expect(await refusal(svix.eventType.create({ name: "invoice.paid", description: "x" }))).toBe(409);

      const put = await call("PUT", "/event-type/invoice.paid", { body: { description: "Again" } });
      expect(put).toMatchObject({ status: 200, json: { description: "Again", schemas: null, groupName: null } });
      expect((await call("PUT", "/event-type/invoice.new", { body: { description: "New" } })).status).toBe(201);
      expect(await svix.eventType.upsert("invoice.new", { description: "Newer", deprecated: true })).toMatchObject({ deprecated: true });
      expect(await svix.eventType.patch("invoice.paid", { schemas: {} })).toMatchObject({ description: "Again", schemas: {} });
      expect(await svix.eventType.patch("invoice.paid", { schemas: null })).toMatchObject({ schemas: null });
      expect(await refusal(svix.eventType.patch("nope", { description: "x" }))).toBe(404);

      // Ten replicas of an application may register their types at the same start.
      const together = Array.from({ length: 10 }, () => call("PUT", "/event-type/at.once", { body: { description: "Ten" } }));
      const statuses = (await Promise.all(together)).map(({ status }) => status);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([...Array.from({ length: 9 }, () => 200), 201]);
      await svix.eventType.delete("at.once", { expunge: true });

      await svix.eventType.patch("invoice.paid", { schemas });
      await svix.eventType.delete("invoice.paid");
      expect(await svix.eventType.get("invoice.paid")).toMatchObject({ archived: true });
      expect((await svix.eventType.list()).data.map(({ name }) => name)).toEqual(["invoice.new"]);
      expect((await svix.eventType.list({ includeArchived: true })).data.map(({ name }) => name)).toEqual(["invoice.new", "invoice.paid"]);
      const back = await call("POST", "/event-type", { body: { name: "invoice.paid", description: "Back" } });
      expect(back).toMatchObject({ status: 201, json: { archived: false, description: "Back", schemas: null } });

      await svix.eventType.delete("invoice.paid", { expunge: true });
      expect(await refusal(svix.eventType.get("invoice.paid"))).toBe(404);
      expect(await refusal(svix.eventType.delete("invoice.paid"))).toBe(404);
    });

    test("the list is by name whatever the order asked for, without schemas unless asked for", async () => {
      const { svix, call } = await client();
      for (const name of ["b", "a", "C", "a.b", "a-b"]) await svix.eventType.create({ name, description: "", schemas: {} });
      const names = ["C", "a", "a-b", "a.b", "b"];
      expect((await svix.eventType.list({ order: Ordering.Descending })).data.map(({ name }) => name)).toEqual(names);
      const page = await svix.eventType.list({ limit: 2, iterator: "a" });
      expect(page).toMatchObject({ iterator: "a.b", prevIterator: "-a-b", done: false });
      expect((await svix.eventType.list({ limit: 1, iterator: "-a-b" })).data.map(({ name }) => name)).toEqual(["a"]);
      expect((await svix.eventType.list()).data[0]?.schemas).toBeUndefined();
      expect((await svix.eventType.list({ withContent: true })).data[0]?.schemas).toEqual({});
      expect((await call("GET", "/event-type?iterator=%00")).status).toBe(422);
    });

    test.each([
      [{ name: "a" }, ["body", "description"]],
      [{ name: "a b", description: "" }, ["body", "name"]],
      [{ name: "", description: "" }, ["body", "name"]],
      [{ name: "x".repeat(257), description: "" }, ["body", "name"]],
      [{ name: "a", description: "", schemas: { 1: { type: "strnig" } } }, ["body", "schemas", "1"]],
      [{ name: "a", description: "", schemas: { 1: { properties: 5 } } }, ["body", "schemas", "1"]],
      [{ name: "a", description: "", schemas: { 1: true } }, ["body", "schemas", "1"]],
      [{ name: "a", description: "", schemas: [] }, ["body", "schemas"]],
      [{ name: "a", description: "", featureFlags: [""] }, ["body", "featureFlags", "[0]"]],
    ])("422 names the field: %j", async (body, loc) => {
      const { call } = await client();
      const answer = await call("POST", "/event-type", { body });
      expect(answer.status).toBe(422);
      expect(detailOf(answer)[0]?.loc).toEqual(loc);
    });

    test("1.x names a single flag; a portal token without it sees nothing of the type", async () => {
      const { svix, v1, as } = await client();
      expect(await v1.eventType.create({ name: "beta", description: "", featureFlag: "f" })).toMatchObject({
        featureFlag: "f",
        featureFlags: ["f"],
      });
      await svix.eventType.create({ name: "open", description: "" });
      await svix.application.create({ name: "A", uid: "a" });
      const without = as((await svix.authentication.appPortalAccess("a")).token).svix;
      const withFlag = as((await svix.authentication.appPortalAccess("a", { featureFlags: ["f", "g"] })).token).svix;
      expect(await refusal(without.eventType.get("beta"))).toBe(404);
      expect((await without.eventType.list()).data.map(({ name }) => name)).toEqual(["open"]);
      expect(await refusal(without.endpoint.create("a", { url: "http://127.0.0.1:9/", eventTypes: ["beta"] }))).toBe(422);
      expect((await withFlag.eventType.get("beta")).name).toBe("beta");
      expect((await withFlag.eventType.list()).data.map(({ name }) => name)).toEqual(["beta", "open"]);
      expect(await v1.eventType.update("beta", { description: "", featureFlag: null })).toMatchObject({ featureFlag: null });
      expect((await without.eventType.get("beta")).name).toBe("beta");
    });
  });
}
