/** One PostgreSQL for a run of vitest, with a migrated template that each test file copies. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { type Embedded, startEmbedded } from "../db/embedded.ts";
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

// A test's data need not outlive the test.
const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200", shared_buffers: "128MB" };

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
    await createTemplate(server.url);
    project.provide("databaseServerUrl", server.url);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function createTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${template}`);
  await client.end();
  const url = urlOfDatabase(serverUrl, template);
  await migrate(url);
  setEnv(testEnv(url));
  await maintainPartitions();
  await closeDatabase();
}
