/**
 * A newer version may bring the tables up to date while this one works. Most of its migrations leave this one what it needs. One that does
 * not lets it send what it can't record, again and again. That is certain of two things together: a statement of ours names what is not
 * there, and a migration has finished that this build does not have. The process then has to end, and says so.
 */
import type pg from "pg";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";
import { StartError } from "./startError.ts";

/** SQLSTATEs of what is not there: a column, a table, a function, a type, and what `on conflict` goes by. */
const missing = new Set(["42703", "42P01", "42883", "42704", "42P10"]);

/** A day past retention is gone as a matter of course. Its name is in the message in every language. */
const day = /_\d{8}\b/;

type State = {
  /** The names of this build's migrations; null: nobody has looked at the tables yet. */
  known: readonly string[] | null;
  looking: Promise<void> | null;
  found: Error | null;
  tell: (error: Error) => void;
  told: Promise<Error>;
};

const state = (): State =>
  singleton("outdated", () => {
    let tell: State["tell"] = () => undefined;
    const told = new Promise<Error>((resolve) => (tell = resolve));
    return { known: null, looking: null, found: null, tell, told };
  });

/** The build that runs is of these; the files on disk may soon be another's. */
export const knowMigrations = (names: readonly string[]): void => void (state().known = names);

export const knownMigrations = (): readonly string[] => state().known ?? [];

/** Resolves when this process has to end, with why and what to do. */
export const whenOutdated = (): Promise<Error> => state().told;

/** The same, or null, once it is known of all that has failed until now. */
export async function outdated(): Promise<Error | null> {
  await state().looking;
  return state().found;
}

/** Another process of this build has found out. */
export function tellOutdated(error: Error): void {
  const now = state();
  now.found ??= error;
  now.tell(now.found);
}

/** To be called with every error of the database. */
export function lookIfOutdated({ code, message }: pg.DatabaseError, pool: Pick<pg.Pool, "query">): void {
  const now = state();
  if (now.known === null || now.found !== null || now.looking !== null) return;
  if (!missing.has(code ?? "") || (code === "42P01" && day.test(message))) return;
  now.looking = look(pool, now.known, message).finally(() => (now.looking = null));
}

async function look(pool: Pick<pg.Pool, "query">, known: readonly string[], fault: string): Promise<void> {
  const migration = await findUnknown(pool, known);
  if (migration === null) return;
  log.fatal({ migration, error: fault }, "database.outdated");
  tellOutdated(
    new StartError(
      `The database was changed by a newer Webster (migration ${migration}) while this one worked, and lacks what this one needs: ${fault}.`,
      "Start that version: it sends what is left. Stop all others of this one, if they still run.",
    ),
  );
}

/** Null also where it can't be known: the next statement that fails asks again. */
async function findUnknown(pool: Pick<pg.Pool, "query">, known: readonly string[]): Promise<string | null> {
  try {
    const { rows } = await pool.query<{ name: string }>(
      `select migration_name as "name" from "_prisma_migrations"
       where finished_at is not null and rolled_back_at is null and migration_name <> all($1) order by finished_at limit 1`,
      [known],
    );
    return rows[0]?.name ?? null;
  } catch (error) {
    log.warn({ error: (error as Error).message }, "database.migrations_unread");
    return null;
  }
}
