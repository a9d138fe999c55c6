#!/usr/bin/env bash
# PostgreSQL 17.5 (as @electric-sql/pglite 0.3.14): rows that change a few times and whose changes can't be HOT, as a queue's
# do. A log's index on (owner, made) keeps equal keys once; with the row's id as a third column, for a stable order, it is half
# as large again, and with the id by INCLUDE, thought to be the cheaper way, three times as large: indexes that include columns
# are never deduplicated.
source "$(dirname "$0")/common.sh"
install @electric-sql/pglite@0.3.14
expect '(owner, made): 125 bytes a row
(owner, made, id): 197 bytes a row
(owner, made) include (id): 375 bytes a row' <<'JS'
import { PGlite } from "@electric-sql/pglite";

const indexes = ["(owner, made)", "(owner, made, id)", "(owner, made) include (id)"];
for (const columns of indexes) {
  const database = await PGlite.create();
  await database.exec(`
    create table delivery (id text primary key, owner text, made timestamptz, state text);
    create index log on delivery ${columns};
    create index by_state on delivery (state)`);
  for (let batch = 0; batch < 20; batch++) {
    await database.exec(`
      insert into delivery
      select 'dlv_' || lpad(n::text, 27, '0'), 'ep_' || lpad((n % 8)::text, 28, '0'), timestamptz '2026-01-01' + n * interval '1 second', 'new'
      from generate_series(${batch * 500 + 1}, ${batch * 500 + 500}) n`);
    for (const state of ["leased", "sent", "recorded"])
      await database.exec(`update delivery set state = '${state}' where id > 'dlv_' || lpad('${batch * 500}', 27, '0')`);
  }
  const { rows } = await database.query("select pg_relation_size('log') / 10000 as bytes");
  console.log(`${columns}: ${rows[0].bytes} bytes a row`);
  await database.close();
}
JS
