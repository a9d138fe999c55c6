import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [422] });

test("a filter is written, tried on past messages, saved, and decides", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Filtered");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/filtered`);
  await api.sendMessage(application, "order.paid", { amount: 5 });
  await api.sendMessage(application, "order.paid", { amount: 500 });
  await receiver.waitForHits(2);
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=settings`);
  await page.getByText("Filter by content").click();
  await page.getByRole("button", { name: "Add condition" }).click();
  await page.getByLabel("Path of condition 1").fill("payload.amount");
  await page.getByLabel("Operator of condition 1").selectOption("is at least");
  await page.getByLabel("Value of condition 1").fill("100");
  await page.getByRole("button", { name: "Try on the last 100 messages" }).click();
  await expect(page.getByText("1 of 2 would have matched.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Edit as JSON" }).click();
  await expect(page.getByLabel("Filter as JSON")).toHaveValue(/"gte": 100/);
  await page.getByLabel("Filter as JSON").fill('{ "path": "payload.amount", "gtee": 100 }');
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByLabel("Filter as JSON")).toHaveAccessibleDescription(/no operator/i);
  await page.getByLabel("Filter as JSON").fill('{ "path": "payload.amount", "gte": 100 }');
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByText("Endpoint saved")).toBeVisible();
  await expect(page.getByLabel("Value of condition 1")).toHaveValue("100");
  await api.sendMessage(application, "order.paid", { amount: 6 });
  await api.sendMessage(application, "order.paid", { amount: 600 });
  expect(String((await receiver.waitForHits(3))[2]?.body)).toBe('{"amount":600}');
});

test("a transformation is written, tried, compared, saved, and rolled back", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Transformed");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/transformed`);
  await api.sendMessage(application, "order.paid", { amount: 5 });
  await receiver.waitForHits(1);
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=transformation`);
  const editor = page.getByRole("textbox", { name: "Code" });
  await expect(editor).toContainText("function handler");
  await expectAccessible(page);
  await editor.fill("function handler(webhook) { return webhok }");
  await page.getByRole("button", { name: "Run code" }).click();
  await expect(page.getByText(/ReferenceError/)).toBeVisible();
  await editor.fill("function handler(webhook) {");
  await page.getByRole("button", { name: "Save and enable" }).click();
  await expect(page.getByText(/SyntaxError/).first()).toBeVisible();
  await editor.fill(
    "function handler(webhook) { console.log('seen'); webhook.payload.cents = webhook.payload.amount * 100; return webhook }",
  );
  // Beside examples of event types that others have made.
  const payloads = page.getByLabel("Payload of");
  await payloads.selectOption(await payloads.getByRole("option", { name: "order.paid," }).first().getAttribute("value"));
  await page.getByRole("button", { name: "Run code" }).click();
  await expect(page.getByText("Would be sent")).toBeVisible();
  await expect(page.getByText('"cents": 500')).toBeVisible();
  await expect(page.getByText("seen", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByText("1 of 1 would change.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save and enable" }).click();
  await expect(page.getByText("Version saved")).toBeVisible();
  await expect(page.getByRole("button", { name: "Disable transformation" })).toBeVisible();
  await api.sendMessage(application, "order.paid", { amount: 6 });
  expect(String((await receiver.waitForHits(2))[1]?.body)).toBe('{"amount":6,"cents":600}');

  await editor.fill("function handler(webhook) { webhook.cancel = true; return webhook }");
  await page.getByRole("button", { name: "Save version" }).click();
  await expect(page.getByRole("button", { name: "Roll back to version 1" })).toBeVisible();
  const cancelled = await api.sendMessage(application, "order.paid", { amount: 7 });
  await page.getByRole("button", { name: "Roll back to version 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Roll back to version 1" }).click();
  await expect(page.getByText("Version 1 counts again")).toBeVisible();
  await expect(editor).toContainText("cents");
  await api.sendMessage(application, "order.paid", { amount: 8 });
  expect(String((await receiver.waitForHits(3))[2]?.body)).toBe('{"amount":8,"cents":800}');
  await page.goto(`${home}/deliveries/${cancelled}/${endpoint}`);
  await expect(page.getByText(/transformation cancelled this delivery/)).toBeVisible();
});
