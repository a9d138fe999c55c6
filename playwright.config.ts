import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const systemBrowsers = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].map(
  (name) => `/usr/bin/${name}`,
);
// Undefined: the one that `playwright install` downloaded.
const browser = process.env["PLAYWRIGHT_CHROMIUM_PATH"] ?? systemBrowsers.find((path) => existsSync(path));

export default defineConfig({
  testDir: "e2e",
  // Files named .test.ts are vitest's, here too: those that need the built pages but no browser.
  testMatch: "**/*.spec.ts",
  outputDir: "test-results/e2e",
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  globalSetup: "./e2e/support/globalSetup.ts",
  // Each worker has a server and a database of its own; two keep the two cores of CI busy.
  workers: process.env["CI"] === undefined ? 1 : 2,
  forbidOnly: process.env["CI"] !== undefined,
  // Only what fails takes that long; a busy machine is no failure.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    // Costs a third of the time; nobody reads one of CI.
    trace: process.env["CI"] === undefined ? "retain-on-failure" : "off",
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
