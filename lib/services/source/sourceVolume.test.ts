import { afterAll, beforeAll, expect, it } from "vitest";
import { SourceIn } from "../../contract/source.ts";
import { makePastDays } from "../../db/partitions.ts";
import { countReceived } from "../../db/sql/received/volume.ts";
import { newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newTenant } from "../../testing/tenant.ts";
import { dayMs, minuteMs } from "../../words/duration.ts";
import * as sources from "./sources.ts";
import { volumeOfSource } from "./sourceVolume.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  // A test shortly after midnight looks into yesterday.
  await makePastDays(new Date(Date.now() - dayMs));
});
afterAll(() => database.close());

/** Requests of a source, each a millisecond after the one before. */
async function receive(environmentId: string, sourceId: string, fromMs: number, verdicts: readonly string[]): Promise<void> {
  for (const [at, verdict] of verdicts.entries())
    await database.pool.query(
      `insert into received_request ("id", "createdAt", "environmentId", "sourceId", "verdict", "reason", "method", "sealedHead", "bodyBytes", "responseStatus")
       values ($1, to_timestamp($2 / 1000.0), $3, $4, $5, case when $5 = 'rejected' then 'stale' end, 'POST', '', 0, 200)`,
      [newId("receivedRequest", fromMs + at), fromMs + at, environmentId, sourceId, verdict],
    );
}

it("counts a source's own requests by minute and verdict, and nobody else's", async () => {
  const { actor, environmentId } = await newTenant();
  const source = async (name: string) =>
    (await sources.create(actor, SourceIn.parse({ name, provider: "bearer", secrets: [`secret-of-the-source-${name}`] }))).id;
  const [id, other] = [await source("one"), await source("other")];
  const minute = Math.floor(Date.now() / minuteMs) * minuteMs;
  const at = (count: number) => new Date(minute - count * minuteMs).toISOString();
  await receive(environmentId, id, minute - 2 * minuteMs, ["accepted", "accepted", "rejected"]);
  await receive(environmentId, id, minute - minuteMs, ["duplicate", "filtered", "released", "pending"]);
  await receive(environmentId, other, minute - minuteMs, ["rejected"]);
  await receive(environmentId, id, minute - 90 * minuteMs, ["rejected"]);
  const none = { accepted: 0, duplicate: 0, rejected: 0, filtered: 0, pending: 0, released: 0 };
  expect(await volumeOfSource(actor, id, { since: at(60), until: at(0) })).toEqual({
    since: at(60),
    until: at(0),
    bucketSeconds: 60,
    buckets: [
      { ...none, start: at(2), accepted: 2, rejected: 1 },
      { ...none, start: at(1), duplicate: 1, filtered: 1, released: 1, pending: 1 },
    ],
  });
  const stranger = await newTenant();
  await expect(volumeOfSource(stranger.actor, id, {})).rejects.toMatchObject({ code: "not_found" });

  const asked = { sourceId: id, sinceMs: minute - 60 * minuteMs, untilMs: minute, bucketMs: minuteMs };
  expect(await countReceived({ ...asked, limit: 5 })).toMatchObject({ cutMs: minute - 2 * minuteMs + 2 });
  expect((await countReceived({ ...asked, limit: 50 })).cutMs).toBeNull();
});
