/**
 * Fills an environment of its own with made-up customers, deliveries and outages, to try the dashboard with:
 * `npm run seed -- --deliveries 100000`.
 *   --deliveries N   how many, or a few more; 10,000 unless said otherwise
 *   --days N         over how many past days; 14
 *   --name NAME      what the environment is called; "Seed" and the moment
 * Works on the database of a running Webster, or starts the embedded one for itself.
 */
import { parseArgs } from "node:util";
import { lockOwner } from "../lib/db/dataDirectory.ts";
import { directDatabaseUrl } from "../lib/db/client.ts";
import { makeClient } from "../lib/db/connection.ts";
import { makePastDays } from "../lib/db/partitions.ts";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { rollUpPast } from "../lib/db/sql/figures/rollup.ts";
import { env } from "../lib/env.ts";
import { explain, say } from "./lifecycle.ts";
import { storeIncidents } from "./seed/incidents.ts";
import { randomness } from "./seed/random.ts";
import { rhythm } from "./seed/rhythm.ts";
import { type MadeMessage, messageMaker } from "./seed/rows.ts";
import { createPlace, storeMessages } from "./seed/store.ts";
import { dayMs } from "../lib/words/duration.ts";

const { values } = parseArgs({
  options: {
    deliveries: { type: "string", default: "10000" },
    days: { type: "string", default: "14" },
    name: { type: "string", default: `Seed ${new Date().toISOString().slice(0, 19).replace("T", " ")}` },
  },
});
const deliveryCount = wholeNumber("--deliveries", values.deliveries, 50_000_000);
const dayCount = wholeNumber("--days", values.days, 90);
const together = 5_000;

try {
  const ground = await prepareDatabase({ attach: env().databaseUrl === null && lockOwner(env().dataDir) !== null, onProgress: say });
  await seed(ground.ownerUrl ?? directDatabaseUrl());
  await ground.stop();
  process.exit(0);
} catch (error) {
  console.error(`\n${explain(error)}`);
  process.exit(1);
}

async function seed(ownerUrl: string): Promise<void> {
  const startedMs = performance.now();
  const nowMs = Date.now();
  const startMs = nowMs - dayCount * dayMs;
  await makePastDays(new Date(startMs - dayMs));
  const place = await createPlace(values.name, startMs - dayMs);
  const random = randomness(deliveryCount);
  const makeMessage = messageMaker(place.senders, nowMs, random);
  // What has begun has also ended, even where it took as long as an attempt may.
  const momentOf = rhythm(startMs, nowMs - 20_000);
  let done = 0;
  for (let n = 0; done < deliveryCount;) {
    const made: MadeMessage[] = [];
    const before = done;
    while (done < deliveryCount && done - before < together) {
      const message = makeMessage(n++, momentOf(done / deliveryCount));
      made.push(message);
      done += message.deliveries.length;
    }
    await storeMessages(place, made);
    if (done % 100_000 < together) say(`${done.toLocaleString("en-US")} deliveries`);
  }
  await vacuum(ownerUrl);
  await rollUpPast(new Date(startMs), new Date(nowMs));
  await storeIncidents(place, nowMs);
  say(`\nStored ${done.toLocaleString("en-US")} deliveries in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.
  Environment  ${values.name} (${place.environmentId})
  API key      ${place.apiKey}

The receivers are made up: what is sent again finds no host of that name.`);
}

/** Only the owner of tables may; and it takes as long as it takes, which the pool's statements may not. */
async function vacuum(ownerUrl: string): Promise<void> {
  const client = makeClient(ownerUrl, { application_name: "webster seed" });
  await client.connect();
  await client.query("vacuum (analyze) message, delivery, attempt");
  await client.end();
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  console.error(`${name} takes a whole number from 1 to ${most.toLocaleString("en-US")}.`);
  process.exit(2);
}
