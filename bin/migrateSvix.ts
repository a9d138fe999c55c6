/** `npm run migrate:svix`: moves an environment of Svix, or of another Webster, into Webster. docs/migrating-from-svix.md tells how. */
import { parseArgs } from "node:util";
import { commandOf, settingsPlace } from "../lib/commands.ts";
import { env, fileOfCaller } from "../lib/env.ts";
import { apiOf, usualTiming } from "./migrate/api.ts";
import { Fatal } from "./migrate/faults.ts";
import { migrate } from "./migrate/migrate.ts";
import { Stopped } from "./migrate/move.ts";
import { Report, reportText, tableOf } from "./migrate/report.ts";
import { openState, writePrivately } from "./migrate/state.ts";
import { noValues, readValues } from "./migrate/values.ts";
import { serverUrl, sourceUrlOf } from "./migrate/urls.ts";
import { say } from "./lifecycle.ts";

const help = `${commandOf("migrate-svix", "[options]")}

Reads everything from Svix and says what it would do. Writes nothing without --apply.

  --apply         write to Webster
  --from URL      the server to move from; SVIX_URL. Unset: Svix's cloud, in the key's region
  --to URL        the Webster to move into; WEBSTER_URL. Unset: http://127.0.0.1:3000
  --app ID        only this application (id or uid) with what belongs to it, and the event types; may be repeated
  --days N        take messages of the last N days; 30 unless said otherwise, 0 for none
  --values FILE   JSON with what no API shows: headers with credentials, secrets of sources
  --state FILE    what a run remembers for the next; svix-migration.json
  --report FILE   what became of everything; svix-migration.md

The keys are read from ${settingsPlace()}: SVIX_TOKEN and WEBSTER_API_KEY.`;

const report = new Report();
let isStopping = false;
const longestDays = 3650;

try {
  await run();
} catch (error) {
  const text = error instanceof Fatal ? `\n${error.message}\n\nWhat to do: ${error.remedy}` : ((error as Error).stack ?? String(error));
  console.error(report.clean(text));
  process.exitCode = error instanceof Stopped ? 130 : 1;
}

async function run(): Promise<void> {
  const { values } = options();
  if (values.help) return say(help);
  const { svix, apiKey, publicUrl } = env();
  const token = required(svix.token, "SVIX_TOKEN", "a key of the Svix environment that is to be moved");
  const webster = required(
    apiKey,
    "WEBSTER_API_KEY",
    "an API key of the environment that takes it, from Webster's dashboard, under Settings",
  );
  const from = values.from ?? svix.url ?? null;
  const source = from === null ? sourceUrlOf(token) : serverUrl(from, "--from");
  const target = serverUrl(values.to ?? publicUrl ?? "http://127.0.0.1:3000", "--to");
  if (source === target && token === webster)
    throw new Fatal(
      "Source and target are the same environment.",
      "Set SVIX_URL and SVIX_TOKEN to where it is moved from, WEBSTER_URL and WEBSTER_API_KEY to where it goes.",
    );
  const apply = values.apply === true;
  report.hide(token, webster);
  const { state, save } = openState(fileOfCaller(values.state), source, target);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => (isStopping = true));
  say(`From ${source} to ${target}${apply ? "" : ", as a dry run: nothing is written there"}`);
  const move = {
    state,
    save: apply ? save : () => undefined,
    source: apiOf("source", source, token, usualTiming),
    target: apiOf("target", target, webster, usualTiming),
    report,
    values: values.values === undefined ? noValues : readValues(fileOfCaller(values.values)),
    apply,
    only: values.app ?? [],
    days: wholeDays(values.days),
    nowMs: Date.now(),
    say,
    checkStop: () => {
      if (isStopping) throw new Stopped();
    },
  };
  try {
    await migrate(move);
  } finally {
    writePrivately(fileOfCaller(values.report), reportText(report, { apply, from: source, to: target }));
    say(`\n${tableOf(report, apply)}\n\n${values.report} tells the rest.`);
  }
  if (!apply) say("This was a dry run. Run it again with --apply to write.");
  if (report.total("failed") > 0) process.exitCode = 1;
}

function options() {
  try {
    return parseArgs({
      options: {
        apply: { type: "boolean" },
        from: { type: "string" },
        to: { type: "string" },
        app: { type: "string", multiple: true },
        days: { type: "string", default: "30" },
        values: { type: "string" },
        state: { type: "string", default: "svix-migration.json" },
        report: { type: "string", default: "svix-migration.md" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Fatal((error as Error).message, `${commandOf("migrate-svix", "--help")} tells what there is.`);
  }
}

function required(value: string | null, name: string, what: string): string {
  if (value !== null && value.trim() !== "") return value.trim();
  throw new Fatal(
    `${name} is not set.`,
    `Set it to ${what}, in ${settingsPlace()}. ${commandOf("migrate-svix", "--help")} tells the rest.`,
  );
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= longestDays && text.trim() !== "") return days;
  throw new Fatal(
    `--days takes a whole number from 0 to ${longestDays}.`,
    "Webster keeps messages for WEBSTER_RETENTION_DAYS, so more than that can't be taken.",
  );
}
