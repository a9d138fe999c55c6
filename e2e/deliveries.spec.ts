import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible.ts";
import type { Api } from "./support/api.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

const hostile = `</script><script>window.broken = true</script><img src=x onerror="window.broken = true">"'\`{{7*7}}`;

const rows = (page: Page) => page.locator("tbody tr[data-row]");

async function newTarget(api: Api, url: string, name = "Café") {
  const applicationId = await api.createApplication(name);
  const endpointId = await api.createEndpoint(applicationId, url);
  return { applicationId, endpointId };
}

test("the log shows what arrives, filters in the address, and resends with one click", async ({ page, webster, api, receiver }) => {
  receiver.respond([{ status: 503, body: "Closed for lunch" }, { status: 503 }]);
  const { applicationId, endpointId } = await newTarget(api, receiver.url);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await expect(page.getByText("No deliveries match these filters")).toBeVisible();

  const messageId = await api.sendMessage(applicationId, "invoice.paid", { amount: 4200 });
  // The row came by itself.
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText("503");
  await expect(rows(page).first()).toContainText("Retrying");

  await page.getByRole("button", { name: "Status", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Succeeded" }).click();
  await expect(page).toHaveURL(/status=succeeded/);
  await expect(page.getByText("No deliveries match these filters")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goBack();
  await expect(rows(page)).toHaveCount(1);

  await page.getByRole("button", { name: "Time", exact: true }).click();
  await expect(page.getByRole("button", { name: "Last hour" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/after=20/);
  await page.keyboard.press("Escape");
  await expect(rows(page)).toHaveCount(1);

  receiver.respond([{ status: 200, body: "Thanks" }]);
  await page.getByRole("button", { name: /^Resend invoice\.paid/ }).click();
  await expect(rows(page).first()).toContainText("Succeeded");
  await expect(rows(page).first()).toContainText("200");

  await page.getByLabel("Paste an id").fill(messageId);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`message_id=${messageId}`));
  await expect(rows(page)).toHaveCount(1);
  await expectAccessible(page);
});

test("the first page of the log comes with the address’s own HTML: filtered, with its count, of nobody else", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const { applicationId, endpointId } = await newTarget(api, receiver.url);
  await api.sendMessage(applicationId, "drawn.ahead", {});
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  const htmlOf = async (search: string) => (await page.request.get(`${home}/deliveries?${search}`)).text();
  // A server that is busy may not have the rows in time, and then leaves them to the browser.
  await expect(async () => {
    const drawn = await htmlOf(`endpoint_id=${endpointId}`);
    expect(drawn.includes("data-row-link")).toBe(true);
    expect(drawn.includes("1 delivery")).toBe(true);
  }).toPass();
  expect(await htmlOf(`endpoint_id=${endpointId}&event_types=another.one`)).not.toContain("data-row-link");
  expect(await htmlOf("status=nonsense")).not.toContain("data-row-link");
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await expect(rows(page).first()).toContainText("ago");
});

test("what is new waits behind a button, and nothing moves while rows are selected", async ({ page, webster, api, receiver }) => {
  const { applicationId, endpointId } = await newTarget(api, receiver.url);
  await api.sendMessage(applicationId, "first.one", {});
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  await api.sendMessage(applicationId, "second.one", {});
  await expect(page.getByRole("button", { name: "1 new" })).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "1 new" }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText("second.one");

  await page.getByLabel("Select all on this page").check();
  await expect(page.getByText("Paused while rows are selected")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Resend 2 deliveries" }).click();
  await page.getByRole("button", { name: "Send all 2 again" }).click();
  await receiver.waitForHits(4, 10_000);
});

test("from a delivery one comes to its endpoint and its message; in the portal, to the endpoint", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const { applicationId, endpointId } = await newTarget(api, receiver.url);
  const messageId = await api.sendMessage(applicationId, "way.onward", {});
  await receiver.waitForHits(1, 10_000);
  const home = await signIn(page, webster);
  const facts = page.getByRole("region", { name: "Delivery", exact: true });
  await page.goto(`${home}/deliveries/${messageId}/${endpointId}`);
  await facts.getByRole("link", { name: /^ep_/ }).click();
  await expect(page).toHaveURL(`${home}/endpoints/${applicationId}/${endpointId}`);
  await page.goBack();
  await facts.getByRole("link", { name: /^msg_/ }).click();
  await expect(page).toHaveURL(`${home}/messages/${messageId}`);

  await page.goto(await api.portalLink(applicationId));
  await expect(page).toHaveURL(/\/portal\/endpoints$/);
  await page.goto(`${webster.url}/portal/deliveries/${messageId}/${endpointId}`);
  await expect(facts.getByRole("link", { name: /^msg_/ })).toHaveCount(0);
  await facts.getByRole("link", { name: /^ep_/ }).click();
  await expect(page).toHaveURL(`${webster.url}/portal/endpoints/${applicationId}/${endpointId}`);
});

test("with the keyboard alone: filter, open, resend", async ({ page, webster, api, receiver }) => {
  receiver.respond([{ status: 404 }, { status: 404 }]);
  const { applicationId, endpointId } = await newTarget(api, receiver.url);
  await api.sendMessage(applicationId, "keyboard.only", {});
  await receiver.waitForHits(1, 10_000);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries`);
  await expect(rows(page).first()).toBeVisible();
  await expect(async () => {
    await page.keyboard.press("f");
    await expect(page.getByLabel("Paste an id")).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.type(endpointId);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`endpoint_id=${endpointId}`));
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "keyboard.only" });
  await expect(panel.getByText("There is nothing at this path.").first()).toBeVisible();
  receiver.respond([{ status: 200 }]);
  await page.keyboard.press("r");
  const resent = panel.getByRole("list", { name: "Timeline" }).getByRole("listitem").filter({ hasText: "Resend" });
  await expect(resent.getByText("Succeeded")).toBeVisible();
});

test("a delivery tells what was sent, what came back and what differs; all of it is only text", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  receiver.respond([
    { status: 500, body: hostile, headers: { "x-hostile": hostile, "content-type": "text/html" } },
    { status: 500, body: hostile },
  ]);
  const { applicationId, endpointId } = await newTarget(api, `${receiver.url}?q=${encodeURIComponent(hostile)}`, hostile);
  const messageId = await api.sendMessage(applicationId, "hostile.text", { [hostile]: hostile });
  await receiver.waitForHits(1, 10_000);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await expect(rows(page).first()).toContainText("500");
  await page.goto(`${home}/deliveries/${messageId}/${endpointId}`);
  await expect(page.getByText("The receiver's own code failed.").first()).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Response body" })).toHaveValue(hostile);
  await expect(page.getByText(hostile).first()).toBeVisible();
  await page.getByRole("button", { name: "Show raw" }).last().click();
  await expect(page.getByLabel("application/json", { exact: true })).toHaveValue(JSON.stringify({ [hostile]: hostile }));

  await page.getByRole("button", { name: "Resend delivery" }).click();
  const timeline = page.getByRole("list", { name: "Timeline" });
  await timeline.getByRole("button", { name: /Resend/ }).click();
  await page.getByLabel(/^Compare attempt/).selectOption("1");
  await expect(page.getByText("Trigger", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/compare=1/);
  await page.getByRole("button", { name: "Close comparison" }).click();

  await page.getByText("Verify the signature").click();
  await page.getByLabel("Language").selectOption("Rust");
  await expect(page.getByText("cargo add standardwebhooks")).toBeVisible();
  await expectAccessible(page);
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
});

test("a row opens beside the log: the address says so, keys go on, where the time went and what was signed is told", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const { applicationId, endpointId } = await newTarget(api, receiver.url);
  const older = await api.sendMessage(applicationId, "older.one", { n: 1 });
  const newer = await api.sendMessage(applicationId, "newer.one", { n: 2 });
  const [, hit] = await receiver.waitForHits(2);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await expect(rows(page)).toHaveCount(2);
  await rows(page).first().getByText("Succeeded").click();
  const panel = page.getByRole("dialog");
  await expect(panel.getByRole("heading", { name: "newer.one" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`open=${newer}\\.${endpointId}`));
  await expect(panel.getByText("First byte")).toBeVisible();
  await panel.getByText("Signed bytes").click();
  const signed = `${newer}.${hit?.headers["webhook-timestamp"]}.{"n":2}`;
  await expect(panel.getByRole("textbox", { name: "Signed bytes" })).toHaveValue(signed);
  await expectAccessible(page);

  await page.keyboard.press("ArrowRight");
  await expect(panel.getByRole("heading", { name: "older.one" })).toBeVisible();
  await expect(panel.getByRole("button", { name: "Next delivery" })).toBeDisabled();
  await page.keyboard.press("k");
  await expect(panel.getByRole("heading", { name: "newer.one" })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(`open=${older}\\.${endpointId}`));
  await page.reload();
  await expect(panel.getByRole("heading", { name: "older.one" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(page).not.toHaveURL(/open=/);
  await rows(page).last().getByText("Succeeded").click();
  await panel.getByRole("link", { name: "Open as page" }).click();
  await expect(page).toHaveURL(`${home}/deliveries/${older}/${endpointId}`);
  await expect(page.getByRole("heading", { level: 1, name: "older.one" })).toBeVisible();
});

test("what became of a delivery is copied as text, for a ticket: in the dashboard with its customer, in the portal without", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  receiver.respond({ status: 500, body: "database down" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const application = await api.createApplication("Ticket Shop");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const message = await api.sendMessage(application, "order.lost", { card: "4711" });
  await receiver.waitForHits(1);
  const copied = async (base: string) => {
    await page.goto(`${base}/deliveries/${message}/${endpoint}`);
    await expect(page.getByText("It answered:")).toBeVisible();
    await page.getByRole("button", { name: "Copy summary" }).click();
    await expect(page.getByText("summary copied")).toBeAttached();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const home = await signIn(page, webster);
  const text = await copied(home);
  for (const part of [message, endpoint, "Ticket Shop", "500 after", "It answered: database down", `${home}/deliveries/${message}/`])
    expect(text).toContain(part);
  expect(text).not.toContain("4711");
  await page.goto(await api.portalLink(application));
  await expect(page).toHaveURL(`${webster.url}/portal/endpoints`);
  const inPortal = await copied(`${webster.url}/portal`);
  expect(inPortal).toContain(`${webster.url}/portal/deliveries/${message}/${endpoint}`);
  expect(inPortal).not.toMatch(/Ticket Shop|Webster/);
});
