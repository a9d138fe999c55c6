/** Whether what PostgreSQL has committed is still there after a crash: without that, what was answered with a 2xx can be lost. */
import type pg from "pg";
import { log } from "../log.ts";

const safeguards = ["fsync", "full_page_writes", "synchronous_commit"];

/** The settings that are off, for this role in this database, and should not be. */
export async function findRisks(client: Pick<pg.Pool, "query">): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select name from pg_settings where name = any($1) and setting = 'off' order by 1",
    [safeguards],
  );
  return rows.map(({ name }) => name);
}

const listed = new Intl.ListFormat("en-GB");

/** What they mean, and what to do. */
export const riskWords = (risks: string[]): [what: string, remedy: string] => [
  `${listed.format(risks)} ${risks.length === 1 ? "is" : "are"} off: what was accepted can be lost when PostgreSQL crashes`,
  "Set it to on where it was turned off: in postgresql.conf, or by ALTER SYSTEM, ALTER DATABASE or ALTER ROLE … RESET.",
];

/** Says in the log if commits can be lost. Nothing is refused: whoever tries something out may want it so. */
export async function warnOfRisks(client: Pick<pg.Pool, "query">): Promise<void> {
  const risks = await findRisks(client);
  if (risks.length === 0) return;
  const [what, hint] = riskWords(risks);
  log.warn({ settings: risks, what, hint }, "database.may_lose_commits");
}
