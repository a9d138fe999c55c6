import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";

// What goes through Next.js needs the built pages; `npm test` always builds them first.
const folders = ["app", "bench", "bin", "components", "lib", ...(existsSync(".next/BUILD_ID") ? ["e2e"] : [])];

export default defineConfig({
  test: {
    include: folders.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
    globalSetup: ["lib/testing/globalSetup.ts"],
    pool: "forks",
    // Only what fails takes that long; a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
  },
});
