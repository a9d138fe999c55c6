/**
 * Brings the tables up to date and grants what Webster needs, as the owner of the database: `npm run migrate`, with DATABASE_OWNER_URL.
 * For whoever keeps the owner's password away from the servers. Each start does the same, if it may.
 */
import { explainDatabaseError } from "../lib/db/explain.ts";
import { grant } from "../lib/db/grants.ts";
import { migrate } from "../lib/db/migrate.ts";
import { StartError } from "../lib/db/startError.ts";
import { env, setEnvWithoutSecret } from "../lib/env.ts";
import { explain, say } from "./lifecycle.ts";

try {
  setEnvWithoutSecret();
  const { databaseUrl, directDatabaseUrl, databaseOwnerUrl } = env();
  if (databaseUrl === null)
    throw new StartError(
      "The embedded database is brought up to date at each start.",
      "Set DATABASE_URL and DATABASE_OWNER_URL for one of your own.",
    );
  const applied = await migrate(databaseOwnerUrl ?? directDatabaseUrl ?? databaseUrl);
  if (databaseOwnerUrl !== null)
    await grant(databaseOwnerUrl, databaseUrl).catch((error: unknown) => {
      throw explainDatabaseError(error, databaseUrl);
    });
  say(applied.length === 0 ? "The tables are up to date." : `Applied:\n${applied.map((name) => `  ${name}`).join("\n")}`);
  process.exit(0);
} catch (error) {
  console.error(`\n${explain(error)}`);
  process.exit(1);
}
