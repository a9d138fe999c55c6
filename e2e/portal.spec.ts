import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";

test.use({ expectedStatuses: [401, 403, 404] });

test("a portal link opens one application, once, and leaves nothing behind", async ({ page, webster, api }) => {
  const application = await api.createApplication("Espresso Corner");
  const link = await api.portalLink(application);
  expect(link).toContain(`${webster.url}/portal#`);

  await page.goto(link);
  await expect(page.getByText("You have access to Espresso Corner")).toBeVisible();
  await expect(page).toHaveURL(`${webster.url}/portal`);
  await expectAccessible(page);
  const kept = await page.evaluate(() => [...Object.values(localStorage), ...Object.values(sessionStorage)]);
  expect(kept).toEqual([]);

  const again = await page.context().newPage();
  await again.goto(link);
  await expect(again.getByText("This link can't be used")).toBeVisible();
});

test("the bare address says where a link comes from", async ({ page, webster }) => {
  await page.goto(`${webster.url}/portal`);
  await expect(page.getByText("Open the portal from the product that uses it")).toBeVisible();
});
