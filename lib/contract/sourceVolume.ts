/** How much a source received over time, by what became of it. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { StatisticsQuery } from "./statistics.ts";

const instant = z.iso.datetime();
const count = z.int();
const verdicts = { accepted: count, duplicate: count, rejected: count, filtered: count, pending: count, released: count };

export const SourceVolumeOut = z
  .object({
    since: instant.check(
      z.meta({ description: "Later than requested if the range holds more than 200,000 requests: only the newest count." }),
    ),
    until: instant,
    bucketSeconds: count,
    buckets: z
      .array(z.object({ start: instant, ...verdicts }))
      .check(z.meta({ description: "Those of the range with requests, in order." })),
  })
  .check(z.meta({ id: "SourceVolumeOut" }));
export type SourceVolumeOut = z.output<typeof SourceVolumeOut>;

export const getSourceVolume = operation({
  operationId: "v1.source.get-volume",
  method: "get",
  path: "/api/v1/source/{source_id}/stats/volume",
  tag: "Source",
  summary: "Get how much a source received over time, by verdict",
  description: "Of the newest 200,000 requests in the range. A request's verdict is the one it has now.",
  access: "apiKey",
  query: StatisticsQuery,
  responses: { 200: { description: "The volume", schema: SourceVolumeOut } },
});
