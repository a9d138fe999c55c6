import { Svix } from "svix";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [422] });

test("a connector is created, looked at, changed, made an endpoint of, and deleted", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/connectors`);
  await page.getByRole("button", { name: "Create connector" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create connector" }).click();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name", { exact: true }).fill("Team chat");
  await dialog.getByLabel("Kind").selectOption("Slack");
  await dialog
    .getByRole("textbox", { name: "Transformation" })
    .fill("const handler = (webhook) => ({ ...webhook, payload: { ...webhook.payload, text: webhook.eventType } });");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create connector" }).click();
  await expect(dialog.getByText("const handler")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Edit connector" }).click();
  await dialog.getByLabel("Description").fill("For the night shift");
  await dialog.getByRole("button", { name: "Save connector" }).click();
  await expect(dialog.getByText("For the night shift")).toBeVisible();
  const connector = page.url();

  const application = await api.createApplication("Night shift");
  const href = await dialog.getByRole("link", { name: "Create endpoint" }).getAttribute("href");
  await page.goto(`${webster.url}${href}&application_id=${application}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create endpoint for Team chat");
  await page.getByRole("textbox", { name: "URL" }).fill(receiver.url);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page).toHaveURL(/\/ep_\w+\?tab=test$/);
  await api.sendMessage(application, "shift.over", { tired: true });
  expect(String((await receiver.waitForHits(1))[0]?.body)).toBe('{"tired":true,"text":"shift.over"}');

  await page.goto(connector);
  await dialog.getByRole("button", { name: "Delete connector" }).click();
  await dialog.last().getByRole("textbox").fill("Team chat");
  await dialog.last().getByRole("button", { name: "Delete connector" }).click();
  await expect(page.getByText("No connector yet")).toBeVisible();
});

test("an integration's key and an AutoConfig token work; a portal link says what its people may do", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Connected");
  await page.goto(`${home}/applications/${application}`);
  await page.getByRole("link", { name: "Integrations and AutoConfig" }).click();
  await page.getByRole("button", { name: "Create integration" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Zapier");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create integration" }).click();
  await dialog.getByRole("button", { name: "Reveal key" }).click();
  const first = (await dialog.locator("code").textContent()) ?? "";
  const applicationOf = (key: string) => new Svix(key, { serverUrl: webster.url }).application.get(application);
  expect((await applicationOf(first)).name).toBe("Connected");
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  await expect(dialog.locator("code")).not.toHaveText(first);
  await expect(applicationOf(first)).rejects.toMatchObject({ code: 401 });
  await dialog.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Create AutoConfig token" }).click();
  await expect(dialog.locator("code")).toHaveText(/^auto_v2_/);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("Not used yet")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Delete auto_v2_/ }).click();
  await dialog.getByRole("button", { name: "Delete AutoConfig token" }).click();
  await expect(page.getByText("No AutoConfig token yet")).toBeVisible();
  await page.getByRole("button", { name: "Delete Zapier" }).click();
  await dialog.getByRole("button", { name: "Delete integration" }).click();
  await expect(page.getByText("No integration yet")).toBeVisible();

  await page.getByRole("button", { name: "Create portal link" }).click();
  await dialog.getByLabel(/^Create, change and delete endpoints/).uncheck();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create portal link" }).click();
  const link = (await dialog.locator("code").textContent()) ?? "";
  await page.goto(link);
  await expect(page.getByText("Create the first endpoint")).toBeVisible();
  await expect(page.getByRole("link", { name: "Create endpoint" })).toHaveCount(0);
});
