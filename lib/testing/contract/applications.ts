import { Ordering } from "svix";
import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { type Context, detailOf, refusal } from "./context.ts";

export function applicationContract({ client }: Context): void {
  describe("applications", () => {
    test("create, get by id and uid, list, put, patch, delete", async () => {
      const { svix } = await client();
      const made = await svix.application.create({ name: "Café", uid: "cafe-1", throttleRate: 7, metadata: { city: "Bern" } });
      expect(made).toMatchObject({ name: "Café", uid: "cafe-1", throttleRate: 7, metadata: { city: "Bern" } });
      expect(made.id).toMatch(/^app_[0-9A-Za-z]{27}$/);
      expect(made.createdAt).toBeInstanceOf(Date);
      expect(await svix.application.get(made.id)).toEqual(made);
      expect(await svix.application.get("cafe-1")).toEqual(made);
      expect((await svix.application.list()).data).toEqual([made]);

      const put = await svix.application.upsert("cafe-1", { name: "Other" });
      expect(put).toMatchObject({ id: made.id, name: "Other", uid: null, throttleRate: null, metadata: {} });
      const patched = await svix.application.patch(made.id, { uid: "again", throttleRate: 3 });
      expect(patched).toMatchObject({ name: "Other", uid: "again", throttleRate: 3 });
      expect(await svix.application.patch(made.id, { throttleRate: null })).toMatchObject({ uid: "again", throttleRate: null });
      expect(patched.updatedAt.getTime()).toBeGreaterThanOrEqual(made.updatedAt.getTime());

      await svix.application.delete("again");
      expect(await refusal(svix.application.get(made.id))).toBe(404);
      expect((await svix.application.list()).data).toEqual([]);
      // The uid is free again.
      expect((await svix.application.create({ name: "New", uid: "again" })).id).not.toBe(made.id);
    });

    test("getOrCreate, and a uid that is taken", async () => {
      const { svix, call } = await client();
      expect((await call("POST", "/app?get_if_exists=true", { body: { name: "A", uid: "u" } })).status).toBe(201);
      const again = await call("POST", "/app?get_if_exists=true", { body: { name: "B", uid: "u" } });
      expect(again).toMatchObject({ status: 200, json: { name: "A" } });
      expect((await svix.application.getOrCreate({ name: "C", uid: "u" })).name).toBe("A");
      const taken = await call("POST", "/app", { body: { name: "D", uid: "u" } });
      expect(taken).toMatchObject({ status: 409, json: { code: "conflict" } });
      const other = await svix.application.create({ name: "E" });
      expect(await refusal(svix.application.patch(other.id, { uid: "u" }))).toBe(409);
      expect(await refusal(svix.application.upsert(other.id, { name: "E", uid: "u" }))).toBe(409);
    });

    test("PUT on an unknown path creates, and the path does not become the uid", async () => {
      const { call } = await client();
      const put = await call("PUT", "/app/unknown-one", { body: { name: "A" } });
      expect(put).toMatchObject({ status: 201, json: { uid: null } });
      expect((await call("GET", "/app/unknown-one")).status).toBe(404);
    });

    test("1.x names: rateLimit is answered, throttleRate wins", async () => {
      const { v1 } = await client();
      expect(await v1.application.create({ name: "A", rateLimit: 5 })).toMatchObject({ rateLimit: 5, throttleRate: 5 });
      expect(await v1.application.create({ name: "A", rateLimit: 5, throttleRate: 6 })).toMatchObject({ rateLimit: 6, throttleRate: 6 });
      const { id } = await v1.application.create({ name: "A", uid: "v1" });
      expect(await v1.application.update(id, { name: "B", rateLimit: 9 })).toMatchObject({ name: "B", uid: null, throttleRate: 9 });
    });

    test.each([
      [{}, ["body", "name"]],
      [{ name: "" }, ["body", "name"]],
      [{ name: "a\u0001" }, ["body", "name"]],
      [{ name: 5 }, ["body", "name"]],
      [{ name: "a", uid: "app_x" }, ["body", "uid"]],
      [{ name: "a", uid: "ü" }, ["body", "uid"]],
      [{ name: "a", uid: "" }, ["body", "uid"]],
      [{ name: "a", uid: "x".repeat(257) }, ["body", "uid"]],
      [{ name: "a", throttleRate: 0 }, ["body", "throttleRate"]],
      [{ name: "a", throttleRate: 65_536 }, ["body", "throttleRate"]],
      [{ name: "a", throttleRate: 1.5 }, ["body", "throttleRate"]],
      [{ name: "a", metadata: { a: 1 } }, ["body", "metadata", "a"]],
      [{ name: "a", metadata: { a: "x".repeat(4096) } }, ["body", "metadata"]],
    ])("422 names the field: %j", async (body, loc) => {
      const { call } = await client();
      const answer = await call("POST", "/app", { body });
      expect(answer.status).toBe(422);
      expect(detailOf(answer)[0]).toMatchObject({ loc, msg: expect.any(String), type: expect.any(String) });
    });

    test("lists: forward, back, both orders, and the empty list", async () => {
      const { svix, call } = await client();
      expect((await call("GET", "/app")).json).toEqual({ data: [], iterator: null, done: true });
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) ids.push((await svix.application.create({ name: `A${i}` })).id);
      const names = async (query: Parameters<typeof svix.application.list>[0]) => {
        const page = await svix.application.list(query);
        return { ...page, data: page.data.map(({ id }) => ids.indexOf(id)) };
      };
      const first = await names({ limit: 2 });
      expect(first).toMatchObject({ data: [0, 1], iterator: ids[1], prevIterator: `-${ids[0]}`, done: false });
      const second = await names({ limit: 2, iterator: first.iterator });
      expect(second).toMatchObject({ data: [2, 3], iterator: ids[3], prevIterator: `-${ids[2]}`, done: false });
      const third = await names({ limit: 2, iterator: second.iterator });
      expect(third).toMatchObject({ data: [4], done: true });
      expect(await names({ limit: 2, iterator: third.iterator })).toMatchObject({ data: [], iterator: null, done: true });
      // Back: the same order; done says that nothing lies further back.
      expect(await names({ limit: 3, iterator: third.prevIterator ?? null })).toMatchObject({ data: [1, 2, 3], done: false });
      expect(await names({ limit: 4, iterator: third.prevIterator ?? null })).toMatchObject({ data: [0, 1, 2, 3], done: true });
      expect(await names({ limit: 2, order: Ordering.Descending })).toMatchObject({ data: [4, 3], done: false });
      expect(await names({ limit: 2, order: Ordering.Descending, iterator: `-${ids[2]}` })).toMatchObject({ data: [4, 3], done: true });
      expect((await call("GET", "/app?limit=250")).status).toBe(200);
      for (const query of [
        "limit=251",
        "limit=0",
        "limit=x",
        "limit=-1",
        "limit=1e2",
        "iterator=x",
        "iterator=--",
        "iterator=msg_123",
        "order=up",
      ])
        expect([query, (await call("GET", `/app?${query}`)).status]).toEqual([query, 422]);
      expect(detailOf(await call("GET", "/app?limit=251"))[0]?.loc).toEqual(["query", "limit"]);
    });

    test("lists without applications that have no (enabled) endpoints", async () => {
      const { svix } = await client();
      await svix.application.create({ name: "none", uid: "none" });
      await svix.application.create({ name: "off", uid: "off" });
      await svix.application.create({ name: "on", uid: "on" });
      await svix.endpoint.create("off", { url: "http://127.0.0.1:9/", disabled: true });
      await svix.endpoint.create("on", { url: "http://127.0.0.1:9/" });
      const uids = async (query: object) => (await svix.application.list(query)).data.map(({ uid }) => uid);
      expect(await uids({ excludeAppsWithNoEndpoints: true })).toEqual(["off", "on"]);
      expect(await uids({ excludeAppsWithDisabledEndpoints: true })).toEqual(["on"]);
    });

    test("someone else's is not there", async () => {
      const [one, other] = [await client(), await client()];
      const { id } = await one.svix.application.create({ name: "A", uid: "shared" });
      for (const path of [`/app/${id}`, "/app/shared", `/app/${newId("application")}`, "/app/%00", "/app/a%2Fb", "/app/%E0%A4%A"])
        for (const method of ["GET", "DELETE"]) expect([path, (await other.call(method, path)).status]).toEqual([path, 404]);
      expect((await other.call("PATCH", `/app/${id}`, { body: { name: "B" } })).status).toBe(404);
      expect(await other.svix.application.create({ name: "B", uid: "shared" })).toMatchObject({ uid: "shared" });
      expect((await one.svix.application.get("shared")).name).toBe("A");
      // PUT creates one of the caller's own.
      const put = await other.call("PUT", `/app/${id}`, { body: { name: "C" } });
      expect(put.status).toBe(201);
      expect((put.json as { id: string }).id).not.toBe(id);
      expect((await one.svix.application.get(id)).name).toBe("A");
    });
  });
}
