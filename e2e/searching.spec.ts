import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [422] });

test("an order's number finds its message, once the environment keeps words", async ({ page, webster, api, receiver }) => {
  const applicationId = await api.createApplication("Searchers");
  await api.createEndpoint(applicationId, receiver.url);
  for (const id of ["ORD-4711", "ORD-4712"]) await api.sendMessage(applicationId, "order.searched", { order: { id } });
  await receiver.waitForHits(2);
  const home = await signIn(page, webster);
  const log = `${home}/deliveries?event_types=order.searched`;
  const rows = page.locator("tbody tr[data-row]");

  await page.goto(log);
  await expect(rows).toHaveCount(2);
  await page.getByLabel("Search payloads").fill("order.id=4711");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Search in payloads is off")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Turn it on in the settings" }).click();
  await expect(page.getByLabel(/The log finds messages by words/)).toBeFocused();
  await page.getByLabel(/The log finds messages by words/).click();
  await expect(page.getByText("Setting saved")).toBeVisible();

  await expect(async () => {
    await page.goto(`${log}&search=${encodeURIComponent("order.id=4711")}`);
    await expect(rows).toHaveCount(1);
  }).toPass();
  await expect(page.getByLabel("Search payloads")).toHaveValue("order.id=4711");
  await expectAccessible(page);
  await page.getByLabel("Code, or 500-504").fill("500-504");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/http_status=500-504/);
  await expect(page.getByText("No deliveries match these filters")).toBeVisible();
});
