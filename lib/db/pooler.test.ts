/** A pooler that takes no settings at the start of a connection, as PgBouncer does. The real one: npm run prove:pooler. */
import { connect, createServer, type Server } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { onServer } from "../testing/database.ts";
import { connectionOptions, setSettingsWay } from "./connection.ts";
import { lookForPooler } from "./pooler.ts";

let pooler: Server;
let url = "";

beforeAll(async () => {
  const socket = new URL(inject("databaseServerUrl")).searchParams.get("host") ?? "";
  pooler = createServer((client) => {
    client.once("data", (startup) => {
      if (startup.includes("\0options\0")) return client.end(refusal("unsupported startup parameter: options"));
      const server = connect(`${socket}/.s.PGSQL.5432`);
      server.write(startup);
      client.pipe(server).pipe(client);
      for (const end of [client, server]) end.on("error", () => [client, server].forEach((one) => one.destroy()));
    });
  });
  await new Promise<void>((resolve) => pooler.listen(0, "127.0.0.1", resolve));
  url = `postgresql://webster@127.0.0.1:${(pooler.address() as { port: number }).port}/postgres`;
});
afterAll(() => pooler.close());

/** An ErrorResponse (PostgreSQL's documentation, 53.7). */
function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const settingIn = async (where: string): Promise<string> => {
  const pool = new pg.Pool({ ...connectionOptions(where, { statement_timeout: "7000", enable_sort: "off" }), max: 1 });
  const { rows } = await pool.query<{ both: string }>(
    `select current_setting('statement_timeout') || ' ' || current_setting('enable_sort') as "both"`,
  );
  await pool.end();
  return rows[0]?.both ?? "";
};

test("sessions get their settings after the start, where a pooler takes none with it", async () => {
  await expect(settingIn(url)).rejects.toThrow("unsupported startup parameter");
  await lookForPooler(url, null);
  expect(await settingIn(url)).toBe("7s off");
  await lookForPooler(inject("databaseServerUrl"), null);
  expect(await settingIn(inject("databaseServerUrl"))).toBe("7s off");
});

test("a role whose sessions can't be used as they are is told so, where nothing can be set for them", async () => {
  const role = `odd_${process.pid}`;
  await onServer(`create role ${role} login; alter role ${role} set datestyle = 'German'`);
  const asRole = url.replace("webster@", `${role}@`);
  try {
    await expect(lookForPooler(asRole, inject("databaseServerUrl"))).rejects.toMatchObject({
      message: expect.stringMatching(/datestyle = 'German, DMY'/),
      remedy: expect.stringContaining(`ALTER ROLE "${role}" SET datestyle = 'ISO'`),
    });
    await onServer(`alter role ${role} set datestyle = 'ISO, DMY'; alter role ${role} set timezone = 'Europe/Berlin'`);
    await expect(lookForPooler(asRole, inject("databaseServerUrl"))).rejects.toThrow("timezone = 'Europe/Berlin'");
    await onServer(`alter role ${role} set timezone = 'Etc/UTC'`);
    await lookForPooler(asRole, inject("databaseServerUrl"));
  } finally {
    await onServer(`drop role ${role}`);
  }
});

test("beside a direct URL nothing is set through the pooler, and no statement has a name there", async () => {
  await lookForPooler(url, inject("databaseServerUrl"));
  expect(await settingIn(url)).toBe("0 on");
  const pool = new pg.Pool({ ...connectionOptions(url), max: 1 });
  await pool.query({ name: "named", text: "select $1::int", values: [1] });
  expect((await pool.query("select name from pg_prepared_statements")).rows).toEqual([]);
  await pool.end();
  setSettingsWay(url, "startup");
});
