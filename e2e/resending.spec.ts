import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

const rows = (page: Page) => page.locator("tbody tr[data-row]");

test("a double click resends once and tells how it ended, in the row too that its filter finds no more", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  receiver.respond({ status: 404 });
  const applicationId = await api.createApplication("Twice");
  const endpointId = await api.createEndpoint(applicationId, `${receiver.url}/twice`);
  await api.sendMessage(applicationId, "sent.once", {});
  const home = await signIn(page, webster);
  for (const width of [375, 768, 900, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
    await expect(rows(page).getByRole("button", { name: /^Resend sent\.once/ })).toBeInViewport();
  }
  await expect(rows(page).first()).toContainText("1/8");
  receiver.respond({ status: 200 });
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}&status=failed,pending`);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: /^Resend sent\.once/ }).dblclick();
  await expect(page.getByText(/^Succeeded: sent\.once to .*\/twice \(200\)$/)).toBeVisible();
  await expect(rows(page).first()).toContainText("Succeeded");
  await expect(rows(page).first().getByRole("checkbox")).toBeDisabled();

  // What succeeded is asked about, by the key as well.
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await rows(page).first().getByRole("link").first().focus();
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog", { name: "Send it again" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(receiver.hits).toHaveLength(2);
  await page.getByRole("button", { name: /^Resend sent\.once/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send it again" }).click();
  await receiver.waitForHits(3);
});
