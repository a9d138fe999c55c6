import { defineConfig } from "vitest/config";

/** The API's contract through Next.js. It needs the pages built: `npm test` runs it after the build. */
export default defineConfig({
  test: {
    include: ["e2e/contract/*.test.ts"],
    root: new URL("../..", import.meta.url).pathname,
    globalSetup: ["lib/testing/globalSetup.ts"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
});
