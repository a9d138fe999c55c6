#!/usr/bin/env bash
# PostgreSQL 17.5 (as @electric-sql/pglite 0.3.14): a partial index keeps updates from being HOT (heap-only: no new entry in any
# index) by the columns that it names, its condition's included, whether or not any row is in it. A log's index of failures
# costs every success a new entry in all other indexes. The same index by generated columns, which are null until something
# fails, costs them nothing.
source "$(dirname "$0")/common.sh"
install @electric-sql/pglite@0.3.14
expect 'no index of failures: 1000 of 1000 updates are HOT
on (owner, status, code) where error is not null, which holds 0 rows: 0 of 1000 updates are HOT
on (owner) where status = '"'failed'"', which holds 0 rows: 0 of 1000 updates are HOT
on (owner, failed_status, failed_code) where failed_status is not null, which holds 0 rows: 1000 of 1000 updates are HOT' <<'JS'
import { PGlite } from "@electric-sql/pglite";

const failed = (column) => `generated always as (case when error is not null then ${column} end) stored`;
const indexes = [
  null,
  "(owner, status, code) where error is not null",
  "(owner) where status = 'failed'",
  "(owner, failed_status, failed_code) where failed_status is not null",
];
for (const index of indexes) {
  const database = await PGlite.create();
  await database.exec(`
    create table delivery (id int primary key, owner int, status text, code int, error text,
      failed_status text ${failed("status")}, failed_code int ${failed("code")}) with (fillfactor = 40);
    ${index === null ? "" : `create index failures on delivery ${index};`}
    insert into delivery (id, owner, status) select n, n % 8, 'pending' from generate_series(1, 1000) n`);
  await database.exec("begin; update delivery set status = 'succeeded', code = 200");
  const { rows } = await database.query("select pg_stat_get_xact_tuples_hot_updated('delivery'::regclass)::int as hot");
  const { rows: held } = await database.query("select count(*)::int as held from delivery where error is not null or status = 'failed'");
  const name = index === null ? "no index of failures" : `on ${index}, which holds ${held[0].held} rows`;
  console.log(`${name}: ${rows[0].hot} of 1000 updates are HOT`);
  await database.close();
}
JS
