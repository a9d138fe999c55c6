/**
 * Which keys the values in a database may have been sealed with (lib/seal.ts): so that a process starts only if it opens all of
 * them, no key seals before every process opens with it, and a key is called retired only when nothing is left of it.
 * Each process says what it opens and seals with by locks that end with it, wherever it is killed.
 */
import type pg from "pg";
import { commandOf } from "../commands.ts";
import { type Sealer, sealer } from "../seal.ts";
import { pool } from "./client.ts";
import { holdAlways } from "./listen.ts";
import { lockOfKey, locks } from "./locks.ts";
import { StartError } from "./startError.ts";

/** The file of a generated secret; `isNew`: it was made a moment ago. */
export type GeneratedSecret = { file: string; isNew: boolean };

/** A key that is or was in use. `remaining`: how many values it seals, as they were last counted; null: they were not. */
export type SealKey = {
  id: string;
  newest: boolean;
  remaining: number | null;
  resealed: number;
  createdAt: Date;
  retiredAt: Date | null;
};

/**
 * Says what this process opens and seals with, and from now on seals with its newest key. Throws StartError if values may be
 * there that it can't open, or processes that could not open what it seals. `generated`: where the secret is, if it is no setting.
 */
export async function announceKeys(generated: GeneratedSecret | null): Promise<void> {
  const own = sealer();
  await holdAlways({ text: "select pg_advisory_lock_shared($1)", values: [locks.opensSealed] });
  for (const id of own.keyIds) await holdAlways({ text: `select pg_advisory_lock_shared(${lockOfKey(locks.opensWith)})`, values: [id] });
  await alone(async (client) => {
    const inUse = await client.query<{ id: Buffer }>(`select "id" from "seal_key" where "retiredAt" is null order by "createdAt"`);
    refuseUnknown(
      own,
      inUse.rows.map(({ id }) => id),
      generated,
    );
    if (inUse.rows.length > 0 && !inUse.rows.some(({ id }) => id.equals(own.keyId))) await refuseStrangers(client, own.keyId);
    await client.query(begin.text, [own.keyId]);
    await client.query(
      `insert into "setting" ("name", "value") values ('sealKeyId', $1) on conflict ("name") do update set "value" = excluded."value"`,
      [own.keyId],
    );
  });
  await holdAlways({ text: `select pg_advisory_lock_shared(${lockOfKey(locks.sealsWith)})`, values: [own.keyId] });
  await holdAlways({ text: begin.text, values: [own.keyId] });
}

// A key that comes back to use is not retired any more; the number tells whoever is about to retire it.
const begin = {
  text: `insert into "seal_key" ("id") values ($1)
         on conflict ("id") do update set "uses" = "seal_key"."uses" + 1, "retiredAt" = null`,
};

/** All keys of this database, the newest first. */
export async function listKeys(): Promise<SealKey[]> {
  const { rows } = await pool().query<SealKey>(
    `select encode(k."id", 'hex') as "id", s."value" is not null as "newest", k."remaining"::float8 as "remaining",
       k."resealed"::float8 as "resealed", k."createdAt", k."retiredAt"
     from "seal_key" k left join "setting" s on s."name" = 'sealKeyId' and s."value" = k."id"
     order by 2 desc, k."createdAt" desc`,
  );
  return rows;
}

/** The id of the key that is to seal everything in the database; null: nothing has been sealed yet. */
export async function newestKeyId(): Promise<Buffer | null> {
  const { rows } = await pool().query<{ value: Buffer }>(`select "value" from "setting" where "name" = 'sealKeyId'`);
  return rows[0]?.value ?? null;
}

async function alone(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [locks.sealKeys]);
    await work(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

function refuseUnknown(own: Sealer, inUse: readonly Buffer[], generated: GeneratedSecret | null): void {
  const missing = inUse.filter((id) => !own.keyIds.some((known) => known.equals(id)));
  if (missing.length === 0) return;
  const names = missing.map((id) => id.toString("hex")).join(", ");
  if (missing.length === inUse.length && generated !== null)
    throw new StartError(
      generated.isNew
        ? `The secret that this database was filled with is missing: there was no ${generated.file}.`
        : `The secret in ${generated.file} is not the one that this database was filled with.`,
      "Put the file of before back, from a copy of the data directory: without it, no stored signing secret can be read.",
    );
  if (missing.length === inUse.length)
    throw new StartError(
      "WEBSTER_SECRET is not the one that this database was filled with.",
      "Set WEBSTER_SECRET to the one before: without it, no stored signing secret can be read. To change it, keep that one in WEBSTER_OTHER_SECRETS beside a new WEBSTER_SECRET.",
    );
  throw new StartError(
    `Values in this database may still be sealed with a secret that is not here (key ${names}).`,
    `Add that secret to WEBSTER_OTHER_SECRETS until \`${commandOf("rotate-secret", "--status")}\` says that it can be dropped. If these are settings of before: the secret was rotated since, and WEBSTER_SECRET is another now.`,
  );
}

/** Throws StartError if a process runs on this database that could not open what is sealed with this key. */
async function refuseStrangers(client: pg.PoolClient, keyId: Buffer): Promise<void> {
  const { rows } = await client.query<{ count: number }>(
    `with held as (
       select "pid", ("classid"::bigint << 32) | "objid"::bigint as "number" from pg_locks
       where "locktype" = 'advisory' and "objsubid" = 1 and "mode" = 'ShareLock' and "granted"
         and "database" = (select "oid" from pg_database where "datname" = current_database()))
     select count(*)::int as "count" from held h where h."number" = $2
       and not exists (select from held o where o."pid" = h."pid" and o."number" = ${lockOfKey(locks.opensWith)})`,
    [keyId, locks.opensSealed],
  );
  const count = rows[0]?.count ?? 0;
  if (count === 0) return;
  throw new StartError(
    `WEBSTER_SECRET is new here, and ${count === 1 ? "another process runs" : `${count} other processes run`} on this database without it: what this one seals, they could not open.`,
    "Give it to them first, in WEBSTER_OTHER_SECRETS beside the WEBSTER_SECRET that they have, and start them again; then make it WEBSTER_SECRET, one process after the other. Or stop them all.",
  );
}
