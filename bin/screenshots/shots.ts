/** What the pictures show: the page, and when it stands as it should. */
import { expect as wait, type Page } from "@playwright/test";

export type Scene = { url: string; environmentId: string; apiKey: string };

export type Shot = {
  /** The page's address; `home` is the environment's. */
  open: (scene: Scene, home: string) => string | Promise<string>;
  /** Does what is left to do, and resolves when everything is there. */
  show: (page: Page) => Promise<unknown>;
};

/** Only what fails takes that long. */
const expect = wait.configure({ timeout: 30_000 });

const rows = (page: Page) => page.locator("tr[data-row]");
const chart = (page: Page) => expect(page.locator("figure svg").first()).toBeVisible();
const many = async (page: Page) => {
  await expect(rows(page).nth(8)).toBeVisible();
  await chart(page);
};

export const shots: Record<string, Shot> = {
  deliveries: { open: (_scene, home) => `${home}/deliveries`, show: many },
  delivery: {
    open: (_scene, home) => `${home}/deliveries?status=failed`,
    show: async (page) => {
      await many(page);
      await rows(page).first().locator("a[data-row-link]").click();
      await expect(page.getByRole("dialog").getByRole("tree").first()).toBeVisible();
    },
  },
  overview: { open: (_scene, home) => home, show: chart },
  incidents: {
    open: (_scene, home) => `${home}/incidents?status=all`,
    show: (page) => expect(rows(page).nth(4)).toBeVisible(),
  },
  portal: {
    open: async ({ url, apiKey }) => {
      const answer = await fetch(`${url}/api/v1/auth/app-portal-access/kestrel-freight`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: "{}",
      });
      const { url: link } = (await answer.json()) as { url: string };
      return `${link}&title=Crema&accent=3b82f6`;
    },
    show: async (page) => {
      await page.getByRole("link", { name: "Deliveries" }).click();
      await many(page);
    },
  },
};
