/** What a run costs beside time: CPU of each process, WAL and disk. These hold where rates wander with what else a machine does. */
import type pg from "pg";
import { measureCpu } from "./cpu.ts";

/** Each for one unit of work: microseconds of CPU, bytes written ahead, bytes kept in tables and their indexes. */
export type Cost = { cpuUs: Partial<Record<string, number>>; walBytes: number; storedBytes: number };

/** Starts to measure. A server checkpoints every quarter of an hour or after gigabytes, so a run hardly writes a page whole again. */
export async function measureCost(client: pg.Client, processes: Record<string, number>): Promise<(units: number) => Promise<Cost>> {
  const before = await readDatabase(client);
  const cpu = measureCpu(processes);
  return async (units) => {
    const cpuUs = cpu(units);
    const after = await readDatabase(client);
    const each = (of: (read: DatabaseRead) => number): number => (of(after) - of(before)) / units;
    return { cpuUs, walBytes: each(({ wal }) => wal), storedBytes: each(({ stored }) => stored) };
  };
}

type DatabaseRead = { wal: number; stored: number };

async function readDatabase(client: pg.Client): Promise<DatabaseRead> {
  const { rows } = await client.query<DatabaseRead>(`
    select (pg_current_wal_insert_lsn() - '0/0')::float8 as "wal", (
      select sum(pg_total_relation_size(c.oid))::float8 from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r') as "stored"`);
  return rows[0] ?? { wal: 0, stored: 0 };
}
