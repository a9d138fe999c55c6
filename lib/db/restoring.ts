/**
 * The mark of a database that is being restored: a table, so that no program works on half of what there was. It is there from
 * before the first row until after the last, wherever the restore is killed.
 */
import type pg from "pg";
import { StartError } from "./startError.ts";

export const restoringTable = "webster_restoring";

export async function isRestoring(client: Pick<pg.ClientBase, "query">): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass($1) is not null as "there"`, [restoringTable]);
  return rows[0]?.there === true;
}

/** Throws StartError while a restore is under way, or where one was broken off. */
export async function refuseRestoring(client: Pick<pg.ClientBase, "query">, name: string): Promise<void> {
  if (!(await isRestoring(client))) return;
  throw new StartError(
    `The database "${name}" holds half of a backup: a restore into it is under way, or was broken off.`,
    "Wait until it is done. If none runs any more, start `webster restore` again: it begins anew.",
  );
}
