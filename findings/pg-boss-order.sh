#!/usr/bin/env bash
# pg-boss 11.1.2 picks the oldest jobs, and of a queue fetched one by one they come in the order in which they were sent. A batch (fetch or work
# with batchSize) has the oldest too, but in any order: what the UPDATE returns is not sorted. Jobs of one insert() have no order at
# all, since they are created at one moment and ties go by random ids. The documents of 12 say that jobs are fetched in the order they were
# created (orderByCreatedOn); 12.38.0 was seen to do the same.
source "$(dirname "$0")/common.sh"
install pg-boss@11.1.2 @electric-sql/pglite@0.3.14
expect 'send, one by one: in order
send, a batch of 20 of 40: the oldest 20, not in order
insert, one by one: not in order' <<'JS'
import { PGlite } from "@electric-sql/pglite";
import PgBoss from "pg-boss";

const database = await PGlite.create();
const executeSql = async (text, values = []) =>
  values.length > 0 ? database.query(text, values) : ((await database.exec(text)).at(-1) ?? { rows: [] });
const boss = new PgBoss({ db: { executeSql }, supervise: false, schedule: false });
await boss.start();
for (const queue of ["singly", "batched", "inserted"]) await boss.createQueue(queue);

const numbers = (jobs) => jobs.map(({ data }) => data.number);
async function oneByOne(queue) {
  const fetched = [];
  for (let jobs; (jobs = await boss.fetch(queue)).length > 0; ) fetched.push(...numbers(jobs));
  return fetched;
}
const order = (fetched) => (fetched.every((number, place) => number === place) ? "in order" : "not in order");

for (let number = 0; number < 40; number++) for (const queue of ["singly", "batched"]) await boss.send(queue, { number });
await boss.insert("inserted", Array.from({ length: 40 }, (_, number) => ({ data: { number } })));
console.log("send, one by one:", order(await oneByOne("singly")));
const batch = numbers(await boss.fetch("batched", { batchSize: 20 }));
const oldest = batch.toSorted((a, b) => a - b).join() === Array.from({ length: 20 }, (_, number) => number).join();
console.log(`send, a batch of 20 of 40: ${oldest ? "the oldest 20" : "others than the oldest"}, ${order(batch)}`);
console.log("insert, one by one:", order(await oneByOne("inserted")));
process.exit();
JS
