import { expect, test } from "./support/fixtures.ts";
import { freePort } from "../lib/testing/freePort.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [503] });

test("a message's page says of a delivery what the log says", async ({ page, webster, api }) => {
  const application = await api.createApplication("Same words");
  await api.createEndpoint(application, `http://127.0.0.1:${await freePort()}/nobody`);
  const message = await api.sendMessage(application, "order.paid", { n: 1 });
  const home = await signIn(page, webster);
  for (const address of [`/messages/${message}`, `/deliveries?message_id=${message}`]) {
    await page.goto(home + address);
    const row = page.locator("tbody tr[data-row]");
    await expect(row).toContainText("Retrying");
    await expect(row).toContainText("Refused");
    await expect(row).toContainText("1/8");
  }
  // What waits for its moment has not been tried.
  const later = await api.sendMessage(application, "order.paid", { n: 2 }, { deliverAt: new Date(Date.now() + 3_600_000).toISOString() });
  for (const address of [`/messages/${later}`, `/deliveries?message_id=${later}`]) {
    await page.goto(home + address);
    await expect(page.locator("tbody tr[data-row]")).toContainText("Queued");
  }
});

test("a count of an endpoint's deliveries leads to as many", async ({ page, webster, api, receiver }) => {
  receiver.respond({ status: 503, body: "Closed" });
  const application = await api.createApplication("Counted");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/counted`);
  await api.sendMessage(application, "order.paid", { n: 1 });
  await api.sendMessage(application, "order.paid", { n: 2 }, { deliverAt: new Date(Date.now() + 3_600_000).toISOString() });
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  const counts = page.getByRole("region", { name: "Deliveries of the last 28 days" });
  await expect(async () => {
    await page.reload();
    await expect(counts.locator("div").filter({ hasText: "To be retried" }).getByRole("link")).toHaveText("1", { timeout: 1_000 });
  }).toPass();
  await counts.locator("div").filter({ hasText: "To be retried" }).getByRole("link").click();
  await expect(page).toHaveURL(/status=retrying/);
  await expect(page.locator("tbody tr[data-row]")).toHaveCount(1);
  await expect(page).toHaveURL(/after=/);
});

test("what could not be counted is not said to be being counted", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Uncounted");
  await api.createEndpoint(application, `${receiver.url}/uncounted`);
  for (let n = 0; n < 51; n++) await api.sendMessage(application, "order.paid", { n });
  await receiver.waitForHits(51);
  const home = await signIn(page, webster);
  await page.route("**/api/v1/delivery/bulk-resend*", (route) =>
    route.fulfill({ status: 503, json: { code: "unavailable", detail: "Counting takes too long." } }),
  );
  await page.goto(`${home}/deliveries?application_id=${application}`);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await page.getByRole("button", { name: "Resend all 51 matching…" }).click();
  const dialog = page.getByRole("dialog", { name: "Resend all matching" });
  await expect(dialog).toContainText("Counting takes too long.");
  await expect(dialog).not.toContainText("Counting…");
});

test("what an endpoint's page counts keeps up with its queue, and the chosen time stays in the address", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const application = await api.createApplication("Kept up");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/kept-up`);
  const home = await signIn(page, webster);
  await page.clock.install();
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  const succeeded = page.getByRole("region", { name: "Deliveries of the last 28 days" }).getByRole("link").first();
  await expect(succeeded).toHaveText("0");
  await api.sendMessage(application, "order.paid", { n: 1 });
  await receiver.waitForHits(1);
  await expect(async () => {
    await page.clock.runFor(21_000);
    await expect(succeeded).toHaveText("1", { timeout: 1_000 });
  }).toPass();

  await page.getByRole("button", { name: "Time: Last 7 days" }).click();
  await page.getByRole("menuitemradio", { name: "Last 28 days" }).click();
  await expect(page).toHaveURL(/days=28/);
  await page.reload();
  await expect(page.getByRole("button", { name: "Time: Last 28 days" })).toBeVisible();
});

test("the log's number of deliveries is that of now, with each row that comes to be shown", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Numbered");
  await api.createEndpoint(application, `${receiver.url}/numbered`);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?application_id=${application}`);
  await expect(page.getByText("No deliveries match these filters")).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await api.sendMessage(application, "order.paid", { n: 1 });
  await expect(page.getByText("1 delivery", { exact: true })).toBeVisible();
  for (const n of [2, 3]) await api.sendMessage(application, "order.paid", { n });
  await page.getByRole("button", { name: "2 new" }).click();
  await expect(page.locator("tbody tr[data-row]")).toHaveCount(3);
  await expect(page.getByText("3 deliveries", { exact: true })).toBeVisible();
});

test("a line of the usage leads to what it counts: of the same time", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Used");
  await api.createEndpoint(application, `${receiver.url}/used`);
  await api.sendMessage(application, "usage.counted", { n: 1 });
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  const line = page.getByRole("table", { name: "Usage" });
  await page.goto(`${home}/usage?by=eventType&days=28`);
  // Counted every 20 seconds.
  await expect(async () => {
    await page.reload();
    await expect(line.getByRole("link", { name: "usage.counted" })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  // What is not among the first is found by name, and a name without deliveries is no empty environment.
  await page.getByLabel("Event type").fill("no.such");
  await expect(page.getByText("No event types with deliveries match these filters")).toBeVisible();
  await page.getByLabel("Event type").fill("GE.COUNT");
  await expect(page).toHaveURL(/search=GE\.COUNT/);
  await line.getByRole("link", { name: "usage.counted" }).click();
  await expect(page).toHaveURL(/event_types=usage\.counted&after=\d{4}-/);
  await page.goto(`${home}/usage?days=28`);
  await line.getByRole("link", { name: "Used", exact: true }).click();
  await expect(page.getByRole("button", { name: "Time: Last 28 days" })).toBeVisible();
});
