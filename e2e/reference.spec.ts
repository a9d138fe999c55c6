import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";

// The reference's pages are the longest there are.
test.describe.configure({ timeout: 240_000 });

test("the reference is read without a session: found by words, linked to, in a language that is remembered", async ({ page, webster }) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(webster.url) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  await page.goto(`${webster.url}/reference`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("API reference");
  await expect(page.getByText(`curl "${webster.url}/api/v1/app"`)).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("searchbox", { name: "Find an operation" }).fill("secret rotate");
  await page.getByRole("navigation", { name: "Reference" }).getByRole("link", { name: "rotate" }).first().click();
  await expect(page).toHaveURL(/\/reference\/endpoint#endpoint\.rotate-secret$/);
  const operation = page.locator('section[id="endpoint.rotate-secret"]');
  await expect(operation).toBeInViewport();
  await expect(operation.getByText("curl -X POST")).toBeVisible();
  await operation.getByRole("combobox").selectOption("Python");
  await expect(operation.getByText("svix.endpoint.rotate_secret(")).toBeVisible();

  await page.goto(`${webster.url}/reference/message#message.create`);
  const create = page.locator('section[id="message.create"]');
  await expect(create).toBeInViewport();
  await expect(create.getByText('event_type="invoice.paid"')).toBeVisible();
  await expect(create.getByText("eventType", { exact: true }).first()).toBeVisible();
  await expect(create.getByText("required").first()).toBeVisible();
  await page.setViewportSize({ width: 375, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  await expectAccessible(page);
  expect(foreign).toEqual([]);
});

test.describe(() => {
  test.use({ expectedStatuses: [404] });

  test("a section that is not there is not found, and the API says where to look", async ({ page, request, webster }) => {
    const response = await request.get(`${webster.url}/api/v1/no-such-thing`);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("/reference") });
    await page.goto(`${webster.url}/reference/no-such-section`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such section");
    await expect(page.getByRole("navigation", { name: "Reference" })).toBeVisible();
  });
});
