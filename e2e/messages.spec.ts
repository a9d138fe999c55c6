import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [404, 500] });

test("an event type is created with a schema, edited, sampled, archived, restored and deleted", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Sampled");
  await api.createEndpoint(application, `${receiver.url}/sample`);
  await page.goto(`${home}/event-types`);
  await page.getByRole("button", { name: "Create event type" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("not a name");
  await page.getByLabel("JSON Schemas by version").fill("{");
  await page.getByRole("dialog").getByRole("button", { name: "Create event type" }).click();
  await expect(page.getByLabel("JSON Schemas by version")).toHaveAccessibleDescription(/no JSON/);
  await page.getByLabel("JSON Schemas by version").fill('{"1":{"type":"object","examples":[{"cup":"small"}]}}');
  await page.getByRole("dialog").getByRole("button", { name: "Create event type" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.getByLabel("Name", { exact: true }).fill("coffee.served");
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Create event type" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "coffee.served" })).toBeVisible();
  await expect(page.getByText('"cup": "small"').first()).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Edit event type" }).click();
  await page.getByRole("dialog").getByLabel("Description").fill("A cup was served");
  await page.getByRole("button", { name: "Save event type" }).click();
  await expect(page.getByText("A cup was served")).toBeVisible();

  await page.getByRole("button", { name: "Send sample" }).click();
  await page.getByRole("dialog").getByLabel("Application").fill("Sampled");
  await page.getByRole("dialog").getByLabel("Application").press("Tab");
  await expect(page.getByRole("dialog").getByLabel("Application")).toHaveValue(/^Sampled · app_/);
  await page.getByRole("dialog").getByRole("button", { name: "Send sample" }).click();
  const [hit] = await receiver.waitForHits(1);
  expect(JSON.parse(String(hit?.body))).toEqual({ cup: "small" });

  await page.getByRole("button", { name: "Archive event type" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive event type" }).click();
  await expect(page.getByText("Archived", { exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Restore event type" }).click();
  await expect(page.getByRole("button", { name: "Archive event type" })).toBeVisible();
  await page.getByRole("button", { name: "Delete event type" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("coffee.served");
  await dialog.getByRole("button", { name: "Delete event type" }).click();
  await expect(page).toHaveURL(`${home}/event-types`);
});

test("a message is sent from the form, found by its filters, and sent again to an endpoint", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Messages");
  await api.createEndpoint(application, `${receiver.url}/messages`);
  await page.goto(`${home}/messages`);
  await page.getByRole("button", { name: "Send message" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Send message" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "was not sent" })).toContainText("Choose an application");
  await page.getByLabel("Application", { exact: true }).fill("Messages");
  await page.getByLabel("Event type").last().fill("order.paid");
  await page.getByLabel("Payload").fill('{ "order": 1 }');
  await page.getByLabel("eventId").last().fill("order-1");
  await page.getByLabel("Tags").fill("till-3");
  await page.getByRole("button", { name: "Add entry" }).click();
  await page.getByLabel("Name of entry 1").fill("region");
  await page.getByLabel("Value of entry 1").fill("eu");
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Send message" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "order.paid" })).toBeVisible();
  await receiver.waitForHits(1);
  await expect(page.getByText("region: eu")).toBeVisible();
  await expect(page.getByRole("table", { name: "Deliveries of the message" }).getByText("Succeeded")).toBeVisible();
  await page.getByRole("button", { name: "As sent" }).click();
  await expect(page.getByText('{ "order": 1 }', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Resend to/ }).click();
  // It succeeded already: that is asked about first.
  await page.getByRole("button", { name: "Send it again" }).click();
  const hits = await receiver.waitForHits(2);
  expect(hits[1]?.headers["webhook-id"]).toBe(hits[0]?.headers["webhook-id"]);

  await page.goto(`${home}/messages?event_types=order.paid&event_id=order-1&tag=till-3&application_id=${application}`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expectAccessible(page);
  await page.goto(`${home}/messages?tag=no-such-tag`);
  await expect(page.getByText("No messages match these filters")).toBeVisible();
});

test("a message’s page says why an endpoint did not get it, and sends it there", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Why not there");
  await Promise.all(["order.paid", "invoice.paid"].map((name) => api.createEventType(name).catch(() => undefined)));
  const endpoint = await api.createEndpoint(application, `${receiver.url}/orders-only`);
  await api.patchEndpoint(application, endpoint, { eventTypes: ["order.paid"] });
  const message = await api.sendMessage(application, "invoice.paid", { total: 1 });
  await page.goto(`${home}/messages/${message}`);
  const others = page.getByRole("table", { name: "Endpoints that the message was not sent to" });
  await expect(others.getByRole("row", { name: /orders-only/ })).toContainText("Its event types don’t include this one");
  await expectAccessible(page);
  await others.getByRole("button", { name: /^Send to/ }).click();
  const [hit] = await receiver.waitForHits(1);
  expect(hit?.headers["webhook-id"]).toBe(message);
  await expect(page.getByRole("table", { name: "Deliveries of the message" }).getByText("Succeeded")).toBeVisible();
  await expect(others).toHaveCount(0);

  // What no longer exists is not offered to be sent to.
  await page.goto(`${home}/deliveries/${message}/${endpoint}`);
  await expect(page.getByRole("button", { name: "Resend delivery" })).toBeVisible();
  await api.deleteEndpoint(application, endpoint);
  await page.reload();
  await expect(page.getByText("The endpoint was deleted")).toBeVisible();
  await expect(page.getByRole("button", { name: "Resend delivery" })).toHaveCount(0);
  for (const path of [`/messages/${message}`, `/deliveries?message_id=${message}`]) {
    await page.goto(`${home}${path}`);
    await expect(page.getByRole("row", { name: /orders-only/ })).toContainText("Endpoint deleted");
    await expect(page.getByRole("button", { name: /^Resend/ })).toHaveCount(0);
  }
  await page
    .getByRole("row", { name: /orders-only/ })
    .getByRole("link")
    .first()
    .focus();
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "Send it again" }).click();
  await expect(page.getByText("Not sent: The endpoint was deleted")).toBeVisible();

  // What an application had is no longer there, and nothing leads to it.
  await api.deleteApplication(application);
  await page.goto(`${home}/deliveries/${message}/${endpoint}`);
  await expect(page.getByText("The application was deleted")).toBeVisible();
  const main = page.getByRole("main");
  await expect(main.getByText("Why not there")).toBeVisible();
  await expect(main.locator(`a[href*="${application}"], a[href*="/messages/"]`)).toHaveCount(0);
  await page.goto(`${home}/deliveries?message_id=${message}`);
  await expect(page.getByRole("row", { name: /orders-only/ })).toContainText("Why not there");
  await expect(main.locator(`a[href*="application_id=${application}"]`)).toHaveCount(0);
});

const script = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

test("foreign text is text: names, addresses, descriptions, headers and payloads run nothing", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication(script);
  const endpoint = await api.createEndpoint(application, `${receiver.url}/?q=${encodeURIComponent(script)}#<b>`);
  const message = await api.sendMessage(application, "script.test", { [script]: script });
  receiver.respond({ status: 500, headers: { "content-type": "text/html" }, body: script });
  const paths = [
    "/applications",
    `/applications/${application}`,
    "/endpoints",
    `/endpoints/${application}/${endpoint}`,
    `/endpoints/${application}/${endpoint}?tab=test&from=past`,
    `/endpoints/${application}/${endpoint}?tab=settings`,
    "/messages",
    `/messages/${message}`,
  ];
  for (const path of paths) {
    await page.goto(home + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    expect(await page.title()).not.toBe("taken");
    expect(await page.locator("img[src=x]").count()).toBe(0);
  }
  await page.goto(`${home}/messages/${message}`);
  await expect(page.getByText("document.title='taken'").first()).toBeVisible();
});

test("what can't be loaded says so with the request's id, and tries again", async ({ page, webster, api }) => {
  const application = await api.createApplication("Back soon");
  const home = await signIn(page, webster);
  await page.route("**/api/v1/endpoint?*", (route) =>
    route.fulfill({ status: 500, headers: { "x-request-id": "req_1" }, json: { code: "internal", detail: "Something failed here" } }),
  );
  await page.goto(`${home}/applications/${application}`);
  await expect(page.getByText("The endpoints could not be loaded")).toBeVisible();
  await expect(page.getByText("req_1")).toBeVisible();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("No endpoint yet")).toBeVisible();
});
