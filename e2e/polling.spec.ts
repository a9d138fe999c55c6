import { Svix } from "svix";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

// The form is told 422 about a uid that can't be one.
test.use({ expectedStatuses: [422] });

test("a polling endpoint is created, polled with its own key, its consumer seen, moved and forgotten; then it is deleted", async ({
  page,
  webster,
  api,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Behind a firewall");
  await page.goto(`${home}/applications/${application}`);
  await page.getByRole("button", { name: "Create polling endpoint" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("uid").fill("no spaces please");
  await dialog.getByRole("button", { name: "Create polling endpoint" }).click();
  await expect(dialog.getByLabel("uid")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("uid").fill("warehouse");
  await dialog.getByLabel("Channels").fill("shop, online");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create polling endpoint" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "warehouse" })).toBeVisible();
  await expect(page.getByText("No consumer yet")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Create polling key" }).click();
  await dialog.getByRole("button", { name: "Create polling key" }).click();
  const key = (await dialog.locator("code").textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done" }).click();

  const sent: string[] = [];
  for (const n of [1, 2, 3]) sent.push(await api.sendMessage(application, "order.paid", { n }, { channels: ["shop"] }));
  await api.sendMessage(application, "order.paid", {}, { channels: ["other"] });
  const reader = new Svix(key, { serverUrl: webster.url });
  const first = await reader.message.poller.consumerPoll(application, "warehouse", "worker", { limit: 2 });
  expect(first.data.map(({ id }) => id)).toEqual(sent.slice(0, 2));
  const rest = await reader.message.poller.consumerPoll(application, "warehouse", "worker", { iterator: first.iterator });
  expect(rest.data.map(({ id }) => id)).toEqual(sent.slice(2));

  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "worker" });
  await expect(row).toContainText(first.iterator);
  await expect(row.getByRole("cell").nth(2)).toHaveText("1");
  await row.getByRole("button", { name: "Seek worker" }).click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Seek consumer" }).click();
  await expect(row.getByRole("cell").nth(2)).toHaveText("3");
  await page.getByRole("button", { name: "Add condition" }).click();
  await page.getByLabel("Path of condition 1").fill("payload.n");
  await page.getByLabel("Operator of condition 1").selectOption("is at least");
  await page.getByLabel("Value of condition 1").fill("2");
  await page.getByRole("button", { name: "Save filter" }).click();
  await expect(row.getByRole("cell").nth(2)).toHaveText("2");
  await page.getByRole("textbox", { name: "Code" }).fill("function handler(webhook) { webhook.payload.n *= 10; return webhook }");
  await page.getByRole("textbox", { name: "JSON" }).fill('{"n":4}');
  await page.getByRole("button", { name: "Run code" }).click();
  await expect(page.getByText("Would be given")).toBeVisible();
  await expect(page.getByText('"n": 40')).toBeVisible();
  await page.getByRole("button", { name: "Save and enable" }).click();
  await expect(page.getByRole("button", { name: "Disable transformation" })).toBeVisible();
  const made = await reader.message.poller.consumerPoll(application, "warehouse", "worker");
  expect(made.data.map(({ payload }) => payload)).toEqual([{ n: 20 }, { n: 30 }]);
  await row.getByRole("button", { name: "Forget worker" }).click();
  await dialog.getByRole("button", { name: "Forget consumer" }).click();
  await expect(page.getByText("No consumer yet")).toBeVisible();

  await page.getByRole("button", { name: "Disable polling endpoint" }).click();
  await expect(page.getByRole("button", { name: "Enable polling endpoint" })).toBeVisible();
  await expect(reader.message.poller.poll(application, "warehouse")).rejects.toMatchObject({ code: 400 });
  await page.getByRole("button", { name: "Delete polling endpoint" }).click();
  await dialog.getByRole("textbox").fill("delete");
  await dialog.getByRole("button", { name: "Delete polling endpoint" }).click();
  await expect(page.getByText("No polling endpoint yet")).toBeVisible();
});

test("an endpoint is first in, first out: a failure holds back what follows, and the log says so", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("In order");
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await page.getByLabel("URL").fill(`${receiver.url}/fifo`);
  await page.getByText("Limits, retries, order, uid and metadata").click();
  await page.getByLabel("Order", { exact: true }).selectOption("fifo");
  await page.getByLabel("Retry schedule").fill("3600");
  receiver.respond({ status: 500 });
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByText("Endpoint created")).toBeVisible();
  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("definition").filter({ hasText: "First in, first out" })).toBeVisible();
  await api.sendMessage(application, "order.paid", { n: 1 });
  await receiver.waitForHits(1);
  const id = await api.sendMessage(application, "order.paid", { n: 2 }, { orderingKey: "account-17" });
  await page.goto(`${home}/messages/${id}`);
  await expect(page.getByText("account-17")).toBeVisible();
  await page.goto(`${home}/deliveries?application_id=${application}`);
  await page.getByRole("row").filter({ hasText: "order.paid" }).first().getByRole("link").first().click();
  await expect(page.getByText("When what was accepted before it has ended")).toBeVisible();
  expect(receiver.hits).toHaveLength(1);
});
