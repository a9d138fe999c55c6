import { test as base } from "@playwright/test";
import { startReceiver, type Receiver } from "../../lib/testing/receiver.ts";
import { apiClient, type Api } from "./api.ts";
import { waitForScripts } from "./hydrated.ts";
import { client, type GithubUser, type OpenIdProvider, startGithub, startOpenIdProvider } from "./identityProviders.ts";
import { startWebster, type Webster } from "./server.ts";
import { owner } from "./signIn.ts";

export { expect } from "@playwright/test";

const bootstrapOwner = { WEBSTER_BOOTSTRAP_EMAIL: owner.email, WEBSTER_BOOTSTRAP_PASSWORD: owner.password };
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
  elsewhere: Elsewhere;
};

/** A server whose members may sign in at a GitHub Enterprise Server and at an OpenID Connect provider. */
type Elsewhere = {
  webster: Webster;
  openId: OpenIdProvider;
  /** Sets who is signed in at GitHub from now on. */
  github: (user: GithubUser) => void;
};

const nobody: GithubUser = { id: 1, login: "nobody", emails: [] };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  expectedStatuses: [[], { option: true }],

  webster: [
    async ({}, use) => {
      const webster = await startWebster({
        WEBSTER_BOOTSTRAP_API_KEY: apiKey,
        ...bootstrapOwner,
      });
      await use(webster);
      await webster.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],

  api: [async ({ webster }, use) => use(apiClient(webster.url, apiKey)), { scope: "worker" }],

  elsewhere: [
    async ({}, use) => {
      let user = nobody;
      const github = await startGithub(() => user);
      const openId = await startOpenIdProvider((login) => ({
        name: login,
        email: `${login.replace(/^unverified-/, "")}@cafe.example`,
        email_verified: !login.startsWith("unverified-"),
      }));
      const webster = await startWebster({
        ...bootstrapOwner,
        // Who signs in at one of them is known to the other.
        WEBSTER_PROCESSES: "2",
        WEBSTER_GITHUB_URL: `${github.url}/`,
        WEBSTER_GITHUB_ID: client.id,
        WEBSTER_GITHUB_SECRET: client.secret,
        WEBSTER_OIDC_ISSUER: openId.url,
        WEBSTER_OIDC_ID: client.id,
        WEBSTER_OIDC_SECRET: client.secret,
        WEBSTER_OIDC_NAME: "Café accounts",
      });
      openId.allow(`${webster.url}/api/auth/callback/oidc`);
      await use({ webster, openId, github: (next) => (user = next) });
      await webster.stop();
      await github.stop();
      await openId.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],

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
      page.on("pageerror", (error) => complaints.push(`${error.message} at ${page.url()}`));
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
