/** Requests that come compressed. */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Webhook } from "svix";
import { startReceiver } from "../receiver.ts";
import type { Context } from "./context.ts";

const coded = (coding: string) => ({ "content-encoding": coding, "content-type": "application/json" });
const text = '{"eventType":"t","eventId":"e","payload":{"b":1.0,"a":12345678901234567890,"b":2}}';
const payload = text.slice(text.indexOf('{"b"'), -1);

export function compressionContract({ client }: Context): void {
  describe("compressed requests", () => {
    const prepared = async () => {
      const made = await client();
      await made.call("POST", "/app", { body: { name: "A", uid: "a" } });
      return made;
    };

    test.each(["gzip", "x-gzip", "GZIP", " gzip "])("%j: what is inside is delivered, byte for byte", async (coding) => {
      const { call } = await prepared();
      const receiver = await startReceiver();
      await call("POST", "/app/a/endpoint", { body: { url: receiver.url, uid: "e" } });
      const { key } = (await call("GET", "/app/a/endpoint/e/secret")).json as { key: string };
      const answer = await call("POST", "/app/a/msg", { raw: gzipSync(text), headers: coded(coding) });
      expect([answer.status, answer.text.includes(payload)]).toEqual([202, true]);
      const [hit] = await receiver.waitForHits(1);
      expect([String(hit?.body), hit?.headers["content-encoding"]]).toEqual([payload, undefined]);
      expect(() => new Webhook(key).verify(hit?.body ?? "", hit?.headers ?? {})).not.toThrow();
      await receiver.close();
    });

    test("an idempotency key is for what is inside, however it comes", async () => {
      const { call } = await prepared();
      const headers = { "idempotency-key": "k" };
      const first = await call("POST", "/app/a/msg", { raw: text, headers });
      const again = await call("POST", "/app/a/msg", { raw: gzipSync(text, { level: 1 }), headers: { ...headers, ...coded("gzip") } });
      expect([again.status, again.json]).toEqual([202, first.json]);
    });

    test("every other operation takes it as well, and identity is no coding", async () => {
      const { call } = await client();
      const raw = gzipSync('{"name":"G","uid":"g"}');
      expect((await call("POST", "/app", { raw, headers: coded("gzip") })).status).toBe(201);
      expect((await call("POST", "/app", { raw: '{"name":"I","uid":"i"}', headers: coded("identity") })).status).toBe(201);
    });

    test.each(["br", "deflate", "zstd", "compress", "gzip, gzip", "gzip;q=1", "nonsense"])(
      "%s: 415, with what is understood",
      async (coding) => {
        const { call } = await prepared();
        const raw = coding === "br" ? brotliCompressSync(text) : coding === "deflate" ? deflateSync(text) : gzipSync(text);
        const answer = await call("POST", "/app/a/msg", { raw, headers: coded(coding) });
        expect([answer.status, answer.json]).toEqual([415, { code: "unsupported_media_type", detail: expect.stringContaining("gzip") }]);
        expect(answer.headers.get("accept-encoding")).toBe("gzip");
      },
    );

    test.each<[string, Buffer<ArrayBuffer>]>([
      ["no gzip at all", Buffer.from(text)],
      ["cut off", gzipSync(text).subarray(0, 40)],
      ["a wrong checksum", Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8)])],
      ["empty", Buffer.alloc(0)],
    ])("%s: 422", async (_, raw) => {
      const { call } = await prepared();
      const answer = await call("POST", "/app/a/msg", { raw, headers: coded("gzip") });
      expect([answer.status, answer.json]).toMatchObject([422, { detail: [{ loc: ["body"] }] }]);
    });

    test("the limit is for what is inside: a bomb is 413, and nothing of it is kept", async () => {
      const { call } = await prepared();
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
      const large = gzipSync(JSON.stringify({ eventType: "t", payload: { t: "x".repeat(1024 * 1024) } }));
      for (const raw of [bomb, large])
        expect(await call("POST", "/app/a/msg", { raw, headers: coded("gzip") })).toMatchObject({
          status: 413,
          json: { code: "payload_too_large" },
        });
      const most = JSON.stringify({ eventType: "t", payload: { t: "x".repeat(1024 * 1024 - 8) } });
      expect((await call("POST", "/app/a/msg?with_content=false", { raw: gzipSync(most), headers: coded("gzip") })).status).toBe(202);
    });
  });
}
