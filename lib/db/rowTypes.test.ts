import pg from "pg";
import { expect, test } from "vitest";
import { testDatabase } from "../testing/database.ts";
import { pool } from "./client.ts";
import { parseMoment, rowTypes } from "./rowTypes.ts";

const usual = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

test.each([
  "2026-11-28 22:48:31+00",
  "2026-11-28 22:48:31.1+00",
  "2026-11-28 22:48:31.12+00",
  "2026-11-28 22:48:31.123+00",
  "2026-11-28 22:48:31.123456+00",
  "2024-02-29 00:00:00+00",
  "2026-11-28 23:48:31.123+01",
  "2026-11-28 23:48:31+05:30",
  "0099-01-01 00:00:00+00",
  "12026-11-28 22:48:31+00",
  "0044-03-15 12:00:00+00 BC",
  "infinity",
  "-infinity",
])("a moment is what the driver says it is: %s", (text) => {
  expect(parseMoment(text)).toEqual(usual(text));
});

test("what comes from the database is what the driver makes of it, in any time zone", async () => {
  const database = await testDatabase();
  const text = `select now()::timestamptz(3) as a, '2026-01-02 03:04:05.678+02'::timestamptz as b, 'infinity'::timestamptz as c, '{}'::text[] as d,
    array['x,y', null, 'z'] as e, '{}'::float8[] as f, array[1.5, 2] as g, '{}'::int[] as h, '{"a":[1]}'::jsonb as i, 12::int8 as j`;
  const client = await pool().connect();
  try {
    for (const zone of ["UTC", "Asia/Kolkata", "America/New_York"]) {
      await client.query(`begin; set local timezone to '${zone}'`);
      const { rows: ours } = await client.query({ text, types: rowTypes });
      const { rows: drivers } = await client.query({ text, types: pg.types });
      await client.query("rollback");
      expect(ours).toEqual(drivers);
    }
  } finally {
    client.release();
    await database.close();
  }
});
