import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";

test.use({ expectedStatuses: [401, 403, 404] });

const pages = [
  { path: "/", heading: "Webster is running" },
  { path: "/setup?token=spent", heading: "Set up Webster" },
  { path: "/portal", heading: "Webhooks portal" },
  { path: "/portal#key=spent", heading: "Webhooks portal" },
  { path: "/no/such/page", heading: "There is no such page" },
];

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [375, 1280])
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      for (const { path, heading } of pages)
        test(path, async ({ page, webster }) => {
          await page.goto(webster.url + path);
          await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
          await expectNoOverflowNorAxeViolation(page);
        });

      test("/setup, the form", async ({ page, firstStart }) => {
        await page.goto(firstStart.setupUrl() ?? "");
        await page.getByRole("button", { name: "Create owner" }).click();
        await expect(page.getByRole("alert").filter({ hasText: "The owner was not created" })).toBeVisible();
        await expectNoOverflowNorAxeViolation(page);
      });
    });

async function expectNoOverflowNorAxeViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
}
