import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Answer, type Client, type Context, detailOf, refusal, tenantSettings } from "./context.ts";

const orders = readFileSync(new URL("./orders.openapi.yaml", import.meta.url), "utf8");
const orderPlaced = { orderId: "o_1", lines: [{ sku: "a", amount: 2 }] };

async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  return prepared;
}

/** A schema's example as JSON has it: digits beyond a double, names that look like positions, and one given twice. */
const exact = '{"orderId":8202522731445525542,"price":100.00,"2":1e400,"1":0.1234567890123456789,"orderId":8202522731445525543}';

export function eventTypeSchemaContract({ client }: Context): void {
  describe("examples are kept and sent as they were given", () => {
    const schemasOf = (example: string): string => `{"1":{"type":"object","examples":[${example}]}}`;
    const body = (name: string, example: string): string => `{"name":"${name}","description":"","schemas":${schemasOf(example)}}`;

    test("by create, put, patch, and from one environment to another", async () => {
      const { call } = await client();
      await call("POST", "/event-type", { raw: body("exact", exact) });
      await call("PUT", "/event-type/put", { raw: body("put", exact) });
      await call("POST", "/event-type", { raw: body("patched", "{}") });
      await call("PATCH", "/event-type/patched", { raw: `{"schemas":${schemasOf(exact)}}` });
      for (const name of ["exact", "put", "patched"]) expect((await call("GET", `/event-type/${name}`)).text).toContain(schemasOf(exact));
      expect((await call("GET", "/event-type?with_content=true")).text.split(schemasOf(exact))).toHaveLength(4);

      const { text: exported } = await call("POST", "/environment/export");
      const other = (await client()).call;
      expect((await other("POST", "/environment/import", { raw: exported })).status).toBe(204);
      expect((await other("GET", "/event-type/exact")).text).toContain(schemasOf(exact));
      expect((await other("POST", "/environment/import?dry_run=true", { raw: exported })).json).toMatchObject({
        eventTypes: { created: [], changed: [], unchanged: ["exact", "patched", "put"] },
      });
      const oneDigit = exported.replace("8202522731445525543", "8202522731445525544");
      expect((await other("POST", "/environment/import?dry_run=true", { raw: oneDigit })).json).toMatchObject({
        eventTypes: { changed: ["exact"] },
      });
    });

    test("as a message", async () => {
      const { call, svix } = await prepared(client);
      await call("POST", "/event-type", { raw: body("exact", exact) });
      const { id } = await svix.endpoint.create("a", { url: "http://127.0.0.1:1/hook" });
      const sent = await call("POST", `/app/a/endpoint/${id}/send-example`, { body: { eventType: "exact" } });
      expect(sent.text).toContain(`"payload":${exact}`);
    });

    test.each([
      ["JSON", (document: string) => `{"specRaw":${JSON.stringify(document)}}`],
      ["an object", (document: string) => `{"spec":${document}}`],
      ["YAML", (document: string) => `{"specRaw":${JSON.stringify(`# YAML\n${document}`)}}`],
    ])("from OpenAPI: %s", async (_name, request) => {
      const { call } = await client();
      const example = '{"orderId":8202522731445525542,"price":0.1234567890123456789,"lines":[{"id":12345678901234567890}]}';
      const media = `{"schema":{"type":"object","properties":{"price":{"maximum":10.5}}},"example":${example}}`;
      const document = `{"openapi":"3.1.0","webhooks":{"exact":{"post":{"requestBody":{"content":{"application/json":${media}}}}}}}`;
      expect((await call("POST", "/event-type/import/openapi", { raw: request(document) })).status).toBe(200);
      expect((await call("GET", "/event-type/exact")).text).toContain(`"examples":[${example}]`);
      const again = await call("POST", "/event-type/import/openapi", { raw: request(document) });
      expect(again.json).toMatchObject({ data: { modified: [], unchanged: ["exact"] } });
    });
  });

  describe("event types from OpenAPI", () => {
    test("YAML and JSON: dry run, import, the same again, the rest archived", async () => {
      const { svix, call } = await client();
      await svix.eventType.create({ name: "other", description: "" });
      await svix.eventType.create({ name: "order.placed", description: "Old", schemas: { 1: {}, 2: {} }, featureFlags: ["beta"] });
      const dry = await svix.eventType.importOpenapi({ specRaw: orders, dryRun: true, replaceAll: true });
      expect(dry.data.modified).toEqual([]);
      expect(dry.data.toModify?.map(({ name }) => name)).toEqual(["order.placed", "order.cancelled", "order.shipped"]);
      expect((await svix.eventType.get("order.placed")).description).toBe("Old");

      const done = await svix.eventType.importOpenapi({ specRaw: orders, replaceAll: true });
      expect(done.data.modified).toEqual(["order.placed", "order.cancelled", "order.shipped", "other"]);
      expect((await svix.eventType.get("other")).archived).toBe(true);
      const placed = await svix.eventType.get("order.placed");
      expect(placed).toMatchObject({ description: "An order was placed", groupName: "orders", deprecated: false, featureFlags: ["beta"] });
      // The newest version is replaced; what it refers to comes with it.
      const schemas = placed.schemas as Record<string, Record<string, unknown>>;
      expect(Object.keys(schemas)).toEqual(["1", "2"]);
      expect(schemas["2"]).toMatchObject({
        properties: { lines: { items: { $ref: "#/definitions/Line" } }, note: { type: ["string", "null"] } },
        definitions: { Line: { properties: { amount: { exclusiveMinimum: 0 } } } },
        examples: [orderPlaced],
      });
      expect(await svix.eventType.get("order.cancelled")).toMatchObject({ deprecated: true, schemas: null });
      expect(await svix.eventType.get("order.shipped")).toMatchObject({ description: "Called when it leaves" });

      const again = (await call("POST", "/event-type/import/openapi", { body: { specRaw: orders, replaceAll: true } })).json;
      expect(again).toMatchObject({ data: { modified: [], toArchive: [], unchanged: expect.arrayContaining(["order.placed"]) } });
      const spec = { openapi: "3.1.0", webhooks: { other: { post: { summary: "Back" } } } };
      expect((await svix.eventType.importOpenapi({ spec })).data.modified).toEqual(["other"]);
      expect(await svix.eventType.get("other")).toMatchObject({ archived: false, description: "Back" });
    });

    test("what can't be used is named, each fault, and nothing is changed", async () => {
      const { svix, call } = await client();
      const json = (schema: object) => ({ post: { requestBody: { content: { "application/json": { schema } } } } });
      const webhooks = {
        "not a name": json({}),
        fine: json({ type: "object" }),
        remote: json({ $ref: "http://127.0.0.1:9/schema.json" }),
        wrong: json({ type: "strnig" }),
        slow: json({ properties: { a: { pattern: "(a)\\1" } } }),
        nothing: {},
      };
      const answer = await call("POST", "/event-type/import/openapi", { body: { spec: { openapi: "3.1.0", webhooks } } });
      expect(answer.status).toBe(422);
      expect(new Set(detailOf(answer).map(({ loc }) => loc.slice(0, 4).join()))).toEqual(
        new Set(["not a name", "nothing", "remote", "slow", "wrong"].map((name) => `body,spec,webhooks,${name}`)),
      );
      expect((await svix.eventType.list()).data).toEqual([]);
      for (const [body, loc] of [
        [{}, ["body", "spec"]],
        [{ spec: {}, specRaw: "x" }, ["body", "specRaw"]],
        [{ spec: [] }, ["body", "spec"]],
        [{ spec: { openapi: "3.1.0" } }, ["body", "spec"]],
        [{ specRaw: "a: [" }, ["body", "specRaw"]],
        [{ specRaw: "- a" }, ["body", "specRaw"]],
        [{ specRaw: `a: &a [x]\n${Array.from({ length: 300 }, (_, i) => `b${i}: *a`).join("\n")}` }, ["body", "specRaw"]],
      ] as const) {
        const answer = await call("POST", "/event-type/import/openapi", { body });
        expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
      }
    });
  });

  describe("payloads against their schema", () => {
    const schemas = { 1: {}, 10: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] }, 9: { not: {} } };
    const send = ({ svix }: Client, payload: object) => svix.message.create("a", { eventType: "invoice.paid", payload });
    const set = ({ call }: Client, payloadValidation: string) => call("PATCH", "/environment/settings", { body: { payloadValidation } });

    test("off, warn, reject; a change counts at once", async () => {
      const one = await prepared(client);
      const { svix, call } = one;
      await svix.eventType.create({ name: "invoice.paid", description: "", schemas });
      expect((await call("GET", "/environment/settings")).json).toMatchObject({ payloadValidation: "off" });
      await send(one, { amount: "x" });
      const usage = async () => (await call("GET", "/event-type/invoice.paid/usage")).json;
      expect(await usage()).toMatchObject({ violations: { count: 0, latest: [] } });

      expect(await set(one, "warn")).toMatchObject({ status: 200, json: { payloadValidation: "warn" } });
      const good = await send(one, { amount: 1 });
      const bad = await send(one, { amount: "x" });
      const violation = { schemaVersion: "10", faults: [{ path: ["amount"], message: "must be number" }] };
      expect((await call("GET", `/msg/${bad.id}`)).json).toMatchObject({ violation });
      expect((await call("GET", `/msg/${good.id}`)).json).toMatchObject({ violation: null });
      const listed = (await call("GET", "/msg?limit=2")).json as { data: { id: string; violation: unknown }[] };
      expect(listed.data.map(({ id, violation }) => [id, violation])).toEqual([
        [bad.id, violation],
        [good.id, null],
      ]);
      expect(await usage()).toMatchObject({ violations: { count: 1, latest: [{ messageId: bad.id, ...violation }] } });

      await set(one, "reject");
      const refused = await call("POST", "/app/a/msg", { body: { eventType: "invoice.paid", payload: { amount: "x" } } });
      expect([refused.status, detailOf(refused)[0]?.loc]).toEqual([422, ["body", "payload", "amount"]]);
      const batch = {
        messages: [
          { eventType: "invoice.paid", payload: {} },
          { eventType: "unknown", payload: {} },
        ],
      };
      expect((await call("POST", "/app/a/msg/batch", { body: batch })).json).toMatchObject({ data: [{ status: 422 }, { status: 202 }] });
      const raw = (rawPayload: string) => ({ eventType: "invoice.paid", payload: {}, transformationsParams: { rawPayload } });
      expect((await call("POST", "/app/a/msg", { body: raw('{"amount":"x"}') })).status).toBe(422);
      expect((await call("POST", "/app/a/msg", { body: raw("amount=x") })).status).toBe(202);
      await svix.eventType.patch("invoice.paid", { schemas: { ...schemas, 11: {} } });
      await send(one, { amount: "x" });
      await set(one, "off");
      await svix.eventType.patch("invoice.paid", { schemas });
      await send(one, { amount: "x" });
      expect(detailOf(await set(one, "maybe"))[0]?.loc).toEqual(["body", "payloadValidation"]);
      // Another environment is not concerned.
      await set(one, "reject");
      const other = await prepared(client);
      await other.svix.eventType.create({ name: "invoice.paid", description: "", schemas });
      await send(other, { amount: "x" });
    });

    test("who subscribes", async () => {
      const { svix, call } = await prepared(client);
      await svix.eventType.create({ name: "invoice.paid", description: "" });
      const url = "http://127.0.0.1:9/";
      const named = await svix.endpoint.create("a", { url, eventTypes: ["invoice.paid"] });
      await svix.endpoint.create("a", { url });
      expect((await call("GET", "/event-type/invoice.paid/usage")).json).toMatchObject({
        subscribers: { count: 1, capped: false, first: [{ endpointId: named.id, applicationName: "A", url, disabled: false }] },
        catchAll: { count: 1 },
      });
      const stranger = await client();
      expect((await stranger.call("GET", "/event-type/invoice.paid/usage")).status).toBe(404);
    });
  });

  describe("environments", () => {
    test("what one exports another imports; the same again changes nothing", async () => {
      const [from, to] = [await client(), await client()];
      await from.svix.eventType.create({ name: "invoice.paid", description: "Paid", schemas: { 1: { type: "object" } }, deprecated: true });
      await from.svix.eventType.create({ name: "gone", description: "" });
      await from.svix.eventType.delete("gone");
      await from.svix.connector.create({ name: "Slack", uid: "slack", transformation: "x", allowedEventTypes: ["invoice.paid"] });
      await from.svix.connector.create({ name: "Nameless", transformation: "y" });
      await from.call("PATCH", "/environment/settings", { body: { payloadValidation: "warn" } });
      const exported = await from.svix.environment.export();
      expect(exported).toMatchObject({ version: 1, settings: { payloadValidation: "warn" } });
      expect(exported.eventTypes.map(({ name }) => name)).toEqual(["invoice.paid"]);

      const dry = () =>
        to.call("POST", "/environment/import?dry_run=true", {
          body: { ...exported, settings: { payloadValidation: "warn", darkMode: true } },
        });
      const nothing = { created: [], changed: [], unchanged: [] };
      expect((await dry()).json).toEqual({
        eventTypes: { ...nothing, created: ["invoice.paid"] },
        connectors: { ...nothing, created: ["Slack", "Nameless"] },
        endpoints: { changed: [], unchanged: [], unknown: [], needSecret: [] },
        settings: { changed: ["payloadValidation"], ignored: ["darkMode"] },
      });
      expect((await to.svix.eventType.list()).data).toEqual([]);
      await to.svix.environment.import(exported);
      expect(await to.svix.eventType.get("invoice.paid")).toMatchObject({
        description: "Paid",
        deprecated: true,
        schemas: { 1: { type: "object" } },
      });
      expect(await to.svix.connector.get("slack")).toMatchObject({ name: "Slack", allowedEventTypes: ["invoice.paid"] });
      expect((await to.call("GET", "/environment/settings")).json).toEqual({ ...tenantSettings, payloadValidation: "warn" });
      const before = await to.svix.environment.export();
      expect((await dry()).json).toMatchObject({
        eventTypes: { ...nothing, unchanged: ["invoice.paid"] },
        connectors: { ...nothing, unchanged: ["Slack", "Nameless"] },
        settings: { changed: [] },
      });
      await to.svix.environment.import(exported);
      expect({ ...(await to.svix.environment.export()), createdAt: null }).toEqual({ ...before, createdAt: null });
    });

    test("everything that it may hold makes the round trip, and comes back into where it was without a change", async () => {
      const [from, to] = [await client(), await client()];
      const { svix, call } = from;
      const deep = JSON.parse(`${'{"not":'.repeat(30)}{}${"}".repeat(30)}`) as object;
      for (const more of [
        { name: "a.plain", schemas: null },
        { name: "b.empty", schemas: {} },
        { name: "c.rich", schemas: { 1: deep, 2: { type: "object", examples: [{ x: 0.1 }] } }, groupName: "g", deprecated: true },
        { name: "d.flagged", featureFlags: ["two", "one"] },
        { name: "e.flag", featureFlag: "one" },
        { name: "f.archived", schemas: { 1: { type: "object" } } },
        { name: "g.archived" },
        { name: "h.expunged" },
        { name: "i.unmentioned" },
      ])
        expect((await call("POST", "/event-type", { body: { description: "D\u00e9", ...more } })).status).toBe(201);
      const connector = { name: "Same", transformation: "x" };
      const logo = "https://example.com/logo.png";
      for (const more of [
        {},
        {},
        { transformation: "y" },
        { uid: "Same" },
        { uid: "other", kind: "Slack", logo, description: "D", instructions: "I", featureFlags: ["b", "a"] },
        { name: "Restricted", allowedEventTypes: ["c.rich", "f.archived", "g.archived", "h.expunged"] },
        { name: "For nothing", allowedEventTypes: ["h.expunged"] },
      ])
        await call("POST", "/connector", { body: { ...connector, ...more } });
      for (const name of ["f.archived", "g.archived", "i.unmentioned"]) await svix.eventType.delete(name);
      await svix.eventType.delete("h.expunged", { expunge: true });
      await call("PATCH", "/environment/settings", { body: { payloadValidation: "reject", svixHeaders: false } });

      const exportOf = async (who: Client): Promise<unknown> => {
        const text = (await who.call("POST", "/environment/export")).text;
        return JSON.parse(text, (key, value: unknown) => (/^(id|orgId|\w+At)$/.test(key) ? undefined : value));
      };
      const exported = await exportOf(from);
      const counts = ({ json }: Answer) => {
        const { eventTypes, connectors, settings } = json as Record<string, Record<string, string[]>>;
        return [
          eventTypes?.["created"],
          eventTypes?.["changed"],
          connectors?.["created"],
          connectors?.["changed"],
          settings?.["changed"],
        ].map((names) => names?.length);
      };
      const dry = (who: Client) => who.call("POST", "/environment/import?dry_run=true", { body: exported });
      expect(counts(await dry(from))).toEqual([0, 0, 0, 0, 0]);
      expect(counts(await dry(to))).toEqual([7, 0, 7, 0, 2]);
      expect((await to.call("POST", "/environment/import", { body: exported })).status).toBe(204);
      expect(await exportOf(to)).toEqual(exported);
      expect(counts(await dry(to))).toEqual([0, 0, 0, 0, 0]);
      // The SDK sends what it has read, and knows some of the members only.
      await to.svix.environment.import(await svix.environment.export());
      expect(await exportOf(to)).toEqual(exported);
      const [, second] = (await to.svix.connector.list()).data;
      await to.svix.connector.patch(second?.id ?? "", { description: "Changed" });
      expect(counts(await dry(to))).toEqual([0, 0, 0, 1, 0]);
    });

    test("thousands of event types, more than a request usually holds", async () => {
      const { call } = await client();
      const schemas = { 1: { type: "object", description: "x".repeat(1000) } };
      const eventTypes = Array.from({ length: 1200 }, (_, n) => ({ name: `type.${n}`, description: "", schemas }));
      expect((await call("POST", "/environment/import", { body: { eventTypes } })).status).toBe(204);
      const exported = (await call("POST", "/environment/export")).json as { eventTypes: object[] };
      expect(exported.eventTypes).toHaveLength(1200);
      const again = (await call("POST", "/environment/import?dry_run=true", { body: exported })).json as typeof exported;
      expect(again.eventTypes).toMatchObject({ created: [], changed: [] });
    }, 60_000);

    test("how endpoints sign and authenticate, and the header names, make the round trip; secrets stay behind", async () => {
      const [from, to] = [await client(), await client()];
      const signature = { style: "stripe", signatureHeader: "X-Old" };
      const oauth2 = { kind: "oauth2", tokenUrl: "http://127.0.0.1:9/token", clientId: "id", clientSecret: "hidden-secret", scope: "a" };
      const basic = { kind: "basic", username: "webster", password: "hidden-password" };
      for (const { call } of [from, to]) {
        await call("POST", "/app", { body: { name: "A", uid: "a" } });
        for (const uid of ["signed", "token", "basic", "plain"]) {
          const body = {
            url: "http://127.0.0.1:9/",
            uid,
            ...(uid === "signed" ? { secret: "a secret of more than 16 characters", signature } : {}),
          };
          expect((await call("POST", "/app/a/endpoint", { body })).status).toBe(201);
        }
      }
      const own = { ...oauth2, clientId: "other", clientSecret: "own-secret" };
      await from.call("PUT", "/app/a/endpoint/token/authentication", { body: oauth2 });
      await to.call("PUT", "/app/a/endpoint/token/authentication", { body: own });
      await from.call("PUT", "/app/a/endpoint/basic/authentication", { body: basic });
      await to.call("PATCH", "/app/a/endpoint/signed", { body: { signature: { style: "github" } } });
      await from.call("PATCH", "/environment/settings", { body: { svixHeaders: false } });
      const exported = await from.call("POST", "/environment/export");
      expect(exported.text).not.toMatch(/hidden-/);
      const { endpoints } = exported.json as { endpoints: { endpoint: string }[] };
      expect(endpoints).toEqual([
        { application: "a", endpoint: "signed", signature, authentication: { kind: "none" } },
        expect.objectContaining({ endpoint: "token", authentication: expect.objectContaining({ clientId: "id", scope: "a" }) as object }),
        { application: "a", endpoint: "basic", signature: { style: "standard" }, authentication: { kind: "basic", username: "webster" } },
      ]);
      const body = { ...(exported.json as object), endpoints: [...endpoints, { application: "a", endpoint: "nowhere" }] };
      const plan = {
        endpoints: { changed: ["a/signed", "a/token"], unchanged: [], unknown: ["a/nowhere"], needSecret: ["a/basic"] },
        settings: { changed: ["svixHeaders"] },
      };
      expect((await to.call("POST", "/environment/import?dry_run=true", { body })).json).toMatchObject(plan);
      expect((await to.call("GET", "/app/a/endpoint/signed")).json).toMatchObject({ signature: { style: "github" } });
      expect((await to.call("POST", "/environment/import", { body })).status).toBe(204);
      expect((await to.call("GET", "/app/a/endpoint/signed")).json).toMatchObject({ signature });
      expect((await to.call("GET", "/app/a/endpoint/token/authentication")).json).toMatchObject({ clientId: "id" });
      expect((await to.call("GET", "/app/a/endpoint/basic/authentication")).json).toEqual({ kind: "none" });
      expect((await to.call("GET", "/environment/settings")).json).toMatchObject({ svixHeaders: false });
      await to.call("PUT", "/app/a/endpoint/basic/authentication", { body: basic });
      const again = (await to.call("POST", "/environment/export")).json as object;
      expect(again).toMatchObject({ endpoints, settings: { svixHeaders: false } });
      const unfit = { endpoints: [{ application: "a", endpoint: "signed", signature: { style: "standard" } }] };
      const refused = await to.call("POST", "/environment/import?dry_run=true", { body: unfit });
      expect([refused.status, detailOf(refused)[0]?.loc]).toEqual([422, ["body", "endpoints", "[0]", "signature"]]);
    });

    test.each([
      [
        {
          eventTypes: [
            { name: "a", description: "" },
            { name: "b c", description: "" },
          ],
        },
        ["body", "eventTypes", "[1]", "name"],
      ],
      [
        {
          eventTypes: [
            { name: "a", description: "" },
            { name: "a", description: "" },
          ],
        },
        ["body", "eventTypes", "[1]", "name"],
      ],
      [{ eventTypes: [{ name: "a", description: "", schemas: { 1: { type: "x" } } }] }, ["body", "eventTypes", "[0]", "schemas", "1"]],
      [{ eventTypes: [{ name: "a", description: "" }], settings: { payloadValidation: 5 } }, ["body", "settings", "payloadValidation"]],
      [
        { eventTypes: [{ name: "a", description: "" }], connectors: [{ name: "C", transformation: "x", allowedEventTypes: ["none"] }] },
        ["body", "connectors", "[0]", "allowedEventTypes"],
      ],
    ])("bad input changes nothing: %j", async (body, loc) => {
      const { svix, call } = await client();
      const answer = await call("POST", "/environment/import", { body });
      expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
      expect((await svix.eventType.list()).data).toEqual([]);
      expect(await refusal(svix.eventType.get("a"))).toBe(404);
    });
  });
}
