import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{app,bench,bin,components,lib}/**/*.test.{ts,tsx}"],
    globalSetup: ["lib/testing/globalSetup.ts"],
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
