/** When API keys were last used: written at most once a minute a key, and never waited for. */
import { LRUCache } from "lru-cache";
import { pool } from "../db/client.ts";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";

const writtenEveryMs = 60_000;

/** Notes that a key was used. Called for every request, so most calls are only a look into memory. */
export function noteUse(apiKeyId: string): void {
  const noted = recently();
  if (noted.has(apiKeyId)) return;
  noted.set(apiKeyId, true);
  pool()
    .query(`update api_key set "lastUsedAt" = now() where id = $1`, [apiKeyId])
    .catch((error: Error) => log.debug({ error: error.message }, "api_key.use_not_noted"));
}

const recently = (): LRUCache<string, true> =>
  singleton("apiKeysUsed", () => new LRUCache<string, true>({ max: 10_000, ttl: writtenEveryMs }));
