#!/usr/bin/env bash
# PostgreSQL 17.5 (as @electric-sql/pglite 0.3.14): a prepared update that names the whole primary key is planned while the
# table is empty, as on the first messages of a day's partition. It takes a secondary index that covers two of the three columns
# instead of the primary key, and keeps that plan while the table fills: one row of 16,000 is found by reading all of them.
# Planned when the rows are there and counted, it takes the primary key.
source "$(dirname "$0")/common.sh"
install @electric-sql/pglite@0.3.14
expect 'planned while empty: by_endpoint, 15999 rows read in vain
planned afterwards: delivery_pkey, 0 rows read in vain' <<'JS'
import { PGlite } from "@electric-sql/pglite";

const database = await PGlite.create();
await database.exec(`
  create table delivery (message text, endpoint text, created timestamptz, state text, primary key (message, endpoint, created));
  create index by_endpoint on delivery (endpoint, created)`);
await prepare("early");
await database.exec("insert into delivery select 'msg' || n, 'ep', '2026-01-01', 'due' from generate_series(1, 16000) n");
await tell("planned while empty", "early");
await database.exec("analyze delivery");
await prepare("late");
await tell("planned afterwards", "late");

/** After five runs PostgreSQL keeps one plan for all parameters. */
async function prepare(name) {
  await database.exec(`
    prepare ${name} (text, text, timestamptz) as
      update delivery set state = 'sent' where message = $1 and endpoint = $2 and created = $3`);
  for (let run = 0; run < 6; run++) await database.exec(`execute ${name} ('none', 'ep', '2026-01-01')`);
}

async function tell(what, name) {
  const { rows } = await database.query(`explain (analyze, timing off, format json) execute ${name} ('msg77', 'ep', '2026-01-01')`);
  const scan = Object.values(rows[0])[0][0].Plan.Plans[0];
  console.log(`${what}: ${scan["Index Name"]}, ${scan["Rows Removed by Filter"] ?? 0} rows read in vain`);
}
JS
