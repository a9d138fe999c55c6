import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [401, 503] });

const question = (page: Page) => page.getByRole("dialog", { name: "Leave without saving?" });

test("a fault leaves when its value is right; one without a field has the focus; a field that is folded away is opened", async ({
  page,
  webster,
  api,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Forms and faults");
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await expect(page.getByRole("textbox", { name: "Application" })).toHaveValue(/Forms and faults/);
  await page.getByText("Limits, retries, order, uid and metadata").click();
  await page.getByLabel("uid", { exact: true }).fill("not a uid");
  await page.getByText("Limits, retries, order, uid and metadata").click();
  await page.getByLabel("URL").fill("https://receiver.example/hooks");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  const uid = page.getByLabel("uid", { exact: true });
  await expect(uid).toBeFocused();
  await expect(page.getByRole("alert").filter({ hasText: "was not created" })).toBeVisible();
  await uid.fill("forms-and-faults");
  await expect(page.getByRole("alert").filter({ hasText: "was not created" })).toHaveCount(0);
  await expect(uid).not.toHaveAttribute("aria-invalid");

  // The server is away: that belongs to no field.
  const away = { status: 503, json: { code: "unavailable", detail: "Webster is starting. Try again." } };
  await page.route("**/api/v1/app/*/endpoint*", (route) => route.fulfill(away));
  await page.getByRole("button", { name: "Create endpoint" }).click();
  const fault = page.locator("[data-faults]");
  await expect(fault).toContainText("Webster is starting");
  await expect(fault).toBeFocused();
  await expect(fault).toBeInViewport();
  await page.unroute("**/api/v1/app/*/endpoint*");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page).toHaveURL(/\/endpoints\/app_\w+\/ep_\w+/);
});

test("what is typed and not saved is asked about: by a link, back, Esc and the tab", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Leave me");
  await page.goto(`${home}/applications`);
  await page.getByRole("link", { name: "Leave me" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Leave me" })).toBeVisible();
  await page.getByRole("link", { name: "Create endpoint" }).click();
  await expect(page.getByRole("textbox", { name: "Application" })).toHaveValue(/Leave me/);
  await page.getByLabel("Description").fill("half written");

  await page.getByRole("link", { name: "Applications" }).first().click();
  await question(page).getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("half written");
  await page.evaluate(() => window.history.back());
  await question(page).getByRole("button", { name: "Stay" }).click();
  await expect(page).toHaveURL(/\/endpoints\/new/);
  expect(await page.evaluate(() => window.dispatchEvent(new Event("beforeunload", { cancelable: true })))).toBe(false);

  await page.getByRole("link", { name: "Applications" }).first().click();
  await question(page).getByRole("button", { name: "Leave without saving" }).click();
  await expect(page).toHaveURL(`${home}/applications`);
  expect(await page.evaluate(() => window.dispatchEvent(new Event("beforeunload", { cancelable: true })))).toBe(true);

  await page.goto(`${home}/applications/${application}`);
  await page.getByRole("button", { name: "Edit application" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Another name");
  await page.keyboard.press("Escape");
  await expect(question(page)).toBeVisible();
  await question(page).getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Another name");
  await page.keyboard.press("Escape");
  await question(page).getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // Untouched, a form closes without a word.
  await page.getByRole("button", { name: "Edit application" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Leave me");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a session that ended keeps what was typed, which is sent after signing in elsewhere", async ({ page, context, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Signed out");
  await page.goto(`${home}/applications/${application}`);
  await page.getByRole("button", { name: "Edit application" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Typed before the end");
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.getByRole("button", { name: "Save application" }).click();
  await expect(page.locator("[data-faults]")).toContainText("is still here");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Typed before the end");
  await expect(page.getByRole("link", { name: "Sign in in another tab" })).toHaveAttribute("href", /^\/login\?next=/);
  await context.addCookies(cookies);
  await page.getByRole("button", { name: "Save application" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Typed before the end" })).toBeVisible();
});
