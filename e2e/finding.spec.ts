import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

const widths = [375, 768, 900, 1280];
const rows = (page: Page) => page.locator("tbody tr[data-row]");

/** On a phone all filters but the first are folded. */
async function showFilters(page: Page): Promise<void> {
  const more = page.getByRole("button", { name: "More filters" });
  if (await more.isVisible()) await more.click();
}

test("on a phone, filters that are set stand beside the first, and the others are folded", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 375, height: 900 });
  await page.goto(`${home}/deliveries?status=failed&channel=orders&http_status=418`);
  await expect(page.getByRole("button", { name: "More filters" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Status: Failed" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Channel orders ?: leave out$/ })).toBeVisible();
  await expect(page.getByLabel("Code, or 500-504")).toHaveValue("418");
  await expect(page.getByLabel("Code, or 500-504")).toBeVisible();
  await expect(page.getByRole("button", { name: "Error", exact: true })).toBeHidden();
  await page.getByRole("button", { name: "More filters" }).click();
  await expect(page.getByRole("button", { name: "Error", exact: true })).toBeVisible();
});

test("a customer, an endpoint and an event type are chosen by name, at any width", async ({ page, webster, api, receiver }) => {
  const [acme, rival] = [await api.createApplication("Acme Finders"), await api.createApplication("Acme Rivals")];
  const endpoint = await api.createEndpoint(acme, `${receiver.url}/finders/ok`);
  await api.createEndpoint(rival, `${receiver.url}/rivals`);
  for (const application of [acme, rival]) await api.sendMessage(application, "finder.used", {});
  await receiver.waitForHits(2);
  const home = await signIn(page, webster);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${home}/deliveries?event_types=finder.used`);
    await expect(rows(page)).toHaveCount(2);
    await showFilters(page);
    await page.getByRole("button", { name: "Application", exact: true }).click();
    await page.getByPlaceholder("Name, uid or id").fill("acme find");
    // Until then the list may still shrink below the pointer.
    await expect(page.getByRole("button", { name: /^Acme Rivals/ })).toHaveCount(0);
    await page.getByRole("button", { name: /^Acme Finders/ }).click();
    await expect(page).toHaveURL(new RegExp(`application_id=${acme}`));
    await expect(rows(page)).toHaveCount(1);
    await expect(page.getByRole("button", { name: "Application: Acme Finders" })).toBeVisible();
  }
  // By keyboard alone, and only what the chosen customer has.
  await page.getByRole("button", { name: "Endpoint", exact: true }).press("Enter");
  await page.getByPlaceholder("URL, description, uid or id").fill("rivals");
  await expect(page.getByText("Nothing is called that.")).toBeVisible();
  await page.getByPlaceholder("URL, description, uid or id").fill("finders/ok");
  await expect(page.getByRole("button", { name: /\/finders\/ok/ }).last()).toBeVisible();
  await expectAccessible(page);
  await page.getByPlaceholder("URL, description, uid or id").press("Enter");
  await expect(page).toHaveURL(new RegExp(`endpoint_id=${endpoint}`));
  await expect(page.getByRole("button", { name: /^Endpoint: .*\/finders\/ok/ })).toBeVisible();
});

test.describe("a filter that the API can't take", () => {
  test.use({ expectedStatuses: [404, 422] });
  test("says so at the filter, and leaves no row to be chosen", async ({ page, webster, api, receiver }) => {
    const applicationId = await api.createApplication("Bad filters");
    const endpoint = await api.createEndpoint(applicationId, receiver.url);
    await api.sendMessage(applicationId, "bad.filter", {});
    await receiver.waitForHits(1);
    const home = await signIn(page, webster);
    await page.goto(`${home}/deliveries?endpoint_id=${endpoint}`);
    await page.getByLabel("Select all on this page").check();
    await expect(page.getByText("1 selected")).toBeVisible();
    await page.getByLabel("Paste an id").fill("Customer 4");
    await page.keyboard.press("Enter");
    await expect(page.getByText("These filters can’t be used")).toBeVisible();
    await expect(page.getByLabel("Paste an id")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText("Not connected")).toHaveCount(0);
    await expect(page.getByRole("checkbox")).toHaveCount(0);
    await expect(page.getByRole("button", { name: /^Resend/ })).toHaveCount(0);
    await page.goto(`${home}/deliveries?application_id=nobody`);
    await expect(page.getByText("There is no such application").first()).toBeVisible();
    await page.getByRole("button", { name: "Clear filters" }).last().click();
    await expect(rows(page).first()).toBeVisible();
  });
});

test("an API key may be for one customer of very many, found by name; so is everything in the palette", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  for (let i = 0; i < 21; i++) await api.createApplication(`Early bird ${i}`);
  const late = await api.createApplication("Zebra crossing");
  const endpoint = await api.createEndpoint(late, `${receiver.url}/zebra`);
  await api.createEventType("zebra.crossed");
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/keys`);
  await page.getByRole("button", { name: "Create API key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Zebra's own");
  await dialog.getByLabel("Reaches only").fill("zebra");
  await dialog.getByRole("button", { name: /^Zebra crossing/ }).click();
  await expect(dialog.getByLabel("Reaches only")).toHaveValue(/^Zebra crossing · app_/);
  await dialog.getByRole("button", { name: "Create API key" }).click();
  await expect(dialog.getByText("This is the only time")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Zebra's own/ })).toContainText("Zebra crossing");

  for (const [text, name, address] of [
    ["zebra cr", "Zebra crossing", `/applications/${late}`],
    ["zebra", "/zebra", `/endpoints/${late}/${endpoint}`],
    ["zebra.cros", "zebra.crossed", "/event-types/zebra.crossed"],
    ["webster@cafe", "webster@cafe.example", "/settings/members"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Go to" }).fill(text);
    await page.getByRole("dialog", { name: "Go to" }).getByRole("button").filter({ hasText: name }).first().click();
    await expect(page).toHaveURL(new RegExp(address.replaceAll(".", "\\.")));
  }
});
