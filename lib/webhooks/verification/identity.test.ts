import { describe, expect, test } from "vitest";
import { describeRequest, identityInWords, providers } from "../verification.ts";
import { identify, ofEach } from "./identity.ts";
import { readerOf } from "./locators.ts";
import { received } from "./testSupport.ts";

const json = (body: unknown) => received({ headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) });

describe("a batch", () => {
  const identityOf = (...ids: unknown[]) => identify([ofEach("", "body:id")], readerOf(json(ids.map((id) => ({ id })))));

  test("is the same event when all its items are, in any order", () => {
    expect(identityOf("a", "b")?.key).toBe(identityOf("b", "a", "b")?.key);
    const keys = [identityOf("a"), identityOf("b"), identityOf("a", "b"), identityOf("a,b"), identityOf('a","b')].map(
      (found) => found?.key,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("with an item that names nothing, or without items, is nobody's duplicate", () => {
    for (const ids of [[], ["a", null], ["a", ""], [{}]]) expect(identityOf(...ids)).toBeNull();
    expect(identify([ofEach("items", "body:id")], readerOf(json({ items: { id: "a" } })))).toBeNull();
  });

  test("is told by as many of its ids as there is room for", () => {
    expect(identityOf("a", "b")?.text).toBe("a, b");
    const { text = "" } = identityOf(...Array.from({ length: 500 }, (_, n) => `event-${n}`)) ?? {};
    expect(text).toMatch(/^event-0, event-1, .*event-\d+ \+\d+$/);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(identityOf("x".repeat(9999))?.text).toBe("x".repeat(1_000));
  });
});

test("what CloudEvents encode in headers is the same as in a body", () => {
  const of = (headers: Record<string, string>) => describeRequest("cloudevents", received({ headers }));
  const encoded = of({ "ce-id": "1%20%E2%82%AC", "ce-source": "/a%25b", "ce-type": "com.ex%61mple" });
  expect([encoded.identity?.text, encoded.eventType]).toEqual(["1 € /a%b", "com.example"]);
  expect(of({ "ce-id": '"1 \\"%E2%82%AC"', "ce-source": "/a" }).identity?.text).toBe('1 "€ /a');
  expect(of({ "ce-id": "100%", "ce-source": "/%FF" }).identity?.text).toBe("100% /%FF");
  expect(of({ "ce-id": "a+b", "ce-source": "/" }).identity?.text).toBe("a+b /");
});

test("an id counts only with what it belongs to", () => {
  const names = (headers: Record<string, string>) => describeRequest("bearer", received({ headers })).identity?.text ?? null;
  expect(names({ "webhook-id": "m" })).toBeNull();
  expect(names({ "webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x" })).toBe("m");
  expect(names({ "x-webhook-id": "m", "x-request-id": "r" })).toBeNull();
  expect(names({ "idempotency-key": "k" })).toBe("k");
});

test("is told in words", () => {
  expect(identityInWords(providers.dropbox.identity)).toBeNull();
  expect(identityInWords(providers.sendgrid.identity)).toBe("sg_event_id of all items");
  expect(identityInWords(providers.cloudevents.identity)).toBe(
    "header ce-id + header ce-source; else id + source; else id + source of all items",
  );
});
