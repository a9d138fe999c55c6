import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// What goes through Next.js needs the built pages; `npm test` always builds them first.
const folders = ["app", "bench", "bin", "components", "lib", ...(existsSync(".next/BUILD_ID") ? ["e2e"] : [])];

export default defineConfig({
  test: {
    include: folders.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
    globalSetup: ["lib/testing/globalSetup.ts"],
    pool: "forks",
    // Half of their time they wait for the database, for programs, for what is to happen.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Only what fails takes that long; a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
  },
});
