import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { waitForScripts } from "./support/hydrated.ts";
import { pressUntil } from "./support/pressUntil.ts";
import { signIn } from "./support/signIn.ts";

const rows = (page: Page) => page.locator("tbody tr[data-row]");

// The browser tells of each request that got no answer.
test.use({ expectedStatuses: [] });

test("while Webster can't be reached a page says since when, sends nothing, and is not lost", async ({
  browser,
  webster,
  api,
  receiver,
}) => {
  receiver.respond({ status: 404 });
  const applicationId = await api.createApplication("Away");
  const endpointId = await api.createEndpoint(applicationId, `${receiver.url}/away`);
  const messageId = await api.sendMessage(applicationId, "sent.away", {});
  await receiver.waitForHits(1);
  // A page of its own: what it writes to the console is what this test is about.
  const context = await browser.newContext();
  const page = await context.newPage();
  const home = await signIn(page, webster);
  for (const width of [375, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
    await expect(rows(page).first()).toContainText("Retrying");
    await expect(page.getByText(/^(Live|Refreshed)/)).toBeVisible();
    await context.setOffline(true);
    await page.getByRole("button", { name: /^Resend sent\.away/ }).click();
    await expect(page.getByText("Not sent: Webster could not be reached.").last()).toBeVisible();
    await expect(page.getByText(/^Webster can’t be reached since \d/)).toBeVisible();
    // It is what it was.
    await expect(rows(page).first()).toContainText("Retrying");

    await page.goto(`${page.url()}#`).catch(() => undefined);
    await page.evaluate(() => window.history.pushState(null, "", `${window.location.search}&status=succeeded`));
    await expect(page.getByText("The deliveries could not be loaded")).toBeVisible();
    await expect(page.getByRole("checkbox")).toHaveCount(0);

    // The way to a page that isn't there leads nowhere, and not to the browser's error page.
    if (width > 640) {
      await page.getByRole("link", { name: "Usage" }).click();
      await expect(page.getByText("This page stays").last()).toBeVisible();
      await expect(page).toHaveURL(/\/deliveries/);
    }
    await context.setOffline(false);
    await expect(page.getByText(/^Webster can’t be reached since/)).toHaveCount(0);
    await expect(page.getByText("No deliveries match these filters")).toBeVisible();
  }
  // Its own retries went on; what was clicked was not sent.
  const headers = { "webster-environment": new URL(home).pathname.split("/")[2] ?? "" };
  const answer = await page.request.get(`${webster.url}/api/v1/delivery/${messageId}/${endpointId}`, { headers });
  const { attempts } = (await answer.json()) as { attempts: { trigger: string }[] };
  expect(attempts.map(({ trigger }) => trigger)).not.toContain("manual");
  await context.close();
});

test("a part that Webster has no more since it was updated says so, and nothing typed is lost", async ({ browser, webster }) => {
  // A page of its own: the browser tells of each script that is not there.
  const context = await browser.newContext();
  const page = await context.newPage();
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/new`);
  await page.getByLabel("Description").fill("half written");
  await page.getByRole("heading", { level: 1 }).click();
  await page.route("**/_next/static/chunks/**", (route) => route.fulfill({ status: 404 }));
  await pressUntil(page, "?", page.getByRole("alert").filter({ hasText: "Webster has been updated since this page was opened" }));
  await expect(page.getByRole("button", { name: "Reload" })).toBeVisible();
  await expect(page.getByLabel("Description")).toHaveValue("half written");
  // As with a second server that is updated a moment later.
  await page.unroute("**/_next/static/chunks/**");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("Description")).toHaveValue("half written");
  await context.close();
});

test("an answer that was lost on its way: nobody says that nothing was done, and the same again makes nothing more", async ({
  browser,
  webster,
  api,
}) => {
  const applicationId = await api.createApplication("Lost answers");
  const context = await browser.newContext();
  const page = await context.newPage();
  waitForScripts(page);
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/new?application_id=${applicationId}`);
  await page.getByLabel("URL", { exact: true }).fill("https://receiver.example/lost");
  await page.route(
    `**/api/v1/app/${applicationId}/endpoint`,
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  const create = page.getByRole("button", { name: "Create endpoint" });
  await create.click();
  const faults = page.locator("[data-faults]");
  await expect(faults).toContainText("It is not known whether this was done");
  await expect(faults).not.toContainText("not created");
  await expect(page.getByText(/^Webster can’t be reached since/)).toHaveCount(0);
  await create.click();
  await expect(page).toHaveURL(/\/endpoints\/app_\w+\/ep_\w+/);
  await page.goto(`${home}/applications/${applicationId}`);
  await expect(page.getByRole("row", { name: /receiver\.example\/lost/ })).toHaveCount(1);
  await context.close();
});
