#!/usr/bin/env bash
# pg 8.23.1 (pg-pool 3.14.0): `pool.query` closes its connection whenever the statement fails, whatever says no: a name that is taken
# costs a session, with all that was prepared in it. A client of its own, given back without the error, is kept.
source "$(dirname "$0")/common.sh"
install pg@8.23.1 pg-pool@3.14.0 @electric-sql/pglite@0.3.14 @electric-sql/pglite-socket@0.0.19
expect 'five rows that are taken in: 1 connection
five that are there already, by pool.query: 5 connections
five that are there already, by a client that is given back: 1 connection' <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import pg from "pg";

const db = await PGlite.create();
await db.exec("create table application (uid text primary key)");
const server = new PGLiteSocketServer({ db, port: 0, host: "127.0.0.1" });
const listening = new Promise((resolve) => server.addEventListener("listening", ({ detail }) => resolve(detail.port)));
await server.start();
const port = await listening;

const insert = (by, uid) => by.query("insert into application (uid) values ($1)", [uid]).catch(({ code }) => code === "23505" || process.exit(1));
async function connectionsOf(name, ask) {
  const pool = new pg.Pool({ host: "127.0.0.1", port, user: "postgres", database: "postgres", ssl: false, max: 1 });
  let count = 0;
  pool.on("connect", () => count++);
  for (let n = 0; n < 5; n++) await ask(pool, n);
  await pool.end();
  console.log(`${name}: ${count} connection${count === 1 ? "" : "s"}`);
}
await connectionsOf("five rows that are taken in", (pool, n) => insert(pool, `taken ${n}`));
await connectionsOf("five that are there already, by pool.query", (pool) => insert(pool, "taken 0"));
await connectionsOf("five that are there already, by a client that is given back", async (pool) => {
  const client = await pool.connect();
  await insert(client, "taken 0");
  client.release();
});
await server.stop();
process.exit(0);
JS
