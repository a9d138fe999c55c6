import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test("from nothing to a verified delivery, with nothing outside", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/playground`);
  await page.getByRole("button", { name: "Create inbox" }).click();
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await page.getByLabel("Payload").fill("not JSON");
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(page.getByText("This is no JSON").first()).toBeVisible();
  await page.getByLabel("Payload").fill('{"hello":"<b>world</b>"}');
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(page.getByText("Signature verified", { exact: true })).toBeVisible();
  await expect(page.getByText(": done")).toHaveCount(3);
  await expectAccessible(page);

  await page.getByLabel("What the inbox answers with").selectOption("503");
  await page.getByRole("button", { name: "Save answer" }).click();
  await expect(page.getByRole("button", { name: "Save answer" })).toHaveCount(0);
  await page.getByRole("button", { name: "Send message" }).click();
  await expect(page.getByText("Signature verified", { exact: true })).toHaveCount(2);
  await page.getByRole("link", { name: "the endpoint: open the delivery" }).first().click();
  await expect(page.getByText("The receiver is overloaded or in maintenance.").first()).toBeVisible();

  await page.goto(home);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page.getByRole("link", { name: "invoice.paid" }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "invoice.paid" }).first().click();
  await expect(page).toHaveURL(/deliveries/);
});
