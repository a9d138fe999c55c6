import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [422] });

test("an environment is told how its requests present themselves, and what can't be sent is said at its field", async ({
  page,
  webster,
}) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/environments`);
  await page.getByRole("button", { name: "Create environment" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Presented");
  await page.getByRole("dialog").getByRole("button", { name: "Create environment" }).click();
  const edit = async (): Promise<void> => {
    await page.getByRole("button", { name: "Actions for Presented" }).click();
    await page.getByRole("menuitem", { name: "Edit environment" }).click();
  };
  await edit();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User-Agent").fill("Acme-Webhooks/1.0");
  await dialog.getByLabel("Header for an attempt’s id").fill("Authorization");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save environment" }).click();
  await expect(dialog.getByText(/Authorization has another meaning/).first()).toBeVisible();
  await dialog.getByLabel("Header for an attempt’s id").fill("X-Acme-Request");
  await dialog.getByLabel("Tell receivers the trace").check();
  await dialog.getByRole("button", { name: "Save environment" }).click();
  await expect(dialog).toHaveCount(0);
  await edit();
  await expect(dialog.getByLabel("User-Agent")).toHaveValue("Acme-Webhooks/1.0");
  await expect(dialog.getByLabel("Header for an attempt’s id")).toHaveValue("X-Acme-Request");
  await expect(dialog.getByLabel("Tell receivers the trace")).toBeChecked();
  // Emptied, it is Webster's own again.
  await dialog.getByLabel("User-Agent").fill("");
  await dialog.getByRole("button", { name: "Save environment" }).click();
  await expect(dialog).toHaveCount(0);
  await edit();
  await expect(dialog.getByLabel("User-Agent")).toHaveValue("");
});
