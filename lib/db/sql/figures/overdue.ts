/** Deliveries that should have been sent and that no process holds: what shows that there are too few workers. */
import { metrics } from "../../../metrics.ts";
import { replica } from "../../replica.ts";
import { logPool } from "../../client.ts";
import { readUnlooked } from "../hot/claimed.ts";
import { readUnpassed } from "../hot/inHand.ts";

const atMost = 10_000;
// What has become due is claimed within a second or two; only what waits for longer is overdue.
const graceSeconds = 10;

/** Measures them, for the metrics of this process. */
export async function measureOverdue(): Promise<void> {
  const { rows } = await logPool().query<{ count: number; seconds: number }>(
    `select count(*)::int as "count", coalesce(extract(epoch from now() - min("dueAt")), 0)::float8 as "seconds"
     from (select "dueAt" from delivery where "dueAt" < now() - make_interval(secs => $1) limit $2) d`,
    [graceSeconds, atMost],
  );
  metrics().overdue.set(rows[0]?.count ?? 0);
  metrics().overdueSeconds.set(rows[0]?.seconds ?? 0);
  const lag = replica()?.state.lagSeconds ?? null;
  if (lag !== null) metrics().replicaLag.set(lag);
}

/** What is in hand is in no index of what is due: what lets it in is measured instead. */
export async function measureInHand(): Promise<void> {
  const passes = { ...(await readUnpassed()), claimed: await readUnlooked() };
  for (const [pass, seconds] of Object.entries(passes)) metrics().inHandSeconds.set({ pass }, seconds);
}
