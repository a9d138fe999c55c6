import { describe, expect, test } from "vitest";
import { type Client, type Context, detailOf } from "./context.ts";

/** The operations that the SDKs can call and Svix serves when one hosts it oneself; health counts once for GET and once for HEAD. */
const svixOperations = `
get /app|post /app|get /app/{app_id}|put /app/{app_id}|patch /app/{app_id}|delete /app/{app_id}
get /app/{app_id}/endpoint|post /app/{app_id}/endpoint
get /app/{app_id}/endpoint/{endpoint_id}|put /app/{app_id}/endpoint/{endpoint_id}|patch /app/{app_id}/endpoint/{endpoint_id}|delete /app/{app_id}/endpoint/{endpoint_id}
get /app/{app_id}/endpoint/{endpoint_id}/secret|post /app/{app_id}/endpoint/{endpoint_id}/secret/rotate
get /app/{app_id}/endpoint/{endpoint_id}/headers|put /app/{app_id}/endpoint/{endpoint_id}/headers|patch /app/{app_id}/endpoint/{endpoint_id}/headers
get /app/{app_id}/endpoint/{endpoint_id}/stats|post /app/{app_id}/endpoint/{endpoint_id}/recover|post /app/{app_id}/endpoint/{endpoint_id}/send-example
get /app/{app_id}/endpoint/{endpoint_id}/msg|get /app/{app_id}/attempt/endpoint/{endpoint_id}|get /app/{app_id}/attempt/msg/{msg_id}
get /app/{app_id}/msg|post /app/{app_id}/msg|get /app/{app_id}/msg/{msg_id}|delete /app/{app_id}/msg/{msg_id}/content
get /app/{app_id}/msg/{msg_id}/endpoint|get /app/{app_id}/msg/{msg_id}/attempt/{attempt_id}|delete /app/{app_id}/msg/{msg_id}/attempt/{attempt_id}/content
post /app/{app_id}/msg/{msg_id}/endpoint/{endpoint_id}/resend
get /event-type|post /event-type|get /event-type/{event_type_name}|put /event-type/{event_type_name}|patch /event-type/{event_type_name}|delete /event-type/{event_type_name}
post /auth/app-portal-access/{app_id}|post /auth/dashboard-access/{app_id}|post /auth/logout|get /health`
  .trim()
  .split(/[|\n]/);

async function prepared(client: () => Promise<Client>): Promise<Client> {
  const prepared = await client();
  await prepared.svix.application.create({ name: "A", uid: "a" });
  return prepared;
}

export function protocolContract({ client, url }: Context): void {
  describe("protocol", () => {
    test("openapi.json describes every operation of Svix's", async () => {
      const { call } = await client();
      const document = (await call("GET", "/openapi.json", { token: null })).json as { openapi: string; paths: Record<string, object> };
      expect(document.openapi).toMatch(/^3\.1/);
      expect(svixOperations).toHaveLength(41);
      for (const [method = "", path = ""] of svixOperations.map((text) => text.split(" ")))
        expect([path, Object.keys(document.paths[`/api/v1${path}`] ?? {})]).toEqual([path, expect.arrayContaining([method])]);
    });

    test("health needs no key, takes GET and HEAD, and answers nothing", async () => {
      for (const path of ["/api/v1/health", "/api/v1/health/", "/api/v1/health/ping"])
        for (const method of ["GET", "HEAD"]) {
          const response = await fetch(url() + path, { method });
          expect([path, method, response.status, await response.text()]).toEqual([path, method, 204, ""]);
        }
    });

    test("a slash at the end changes nothing; unknown paths and methods", async () => {
      const { call } = await prepared(client);
      expect((await call("GET", "/app/a/")).json).toMatchObject({ uid: "a" });
      expect((await call("POST", "/app/", { body: { name: "B" } })).status).toBe(201);
      expect((await call("GET", "/app/a/msg/?limit=1")).status).toBe(200);
      expect(await call("GET", "/nothing")).toMatchObject({ status: 404, json: { code: "not_found" } });
      const wrong = await call("POST", "/app/a", { body: {} });
      expect(wrong).toMatchObject({ status: 405, json: { code: "method_not_allowed", detail: expect.any(String) } });
      expect(wrong.headers.get("allow")).toBe("GET, PUT, PATCH, DELETE");
    });

    test("streaming is refused in so many words, and nobody unknown hears of it", async () => {
      const { call } = await client();
      for (const path of ["/stream", "/stream/s/sink", "/stream/event-type/t", "/auth/stream-logout", "/auth/stream/s/expire-all"]) {
        const [known, ...unknown] = await Promise.all([{}, { token: null }, { token: "wk_nobody" }].map((who) => call("POST", path, who)));
        expect([path, known?.status, known?.json]).toEqual([path, 404, { code: "not_offered", detail: "Webster has no streaming" }]);
        expect(unknown.map(({ status, json }) => [status, (json as { code: string }).code])).toEqual([
          [401, "authentication_failed"],
          [401, "authentication_failed"],
        ]);
      }
      expect((await call("GET", "/streams")).json).toMatchObject({ code: "not_found" });
    });

    test("every answer has an id of its own", async () => {
      const { call } = await client();
      const ids = await Promise.all([call("GET", "/app"), call("GET", "/nothing"), call("GET", "/app?limit=x")]);
      expect(new Set(ids.map(({ headers }) => headers.get("x-request-id"))).size).toBe(3);
    });

    test.each([
      ["", "json_invalid"],
      ["{", "json_invalid"],
      ["[]", "object_type"],
      ["null", "object_type"],
      ['"text"', "object_type"],
      ['{"name":"a",}', "json_invalid"],
      [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "json_invalid"],
      ["{}\ufeff", "json_invalid"],
      ["\ufeff\ufeff{}", "json_invalid"],
    ])("a body that is no JSON object is 422: %s", async (raw, type) => {
      const { call } = await prepared(client);
      for (const path of ["/app", "/app/a/msg"]) {
        const answer = await call("POST", path, { raw });
        expect([answer.status, detailOf(answer)[0]?.loc, detailOf(answer)[0]?.type]).toEqual([422, ["body"], type]);
      }
    });

    test("a body may begin with a byte order mark, which nobody sees who is sent to", async () => {
      const { call } = await prepared(client);
      const message = '{"eventType":"t","payload":{"a":1.0}}';
      expect((await call("POST", "/app", { raw: '\ufeff{"name":"Marked"}' })).json).toMatchObject({ name: "Marked" });
      expect((await call("POST", "/app/a/msg", { raw: `\ufeff${message}` })).text).toContain('"payload":{"a":1.0}');
      expect((await call("POST", "/app/a/msg/batch", { raw: `\ufeff{"messages":[${message}]}` })).text).toContain('"payload":{"a":1.0}');
    });

    test("too large: 413, with a length or in chunks", async () => {
      const { call, tenant } = await prepared(client);
      const large = JSON.stringify({ eventType: "t", payload: { text: "x".repeat(2 * 1024 * 1024) } });
      expect(await call("POST", "/app/a/msg", { raw: large })).toMatchObject({ status: 413, json: { code: "payload_too_large" } });
      const chunks = new ReadableStream({
        start(controller) {
          for (let at = 0; at < large.length; at += 65_536) controller.enqueue(Buffer.from(large.slice(at, at + 65_536)));
          controller.close();
        },
      });
      const request = { method: "POST", body: chunks, duplex: "half", headers: { authorization: `Bearer ${tenant.apiKey}` } };
      const response = await fetch(`${url()}/api/v1/app/a/msg`, request);
      expect([response.status, await response.json()]).toEqual([413, { code: "payload_too_large", detail: expect.any(String) }]);
      const most = 1024 * 1024 - '{"t":""}'.length;
      const body = (bytes: number) => ({ eventType: "t", payload: { t: "x".repeat(bytes) } });
      expect((await call("POST", "/app/a/msg?with_content=false", { body: body(most) })).status).toBe(202);
      expect((await call("POST", "/app/a/msg?with_content=false", { body: body(most + 1) })).status).toBe(413);
    });

    test("chunked bodies are read like others", async () => {
      const { tenant } = await prepared(client);
      const parts = ['{"eventType":"t",', '"payload":{"a":', "1.0}}"];
      const body = new ReadableStream({
        start(controller) {
          for (const part of parts) controller.enqueue(Buffer.from(part));
          controller.close();
        },
      });
      const request = { method: "POST", body, duplex: "half", headers: { authorization: `Bearer ${tenant.apiKey}` } };
      const response = await fetch(`${url()}/api/v1/app/a/msg`, request);
      expect(response.status).toBe(202);
      expect(await response.text()).toContain('"payload":{"a":1.0}');
    });

    test("idempotency: the same key gives the first answer, whatever comes with it, of anything that is created", async () => {
      const { svix, call } = await prepared(client);
      const posts: [string, object][] = [
        ["/app", { name: "I" }],
        ["/app/a/endpoint", { url: "http://127.0.0.1:9/" }],
        ["/app/a/msg", { eventType: "t", payload: { big: 1 } }],
        ["/event-type", { name: "i.d", description: "" }],
        ["/api-key", { name: "K" }],
        ["/auth/app-portal-access/a", {}],
      ];
      for (const [path, body] of posts) {
        const headers = { "idempotency-key": "k-1" };
        const first = await call("POST", path, { body, headers });
        expect([path, first.status < 300]).toEqual([path, true]);
        const again = await call("POST", path, { body, headers });
        expect([path, again.status, again.text]).toEqual([path, first.status, first.text]);
        const other = await call("POST", path, { body: { ...body, description: "other" }, headers });
        expect([path, other.status, other.text]).toEqual([path, first.status, first.text]);
        // Another key, and another URL, are other requests.
        const url = await call("POST", `${path}?x=1`, { body, headers });
        expect([path, url.text === first.text]).toEqual([path, false]);
      }
      expect((await svix.message.list("a")).data).toHaveLength(2);
    });

    test("idempotency: another body gets what was sent, and the message says how often that was", async () => {
      const { svix, call } = await prepared(client);
      const headers = { "idempotency-key": "k-3" };
      const body = { eventType: "t", payload: { first: true }, eventId: "e", tags: ["a"] };
      const first = await call("POST", "/app/a/msg", { body, headers });
      const { id } = first.json as { id: string };
      const othersOf = async () => ((await call("GET", `/msg/${id}`)).json as { otherRequests: unknown }).otherRequests;
      expect((await call("POST", "/app/a/msg", { body, headers })).text).toBe(first.text);
      expect(await othersOf()).toBeNull();
      for (const payload of [{ second: true }, { third: true }]) {
        const other = await call("POST", "/app/a/msg", { body: { eventType: "u", payload }, headers });
        expect([other.status, other.text]).toEqual([202, first.text]);
      }
      expect(await othersOf()).toEqual({ count: 2, lastAt: expect.stringMatching(/^\d{4}-.*Z$/) });
      expect((await svix.message.list("a")).data).toHaveLength(1);
      await call("DELETE", `/app/a/msg/${id}/content`);
      const expunged = await call("POST", "/app/a/msg", { body: { eventType: "u", payload: {} }, headers });
      expect(expunged.json).toMatchObject({ id, eventType: "t", payload: { expired: true } });
    });

    test("idempotency: one message of a batch that differs is no other request of the rest", async () => {
      const { call } = await prepared(client);
      const headers = { "idempotency-key": "k-4" };
      const batch = (n: number) => {
        const messages = [
          { eventType: "t", payload: { n: 0 } },
          { eventType: "t", payload: { n } },
        ];
        return call("POST", "/app/a/msg/batch", { body: { messages }, headers });
      };
      const first = await batch(1);
      const { data } = first.json as { data: { message: { id: string } }[] };
      expect((await batch(2)).json).toEqual(first.json);
      const counts = await Promise.all(data.map(async ({ message }) => (await call("GET", `/msg/${message.id}`)).json));
      expect(counts).toMatchObject([{ otherRequests: null }, { otherRequests: { count: 1 } }]);
    });

    test("idempotency: at the same time, and for 204; failures are not kept", async () => {
      const { svix, call } = await prepared(client);
      const headers = { "idempotency-key": "k-2" };
      for (const [path, body] of [
        ["/app", { name: "Same" }],
        ["/app/a/msg", { eventType: "t", payload: {} }],
      ] as const) {
        const answers = await Promise.all(Array.from({ length: 20 }, () => call("POST", path, { body, headers })));
        expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      }
      expect((await svix.message.list("a")).data).toHaveLength(1);
      expect((await svix.application.list()).data).toHaveLength(2);

      const { id } = await svix.endpoint.create("a", { url: "http://127.0.0.1:9/" });
      const rotate = () => call("POST", `/app/a/endpoint/${id}/secret/rotate`, { body: {}, headers });
      const first = await rotate();
      expect([first.status, first.json]).toEqual([200, await svix.endpoint.getSecret("a", id)]);
      expect(await rotate()).toMatchObject({ status: 200, json: first.json });
      expect(await svix.endpoint.getSecret("a", id)).toEqual(first.json);

      const told = svix.operationalWebhook.endpoint;
      await told.create({ url: "https://example.com/", uid: "ear" });
      const rotateTold = () => call("POST", "/operational-webhook/endpoint/ear/secret/rotate", { body: {}, headers });
      expect((await rotateTold()).status).toBe(204);
      const { key } = await told.getSecret("ear");
      expect(await rotateTold()).toMatchObject({ status: 204, text: "" });
      expect((await told.getSecret("ear")).key).toBe(key);

      const missing = () => call("POST", "/app/later/endpoint", { body: { url: "http://127.0.0.1:9/" }, headers });
      expect((await missing()).status).toBe(404);
      await svix.application.create({ name: "Later", uid: "later" });
      expect((await missing()).status).toBe(201);
      const message = () => call("POST", "/app/later/msg", { body: { eventType: "t", payload: {}, eventId: "once" }, headers });
      await svix.message.create("later", { eventType: "t", payload: {}, eventId: "once" });
      expect([(await message()).status, (await message()).status]).toEqual([409, 409]);
      expect((await call("POST", "/app", { body: { name: "x" }, headers: { "idempotency-key": "k".repeat(257) } })).status).toBe(422);
    });
  });
}
