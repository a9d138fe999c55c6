#!/usr/bin/env bash
# @prisma/adapter-pg 7.10.0: a moment is written without an offset, and of what is read the offset is replaced by +00:00. Where the
# session's time zone is UTC that is the same; in another each timestamptz is stored, and read, hours off. What Prisma has written it
# reads back as it was; what any other program or SQL's own now() has, and what is compared with it, is wrong by the zone.
source "$(dirname "$0")/common.sh"
install @prisma/adapter-pg@7.10.0 pg@8.16.3 @electric-sql/pglite@0.3.14 @electric-sql/pglite-socket@0.0.19
expect 'UTC: 12:00Z is stored as 2026-07-01T12:00:00.000Z, and read as 2026-07-01T12:00:00.000Z
Europe/Berlin: 12:00Z is stored as 2026-07-01T10:00:00.000Z, and read as 2026-07-01T14:00:00.000Z' <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { PrismaPg } from "@prisma/adapter-pg";

const server = new PGLiteSocketServer({ db: await PGlite.create(), host: "127.0.0.1", port: 0 });
await server.start();
const { port } = server.server.address();
const noon = new Date("2026-07-01T12:00:00Z");
for (const zone of ["UTC", "Europe/Berlin"]) {
  const adapter = await new PrismaPg({ host: "127.0.0.1", port, user: "postgres", database: "postgres", max: 1 }).connect();
  const ask = async (sql, ...args) => {
    const argTypes = args.map(() => ({ scalarType: "datetime", dbType: "TIMESTAMPTZ", arity: "scalar" }));
    return (await adapter.queryRaw({ sql, args, argTypes })).rows[0][0];
  };
  await adapter.executeRaw({ sql: `set timezone to '${zone}'`, args: [], argTypes: [] });
  const stored = await ask("select extract(epoch from $1::timestamptz)::text", noon);
  const read = await ask("select timestamptz '2026-07-01 12:00:00Z'");
  console.log(`${zone}: 12:00Z is stored as ${new Date(stored * 1000).toISOString()}, and read as ${new Date(read).toISOString()}`);
  await adapter.dispose();
}
process.exit(0);
JS
