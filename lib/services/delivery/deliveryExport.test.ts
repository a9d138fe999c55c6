import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import { readOfMany } from "../shared/requestTurns.ts";
import { openExport } from "./deliveryExport.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
afterEach(() => void vi.useRealTimers());

test("an export's reads wait for their environment's turns, and not for those of others", async () => {
  const [busy, other] = [(await newTenant()).actor, (await newTenant()).actor];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reads = Array.from({ length: 10 }, () => readOfMany({ tenant: busy.environmentId, owner: busy.id }, () => released));
  const ended: string[] = [];
  const exportOf = async (actor: typeof busy, name: string): Promise<void> => {
    const open = await openExport(actor, {}, { format: "csv", bom: false });
    expect(await new Response(open()).text()).toContain("messageId,");
    ended.push(name);
  };
  const waiting = exportOf(busy, "busy");
  await exportOf(other, "other");
  await exportOf(other, "other");
  expect(ended).toEqual(["other", "other"]);
  release();
  await Promise.all([waiting, ...reads]);
  expect(ended.at(-1)).toBe("busy");
});

test("an export that has begun waits for its turn, and does not break off", async () => {
  const { actor } = await newTenant();
  const open = await openExport(actor, {}, { format: "ndjson", bom: false });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reads = Array.from({ length: 10 }, () => readOfMany({ tenant: actor.environmentId, owner: actor.id }, () => released));
  const text = new Response(open()).text();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  vi.advanceTimersByTime(60_000);
  release();
  await Promise.all(reads);
  expect(await text).toBe("");
});
