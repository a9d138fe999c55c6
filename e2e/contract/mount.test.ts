/** The API's contract as the SDKs meet it where Next.js stands in front. */
import { afterAll, beforeAll } from "vitest";
import { contractSuite } from "../../lib/testing/contract/suite.ts";
import { type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { testSecret } from "../../lib/testing/settings.ts";
import { startWebster } from "../support/server.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

contractSuite("mounted in Next.js", async () => {
  const env = { DATABASE_URL: database.url, WEBSTER_SECRET: testSecret, WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128" };
  const { url, stop } = await startWebster(env, ["--no-fast-lane"]);
  return { url, close: stop };
});
