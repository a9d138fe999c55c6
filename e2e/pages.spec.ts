import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";

test.use({ expectedStatuses: [401, 403, 404] });

const pages = [
  { path: "/login", heading: "Sign in" },
  { path: "/invite", heading: "Join an organization" },
  { path: "/invite#token=spent", heading: "Join an organization" },
  { path: "/reset", heading: "Set a new password" },
  { path: "/reset#token=spent", heading: "Set a new password" },
  { path: "/setup#token=spent", heading: "Set up Webster" },
  { path: "/portal", heading: "Webhooks portal" },
  { path: "/portal#key=spent", heading: "Webhooks portal" },
  { path: "/no/such/page", heading: "There is no such page" },
];

for (const { path, heading } of pages)
  test(`${path} is accessible, light and dark, on a phone and at a desk`, async ({ page, webster }) => {
    await page.goto(webster.url + path);
    await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
    await expectAccessible(page);
  });
