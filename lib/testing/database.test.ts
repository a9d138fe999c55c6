import { expect, it } from "vitest";
import { pool } from "../db/client.ts";
import { testDatabase } from "./database.ts";

it("is the one that was asked for last, whatever of an earlier test still asks for connections", async () => {
  await (await testDatabase()).close();
  pool();
  const current = await testDatabase();
  const { rows } = await current.pool.query<{ name: string }>("select current_database() as name");
  expect(rows[0]?.name).toBe(new URL(current.url).pathname.slice(1));
  await current.close();
});
