#!/usr/bin/env bash
# PostgreSQL 17.5 (pglite 0.3.14): a statement for many rows takes them as arrays, lets pass those that a table agrees with, inserts them,
# and joins what was inserted with what came, to answer for each. Of an array that is a parameter the planner reckons ten elements, of
# which the comparison leaves one: so it joins both parts by a nested loop, which looks through one for every row of the other, however
# many there are, and no statistics help: 2,000 rows compare four million pairs. A full join, which no nested loop can do and which here
# finds the same, is done by hash.
source "$(dirname "$0")/common.sh"
install @electric-sql/pglite@0.3.14
expect 'join: Nested Loop, 3998000 pairs compared in vain, 2000 rows found
full join: Hash Full Join, 0 pairs compared in vain, 2000 rows found' <<'JS'
import { PGlite } from "@electric-sql/pglite";

const database = new PGlite();
await database.exec(`
  create table account (id int primary key, version int not null);
  insert into account values (1, 7);
  create table event (key text primary key);
  set plan_cache_mode = force_generic_plan`);

const count = 2_000;
for (const [name, kind] of [["together", "join"], ["beside", "full join"]]) {
  await database.exec(`prepare ${name} (text[], int[], int[]) as
    with came as materialized (
      select c.key from unnest($1, $2, $3) as c(key, account, version)
        cross join lateral (select a.version from account a where a.id = c.account offset 0) a where a.version = c.version
    ), made as (insert into event select key from came on conflict (key) do update set key = excluded.key returning key)
    select came.key from came ${kind} made on made.key = came.key`);
  const keys = Array.from({ length: count }, (_, n) => `${name}_${n}`);
  const [{ rows }] = await database.exec(`explain (analyze, costs off, timing off, summary off) execute ${name}(
    '{${keys}}', array_fill(1, array[${count}]), array_fill(7, array[${count}]))`);
  const [top, ...others] = rows.map((row) => row["QUERY PLAN"]);
  const [, join, found] = /^(.+?) \(actual rows=(\d+)/.exec(top);
  const [, inVain = "0"] = /^ +Rows Removed by Join Filter: (\d+)/m.exec(others.join("\n")) ?? [];
  console.log(`${kind}: ${join}, ${inVain} pairs compared in vain, ${found} rows found`);
}
JS
