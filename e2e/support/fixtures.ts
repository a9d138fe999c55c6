import { test as base } from "@playwright/test";
import { startReceiver, type Receiver } from "../../lib/testing/receiver.ts";
import { apiClient, type Api } from "./api.ts";
import { waitForScripts } from "./hydrated.ts";
import { startWebster, type Webster } from "./server.ts";

export { expect } from "@playwright/test";

const apiKey = "wk_browser-tests-only-0123456789";

type TestFixtures = {
  /** Statuses of failed requests that the test provokes; the browser reports each on its console. */
  expectedStatuses: number[];
  /** A server that was started for the first time just now, and has no owner. */
  firstStart: Webster;
  receiver: Receiver;
  quietConsole: void;
};

type WorkerFixtures = {
  /** A server with an owner, shared by the tests of a worker. */
  webster: Webster;
  api: Api;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  expectedStatuses: [[], { option: true }],

  webster: [
    async ({}, use) => {
      const webster = await startWebster({
        WEBSTER_BOOTSTRAP_API_KEY: apiKey,
        WEBSTER_BOOTSTRAP_EMAIL: "webster@cafe.example",
        WEBSTER_BOOTSTRAP_PASSWORD: "profit without being asked",
      });
      await use(webster);
      await webster.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],

  api: [async ({ webster }, use) => use(apiClient(webster.url, apiKey)), { scope: "worker" }],

  firstStart: [
    async ({}, use) => {
      const webster = await startWebster();
      await use(webster);
      await webster.stop();
    },
    { timeout: 180_000 },
  ],

  page: async ({ page }, use) => {
    waitForScripts(page);
    await use(page);
  },

  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },

  // A violation of the content security policy is an error on the console too.
  quietConsole: [
    async ({ page, expectedStatuses }, use) => {
      const complaints: string[] = [];
      const expected = expectedStatuses.map((status) => `responded with a status of ${status} `);
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        const isExpected = expected.some((text) => message.text().includes(text));
        if (["error", "warning"].includes(message.type()) && !isExpected) complaints.push(`${message.text()} ${message.location().url}`);
      });
      await use();
      base.expect(complaints, "errors and warnings on the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});
