/**
 * How an environment checks payloads, and what its event types' newest schemas are, in memory, because every message sent
 * needs them. Exact in this process; in others a change takes as long as a NOTIFY, and if that is lost a few seconds.
 */
import { LRUCache } from "lru-cache";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";
import { pool } from "./client.ts";
import { listen, notify, onReconnect } from "./listen.ts";
import type { PayloadValidation } from "../words/payloadValidation.ts";

export type NewestSchema = { version: string; schema: Record<string, unknown> };

/** `made`: what the caller compiles from the newest schemas, by event type; dropped when they change. */
export type PayloadRules<T> = { mode: PayloadValidation; made: Map<string, Promise<T>> };

const channel = "webster_payload_rules";
const rememberedMs = 5_000;

type Known = {
  rules: LRUCache<string, PayloadRules<unknown>>;
  /** What is being read, by environment. */
  loading: Map<string, Promise<PayloadRules<unknown>>>;
  generation: number;
};

const known = (): Known =>
  singleton("payloadRules", () => {
    const state: Known = { rules: new LRUCache({ max: 10_000, ttl: rememberedMs }), loading: new Map(), generation: 0 };
    // Rules read before LISTEN began may have changed unheard.
    listen(channel, (environmentId) => forget(state, environmentId))
      .then(() => forget(state, null))
      .catch((error: Error) => log.warn({ error: error.message }, "payload_rules.listen_failed"));
    onReconnect(() => forget(state, null));
    return state;
  });

/** `environmentId` null: of all. */
function forget(state: Known, environmentId: string | null): void {
  state.generation++;
  // What is being read may be what it was: who asks from now on reads anew.
  for (const held of [state.rules, state.loading])
    if (environmentId === null) held.clear();
    else held.delete(environmentId);
}

/** The rules if they are in memory; undefined: ask `loadPayloadRules`. */
export const knownPayloadRules = <T>(environmentId: string): PayloadRules<T> | undefined =>
  known().rules.get(environmentId) as PayloadRules<T> | undefined;

/** Asked for by many at once, as by the messages of a batch, it is read once, and they go on in the order in which they came. */
export function loadPayloadRules<T>(environmentId: string): Promise<PayloadRules<T>> {
  const { loading } = known();
  const under = loading.get(environmentId) as Promise<PayloadRules<T>> | undefined;
  if (under !== undefined) return under;
  const load = readPayloadRules<T>(environmentId).finally(() => {
    if (loading.get(environmentId) === load) loading.delete(environmentId);
  });
  loading.set(environmentId, load);
  return load;
}

async function readPayloadRules<T>(environmentId: string): Promise<PayloadRules<T>> {
  const { generation } = known();
  // By hand: the first message after a start waits for this, and would wait for Prisma to load.
  const { rows } = await pool().query<{ mode: string }>(`select "payloadValidation" as "mode" from "environment" where "id" = $1`, [
    environmentId,
  ]);
  const mode = rows[0]?.mode;
  const rules: PayloadRules<T> = { mode: mode === "warn" || mode === "reject" ? mode : "off", made: new Map() };
  if (generation === known().generation) known().rules.set(environmentId, rules);
  return rules;
}

/** The schema with the greatest version. Null: the event type has no schema, or there is no such type. */
export async function findNewestSchema(environmentId: string, eventType: string): Promise<NewestSchema | null> {
  const { rows } = await pool().query<{ schemas: string | null }>(
    `select "schemas" from "event_type" where "environmentId" = $1 and "name" = $2`,
    [environmentId, eventType],
  );
  const versions = Object.entries(JSON.parse(rows[0]?.schemas ?? "{}") as Record<string, Record<string, unknown>>);
  const [newest] = versions.toSorted(([a], [b]) => b.localeCompare(a, "en", { numeric: true }));
  return newest === undefined ? null : { version: newest[0], schema: newest[1] };
}

/** Makes every process drop an environment's rules. To be called after a change to the setting or event types is committed. */
export async function announcePayloadRules(environmentId: string): Promise<void> {
  forget(known(), environmentId);
  await notify(channel, environmentId).catch((error: Error) =>
    log.warn({ environmentId, error: error.message }, "payload_rules.notify_failed"),
  );
}
