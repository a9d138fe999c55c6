/**
 * A link with which a member sets a new password, for whom nobody above them can make one: `npm run reset-link -- ada@example.com`.
 * With `--second-factor` it first takes away their second factors, for whoever has lost everything.
 * Works on the database of a running Webster, or starts the embedded one for itself.
 */
import { commandOf } from "../lib/commands.ts";
import { lockOwner } from "../lib/db/dataDirectory.ts";
import { prepareDatabase } from "../lib/db/prepare.ts";
import { StartError } from "../lib/db/startError.ts";
import { env } from "../lib/env.ts";
import { AppError } from "../lib/errors.ts";
import { resetAtMachine } from "../lib/services/secondFactor/reset.ts";
import { createLinkAtMachine } from "../lib/services/team/accounts.ts";
import { explain, say } from "./lifecycle.ts";

const advice = {
  not_found: "Look for the address among the members of the organization.",
  conflict: "Without --second-factor you get a link for a new password.",
} as const satisfies Partial<Record<AppError["code"], string>>;

try {
  const { email, takesFactors } = asked(process.argv.slice(2));
  const ground = await prepareDatabase({ attach: env().databaseUrl === null && lockOwner(env().dataDir) !== null, onProgress: say });
  if (takesFactors) {
    await resetAtMachine(email);
    say(`\nThe second factors of ${email} are removed, and they are signed out everywhere.`);
  }
  const { url, expiresAt } = await createLinkAtMachine(email);
  say(`\nIt works once, until ${expiresAt.toISOString()}; whoever opens it sets the password:\n  ${url}\n`);
  await ground.stop();
  process.exit(0);
} catch (error) {
  const told =
    error instanceof AppError ? new StartError(error.message, error.code === "conflict" ? advice.conflict : advice.not_found) : error;
  console.error(`\n${explain(told)}`);
  process.exit(1);
}

function asked(words: string[]): { email: string; takesFactors: boolean } {
  const [email, ...more] = words.filter((word) => !word.startsWith("--"));
  const options = words.filter((word) => word.startsWith("--"));
  if (email === undefined || more.length > 0 || options.some((option) => option !== "--second-factor"))
    throw new StartError(
      "Whose link?",
      `${commandOf("reset-link", "ada@example.com")}, or ${commandOf("reset-link", "--second-factor", "ada@example.com")}`,
    );
  return { email, takesFactors: options.length > 0 };
}
