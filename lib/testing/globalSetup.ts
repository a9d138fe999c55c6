/** One PostgreSQL for a run of vitest, with a migrated template that each test file copies. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { type Embedded, startEmbedded } from "../db/embedded.ts";
import { owner } from "../db/embeddedRoles.ts";
import { grant } from "../db/grants.ts";
import { migrate } from "../db/migrate.ts";
import { maintainPartitions } from "../db/partitions.ts";
import { closeDatabase } from "../db/client.ts";
import { setEnv } from "../env.ts";
import { template, testEnv, urlOfDatabase } from "./settings.ts";

declare module "vitest" {
  export interface ProvidedContext {
    databaseServerUrl: string;
  }
}

// A test's data need not outlive the test. Statistics, and so plans, are what a test makes them, and not what a minute's turn finds.
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  max_connections: "200",
  shared_buffers: "128MB",
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "webster-test-"));
  // The database runs as another user if we are root, who must get through.
  chmodSync(directory, 0o711);
  let server: Embedded | null = null;
  const teardown = async (): Promise<void> => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    server = await startEmbedded(join(directory, "postgres"), { settings });
    await createTemplate(server);
    project.provide("databaseServerUrl", server.superuserUrl);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

/** Makes the template as an operator does who divides the roles: what tests do works with the role that may do the least. */
async function createTemplate({ superuserUrl, ownerUrl, url }: Embedded): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`create database ${template} owner ${owner}`);
  await client.end();
  await migrate(urlOfDatabase(ownerUrl, template));
  await grant(urlOfDatabase(ownerUrl, template), urlOfDatabase(url, template));
  setEnv(testEnv(urlOfDatabase(url, template)));
  await maintainPartitions();
  await closeDatabase();
}
