/** A move from a server of the Svix API into a Webster that runs, and what its receivers see of it. */
import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { secret, code, idAt, messageAt, contentOf, waits, counts, none, run, seenAt, testGround } from "./testGround.ts";

const { newSource, newTarget, receiver } = testGround();

test("a dry run tells all of it and changes nothing; then it is made, and a second run finds it all there", async () => {
  const source = await newSource(contentOf(receiver().url));
  const target = await newTarget();
  const empty = await seenAt(target);
  const dry = await run(source, target, { apply: false });
  expect(await seenAt(target)).toBe(empty);
  expect(counts(dry)).toEqual({ ...none, made: 3 + 2 + 3 + 3 });

  expect(counts(await run(source, target))).toEqual({ ...none, made: 3 + 2 + 3 + 3 });
  const whole = await seenAt(target);
  expect(counts(await run(source, target))).toEqual({ ...none, there: 2 + 2 + 3 + 3 });
  expect(await seenAt(target)).toBe(whole);

  const [acme, other] = source.content.applications;
  expect(await target.api.get(`/api/v1/app/${acme?.id}`)).toMatchObject({ uid: "acme", metadata: { plan: "pro" }, throttleRate: 50 });
  expect(await target.api.get(`/api/v1/app/${other?.id}`)).toMatchObject({ uid: null, name: "No uid" });
  const [main, coded, off] = acme?.endpoints ?? [];
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${main?.id}`)).toMatchObject({
    uid: "main",
    version: 3,
    channels: ["c1"],
    eventTypes: ["paid", "old", "gone"],
    throttleRate: 7,
    metadata: { a: "b" },
    disabled: false,
  });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${main?.id}/secret`)).toEqual({ key: secret });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/main/headers`)).toMatchObject({ headers: { "X-Team": "blue" } });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${coded?.id}/transformation`)).toMatchObject({ code, enabled: true });
  expect(await target.api.get(`/api/v1/app/acme/endpoint/${off?.id}`)).toMatchObject({ disabled: true });
  expect(await target.api.get("/api/v1/event-type/old")).toMatchObject({ archived: true, deprecated: true, featureFlags: ["beta"] });
  expect(await target.api.get("/api/v1/event-type/gone")).toMatchObject({ archived: true });
  expect(await target.api.get("/api/v1/app/acme/msg/e-1")).toMatchObject({
    id: acme?.messages?.[0]?.["id"],
    channels: ["c1"],
    tags: ["t"],
  });
});

test("what was sent is not sent again; what is sent afterwards verifies with the secret that the receiver has", async () => {
  const content = contentOf(receiver().url);
  const source = await newSource(content);
  const target = await newTarget();
  await run(source, target);
  // An endpoint is added, and Svix sends a message meanwhile.
  const path = `/late-${target.apiKey.slice(-6)}`;
  const [acme] = content.applications;
  const endpoint = { id: idAt("endpoint", 1), url: `${receiver().url}${path}`, description: "", metadata: {}, secret };
  acme?.endpoints?.push(endpoint);
  await run(source, target);
  acme?.messages?.push(messageAt(0.01));
  expect(counts(await run(source, target))).toMatchObject({ made: 1, failed: 0 });
  const sent = await target.api.post<{ id: string }>(`/api/v1/app/${acme?.id}/msg`, { eventType: "paid", payload: { new: true } });
  for (;;) {
    const hits = receiver().hits.filter(({ url }) => url === path);
    if (hits.length === 0) {
      await receiver().waitForHits(receiver().hits.length + 1);
      continue;
    }
    expect(hits.map(({ headers }) => headers["webhook-id"])).toEqual([sent.id]);
    expect(new Webhook(secret).verify(hits[0]?.body.toString() ?? "", hits[0]?.headers ?? {})).toEqual({ new: true });
    return;
  }
});

test("what has been changed at the target is told, and left alone", async () => {
  const source = await newSource(contentOf(receiver().url));
  const target = await newTarget();
  await run(source, target);
  await target.api.patch("/api/v1/app/acme/endpoint/main", { description: "Changed here", disabled: true });
  await target.api.patch("/api/v1/event-type/paid", { description: "Changed here" });
  const before = await seenAt(target);
  const report = await run(source, target);
  expect(report.entries.filter(({ outcome }) => outcome === "differs").map(({ kind, detail }) => [kind, detail])).toEqual([
    ["event type", "differs in description"],
    ["endpoint", "differs in description, disabled"],
  ]);
  expect(await seenAt(target)).toBe(before);
});

test("long lists are read page by page, few requests at a time, with the pauses that the source wants", { timeout: 180_000 }, async () => {
  const messages = Array.from({ length: 601 }, (_, i) => messageAt(10 - i / 100, { rawPayload: `{"i": ${i}.0}` }));
  const applications = Array.from({ length: 260 }, (_, i) => ({
    id: idAt("application", 50 - i / 10),
    name: `A ${i}`,
    messages: i === 7 ? messages : [],
  }));
  const source = await newSource({ eventTypes: [], applications });
  const target = await newTarget();
  let asked = 0;
  source.interfere(() =>
    ++asked % 50 === 0
      ? new Response('{"code":"rate_limit","detail":"slow down"}', { status: 429, headers: { "retry-after": "7" } })
      : null,
  );
  waits.length = 0;
  expect(counts(await run(source, target))).toEqual({ ...none, made: 260 + 601 });
  expect(waits).toContain(7_000);
  expect(source.busiest()).toBeLessThanOrEqual(4);
  expect(await target.api.get(`/api/v1/app/${applications[7]?.id}/msg/${messages[300]?.id}`)).toMatchObject({ payload: { i: 300 } });
  const listed = await target.api.get<{ data: unknown[]; done: boolean }>("/api/v1/app?limit=250");
  expect([listed.data.length, listed.done]).toEqual([250, false]);
});

test("from another Webster", async () => {
  const from = await newTarget();
  const id = (await from.api.post<{ id: string }>("/api/v1/app", { name: "W", uid: "w" })).id;
  const endpoint = { url: `${receiver().url}/w`, uid: "e", retrySchedule: [1, 2], ordering: "fifo", signature: { style: "svix" } };
  await from.api.post(`/api/v1/app/${id}/endpoint`, endpoint);
  await from.api.post(`/api/v1/app/${id}/msg`, { eventType: "t", payload: { a: 1 } });
  const target = await newTarget();
  const report = await run(from, target, { token: from.apiKey });
  expect(counts(report)).toMatchObject({ made: 2, skipped: 1, failed: 0 });
  expect(await target.api.get("/api/v1/app/w/endpoint/e")).toMatchObject({
    retrySchedule: [1, 2],
    ordering: "fifo",
    signature: { style: "svix" },
  });
});
