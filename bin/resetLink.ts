/**
 * A link with which a member sets a new password, for whom nobody above them can make one: `npm run reset-link -- ada@example.com`.
 * Works on the database of a running Webster, or starts the embedded one for itself.
 */
import { lockOwner } from "../lib/db/dataDirectory.ts";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { StartError } from "../lib/db/startError.ts";
import { env } from "../lib/env.ts";
import { AppError } from "../lib/errors.ts";
import { createLinkAtMachine } from "../lib/services/team/accounts.ts";
import { explain, say } from "./lifecycle.ts";

try {
  const email = process.argv[2];
  if (email === undefined) throw new StartError("Whose link?", "npm run reset-link -- ada@example.com");
  const ground = await prepareDatabase({ attach: env().databaseUrl === null && lockOwner(env().dataDir) !== null, onProgress: say });
  const { url, expiresAt } = await createLinkAtMachine(email);
  say(`\nIt works once, until ${expiresAt.toISOString()}; whoever opens it sets the password:\n  ${url}\n`);
  await ground.stop();
  process.exit(0);
} catch (error) {
  const told =
    error instanceof AppError ? new StartError(error.message, "Look for the address among the members of the organization.") : error;
  console.error(`\n${explain(told)}`);
  process.exit(1);
}
