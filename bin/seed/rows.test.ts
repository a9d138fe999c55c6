import { expect, it } from "vitest";
import { dayMs, hourMs } from "../../lib/words/duration.ts";
import { customers } from "./customers.ts";
import { randomness } from "./random.ts";
import { outages } from "./receivers.ts";
import { rhythm } from "./rhythm.ts";
import { type MadeMessage, messageMaker, type Sender } from "./rows.ts";

const nowMs = Date.parse("2026-11-29T10:00:00Z");
const startMs = nowMs - 7 * dayMs;
const count = 6_000;

const senders: Sender[] = customers.map(({ uid, weight, endpoints }) => ({
  applicationId: uid,
  weight,
  targets: endpoints.filter(({ disabled }) => !disabled).map((endpoint) => ({ ...endpoint, endpointId: endpoint.key, eventTypes: [] })),
}));

function make(): MadeMessage[] {
  const makeMessage = messageMaker(senders, nowMs, randomness(1));
  const momentOf = rhythm(startMs, nowMs - 20_000);
  return Array.from({ length: count }, (_, n) => makeMessage(n, momentOf(n / count)));
}

const messages = make();
const deliveries = messages.flatMap((message) => message.deliveries.map((delivery) => ({ ...delivery, message })));

it("makes the same rows every time, but for their ids", () => {
  const told = (all: MadeMessage[]) =>
    all.map(({ payload, createdMs, deliveries: made }) => [
      payload,
      createdMs,
      made.map(({ status, attempts }) => [status, attempts.length]),
    ]);
  expect(told(make())).toEqual(told(messages));
});

it("makes nothing that could not be so: facts are past, tries to come are not, and a status is what the attempts say", () => {
  let before = startMs;
  for (const { createdMs, payload } of messages) {
    expect(createdMs).toBeGreaterThanOrEqual(before);
    before = createdMs;
    JSON.parse(payload);
  }
  for (const { status, nextAttemptMs, attempts, message } of deliveries) {
    const last = attempts.at(-1);
    expect(attempts[0]?.startedMs).toBeGreaterThanOrEqual(message.createdMs);
    expect((last?.startedMs ?? 0) + (last?.durationMs ?? 0)).toBeLessThanOrEqual(nowMs);
    expect(attempts.slice(0, -1).every(({ errorClass }) => errorClass !== null)).toBe(true);
    expect(status === "succeeded").toBe(last?.errorClass === null);
    expect(status === "pending").toBe(nextAttemptMs !== null);
    expect(nextAttemptMs ?? Infinity).toBeGreaterThan(nowMs);
    expect(status !== "failed" || attempts.length === 8).toBe(true);
  }
});

it("has the outages that go on, and deliveries of every kind", () => {
  expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(["succeeded", "pending", "failed", "cancelled"]));
  const keys = new Set(senders.flatMap(({ targets }) => targets.map(({ key }) => key)));
  for (const { of, fromHoursAgo, untilHoursAgo, eventType } of outages) {
    expect(of.filter((key) => !keys.has(key))).toEqual([]);
    if (untilHoursAgo > 0 || eventType !== undefined) continue;
    const since = deliveries.filter(({ target, message }) => of.includes(target.key) && message.createdMs > nowMs - fromHoursAgo * hourMs);
    expect(since.length).toBeGreaterThan(0);
    expect(since.filter(({ status }) => status === "succeeded")).toEqual([]);
  }
});
