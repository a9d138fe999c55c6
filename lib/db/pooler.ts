/** Whether a pooler (PgBouncer) stands in front of the database, and what that means for sessions there. */
import type pg from "pg";
import { log } from "../log.ts";
import { reliedOn, setSettingsWay, withClient } from "./connection.ts";
import { describeUrl, explainDatabaseError } from "./explain.ts";
import { StartError } from "./startError.ts";

const asking: pg.ClientConfig = { connectionTimeoutMillis: 10_000, application_name: "webster start" };
const tries = 5;

/**
 * Finds out how sessions get their settings. `direct`: the URL of connections without such a pooler, if there is one. Throws
 * StartError if sessions are needed and can't be had.
 */
export async function lookForPooler(url: string, direct: string | null): Promise<void> {
  if (direct !== null) {
    await lookForPooler(direct, null);
    if (await takesSettings(url)) return;
    await requireReliedOn(url);
    return setSettingsWay(url, "none");
  }
  if (await takesSettings(url)) return;
  if (await sharesSessions(url))
    throw new StartError(
      "DATABASE_URL leads through a pooler in transaction mode, where nothing can listen for news, hold a lock or set how a session plans.",
      "Leave DATABASE_URL as it is, and set DATABASE_DIRECT_URL to the database itself (or to a pool in session mode): that is what those connections take.",
    );
  log.info("database.behind_pooler");
  setSettingsWay(url, "statement");
}

/** Whether settings that come with the start of a connection hold. A pooler refuses them, or drops them without a word. */
async function takesSettings(url: string): Promise<boolean> {
  try {
    return await withClient(url, { ...asking, options: "-c plan_cache_mode=force_generic_plan" }, async (client) => {
      const { rows } = await client.query<{ plan_cache_mode: string }>("show plan_cache_mode");
      return rows[0]?.plan_cache_mode === "force_generic_plan";
    });
  } catch (error) {
    if (/unsupported startup parameter/.test((error as Error).message)) return false;
    throw explainDatabaseError(error, url);
  }
}

/** Throws StartError unless sessions behind the pooler, for which nothing can be set, are by themselves as they have to be. */
async function requireReliedOn(url: string): Promise<void> {
  const names = Object.keys(reliedOn);
  const columns = names.map((name) => `current_setting('${name}') as "${name}"`).join(", ");
  const found = await withClient(
    url,
    asking,
    async (client) => (await client.query<Record<string, string>>(`select ${columns}`)).rows[0] ?? {},
  );
  const { user, name } = describeUrl(url);
  for (const [setting, wanted] of Object.entries(reliedOn)) {
    const value = found[setting] ?? "";
    // The order of day and month is of no account where none is written; UTC has many names; and more digits than are needed do no harm.
    if (value.split(",")[0] === wanted || (setting === "timezone" && namesOfUtc.test(value))) continue;
    if (setting === "extra_float_digits" && Number(value) >= 0) continue;
    throw new StartError(
      `Sessions of user "${user}" in database "${name}" have ${setting} = '${value}', and Webster, which needs '${wanted}', can't set it through the pooler of DATABASE_URL.`,
      `Let them have it: ALTER ROLE "${user}" SET ${setting} = '${wanted}'; then start again, with new connections of the pooler.`,
    );
  }
}

const namesOfUtc = /^(Etc\/)?(UTC|UCT|GMT|Universal|Zulu)$/;

/** Whether two connections that are open at the same time get the same server session, one after the other. */
async function sharesSessions(url: string): Promise<boolean> {
  const pidOf = async (client: pg.Client): Promise<number | undefined> =>
    (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
  return withClient(url, asking, (one) =>
    withClient(url, asking, async (other) => {
      for (let i = 0; i < tries; i++) if ((await pidOf(one)) === (await pidOf(other))) return true;
      return false;
    }),
  );
}
