import { expect, it, vi } from "vitest";
import { emptyDatabase, workerUrl } from "../lib/testing/database.ts";
import type { Program } from "../lib/testing/program.ts";
import { programsOfEachTest } from "../lib/testing/programs.ts";
import { testSecret } from "../lib/testing/settings.ts";

// Each of these tests starts whole programs, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const programs = programsOfEachTest();

const server = (env: Record<string, string>): Program =>
  programs.start("bin/server.ts", ["--no-pages"], { WEBSTER_SECRET: testSecret, ...env });
const ended = async (program: Program): Promise<[number | null, string]> => [(await program.exited).code, program.output()];

it("a server without the owner's password works once the owner has migrated, and says who may while there is something to migrate", async () => {
  const DATABASE_OWNER_URL = await emptyDatabase();
  const DATABASE_URL = workerUrl(DATABASE_OWNER_URL);
  expect(await ended(server({ DATABASE_URL }))).toEqual([
    1,
    expect.stringMatching(/may not create Webster's tables[^]*DATABASE_OWNER_URL/),
  ]);
  // Whoever migrates needs no secret.
  expect(await ended(programs.start("bin/migrateDatabase.ts", [], { DATABASE_URL, DATABASE_OWNER_URL }))).toEqual([
    0,
    expect.stringMatching(/Applied:[^]*days_by_owner/),
  ]);
  const program = server({ DATABASE_URL, WEBSTER_BOOTSTRAP_API_KEY: "a-key-for-scripts-0123456789" });
  const [, url] = await program.waitFor(/API +(http:\S+)\/api\/v1/);
  expect((await fetch(`${url}/health/ready`)).status).toBe(204);
  expect(program.output()).not.toMatch(/database\.role/);
});
