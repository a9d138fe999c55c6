import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test("what happened is never to come: by a clock that is behind, and after a page was left for a while", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const applicationId = await api.createApplication("Times");
  const endpointId = await api.createEndpoint(applicationId, receiver.url);
  const home = await signIn(page, webster);
  await page.clock.install({ time: Date.now() - 60_000 });
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await api.sendMessage(applicationId, "time.told", {});
  const time = page.locator("tbody tr[data-row] time").last();
  await expect(time).toHaveText(/just now|ago/);

  // Away by a link, and back after 40 seconds.
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await page.clock.fastForward(40_000);
  await api.sendMessage(applicationId, "time.told.again", {});
  await receiver.waitForHits(2);
  await page.goBack();
  await expect(page.locator("tbody tr[data-row]").first()).toBeVisible();
  for (const text of await page.locator("tbody tr[data-row] td time").allTextContents()) expect(text).toMatch(/just now|ago/);
});

test("a tooltip of a time goes when the pointer does, and there is one at a time", async ({ page, webster, api, receiver }) => {
  const applicationId = await api.createApplication("Tips");
  const endpointId = await api.createEndpoint(applicationId, receiver.url);
  for (let i = 0; i < 4; i++) await api.sendMessage(applicationId, "tip.shown", {});
  await receiver.waitForHits(4);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  const times = page.locator("tbody tr[data-row] td time");
  const tips = page.getByRole("tooltip");
  await expect(page.locator("tbody tr[data-row]")).toHaveCount(4);
  const pointAt = async (row: number) => {
    const box = await times.nth(row).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
  };
  // What comes late above the rows moves them away from under a pointer that rests: it is pointed again then.
  await expect(async () => {
    for (let i = 0; i < 4; i++) await pointAt(i);
    await expect(tips).toHaveCount(1, { timeout: 2_000 });
  }).toPass();
  // As fast as a pointer that only passes by.
  for (let i = 3; i >= 0; i--) await pointAt(i);
  await page.mouse.move(5, 5);
  await expect(tips).toHaveCount(0);
});
