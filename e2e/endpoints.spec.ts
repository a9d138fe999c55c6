import { Webhook } from "standardwebhooks";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test("an application is created, found, edited, and deleted only after its name was typed", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/applications`);
  await page.getByRole("button", { name: "Create application" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Create application" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "was not saved" })).toContainText("Enter a name");
  await page.getByLabel("Name", { exact: true }).fill("Bean Bar");
  await page.getByLabel("uid", { exact: true }).fill("bean-bar");
  await expectAccessible(page);
  await page.getByLabel("uid", { exact: true }).press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Bean Bar" })).toBeVisible();
  await expectAccessible(page);

  await page.goto(`${home}/applications?search=bean-b`);
  await page.getByRole("link", { name: "Bean Bar" }).click();
  await page.getByRole("button", { name: "Edit application" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Bean & Bar");
  await page.getByRole("button", { name: "Save application" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Bean & Bar" })).toBeVisible();

  await page.getByRole("button", { name: "Create portal link" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create portal link" }).click();
  await expect(page.getByText(/\/portal#key=/)).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Delete application" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Delete application" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Type Bean & Bar");
  await dialog.getByRole("textbox").fill("Bean & Bar");
  await dialog.getByRole("button", { name: "Delete application" }).click();
  await expect(page).toHaveURL(`${home}/applications`);
  await page.goto(`${home}/applications?search=bean-b`);
  await expect(page.getByText("No applications match these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await expect(page).toHaveURL(`${home}/applications`);
});

test("an endpoint is probed, created, tested, changed; its hidden header stays hidden and stays", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Probe and test");
  await page.goto(`${home}/applications/${application}`);
  await page.getByRole("link", { name: "Create endpoint" }).click();
  await expect(page.getByRole("textbox", { name: "Application" })).toHaveValue(/Probe and test/);
  await page.getByLabel("URL").fill("http://127.0.0.1:9/");
  await page.getByRole("button", { name: "Probe URL" }).click();
  await expect(page.getByText("Not ready to receive")).toBeVisible();
  await expect(page.getByText("nothing listens at this port")).toBeVisible();
  await page.getByLabel("URL").fill(`${receiver.url}/hooks`);
  await page.getByRole("button", { name: "Probe URL" }).click();
  await expect(page.getByText("Ready to receive", { exact: true })).toBeVisible();
  expect(String(receiver.hits[0]?.body)).toContain("webster.probe");

  await page.getByLabel("Channels").fill("späti");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByLabel("Channels")).toBeFocused();
  await expect(page.getByLabel("Channels")).toHaveAccessibleDescription(/letters, digits/);
  await expectAccessible(page);
  await page.getByLabel("Channels").fill("");
  await page.getByRole("button", { name: "Add header" }).click();
  await page.getByLabel("Name of header 1").fill("Authorization");
  await page.getByLabel("Value of header 1").fill("Bearer very-secret");
  await page.getByRole("button", { name: "Create endpoint" }).click();

  await expect(page.getByRole("heading", { level: 1, name: `${receiver.url}/hooks` })).toBeVisible();
  await page.getByLabel("Payload").fill('{ "n": 12345678901234567890 }');
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(page.getByText("Delivered")).toBeVisible();
  const [, hit] = await receiver.waitForHits(2);
  expect(String(hit?.body)).toBe('{ "n": 12345678901234567890 }');
  expect(hit?.headers["authorization"]).toBe("Bearer very-secret");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Past message" }).click();
  await expect(page.getByLabel("One of the last messages")).toContainText("endpoint.test");
  await page.getByRole("button", { name: "Send test" }).click();
  const hits = await receiver.waitForHits(3);
  expect(String(hits[2]?.body)).toBe('{ "n": 12345678901234567890 }');

  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("textbox", { name: "URL" })).toHaveValue(`${receiver.url}/hooks`);
  expect(await page.content()).not.toContain("very-secret");
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "Description" }).fill("Orders");
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByText("Endpoint saved")).toBeVisible();
  await page.getByRole("link", { name: "Test", exact: true }).click();
  await page.getByRole("button", { name: "Send test" }).click();
  expect((await receiver.waitForHits(4))[3]?.headers["authorization"]).toBe("Bearer very-secret");

  await page.getByRole("link", { name: "Clone" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Clone endpoint");
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("Orders");
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "URL" }).fill(`${receiver.url}/clone`);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${receiver.url}/clone` })).toBeVisible();
  await page.getByRole("button", { name: "Send test" }).click();
  expect((await receiver.waitForHits(5))[4]?.headers["authorization"]).toBeUndefined();
});

test("what a disabled endpoint missed is counted, and sent when it is enabled again", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Missed");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/missed`);
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  await page.getByRole("button", { name: "Disable endpoint" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable endpoint" }).click();
  await expect(page.getByText("Disabled: messages are not sent to it")).toBeVisible();
  await expectAccessible(page);
  await api.sendMessage(application, "while.away", { n: 1 });
  await api.sendMessage(application, "while.away", { n: 2 });
  await page.getByRole("button", { name: "Enable endpoint" }).click();
  await page.getByLabel(/Also send the 2 messages/).check();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Enable endpoint" }).click();
  const hits = await receiver.waitForHits(2);
  expect(hits.map(({ body }) => String(body)).toSorted()).toEqual(['{"n":1}', '{"n":2}']);

  await page.goto(`${home}/background-tasks`);
  await expect(page.getByText("Replay what is missing").first()).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "Replay what is missing" }).getByText("Finished")).toBeVisible();
  await expectAccessible(page);
});

test("what failed is counted before it is recovered", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Recover");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/recover`);
  const message = await api.sendMessage(application, "order.paid", { n: 1 });
  await receiver.waitForHits(1);
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  await page.getByRole("button", { name: "Recover failed" }).click();
  await expect(page.getByText("0 deliveries to send.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Start replay" })).toBeDisabled();
  await page.getByLabel("Everything again").check();
  await expect(page.getByText("1 delivery to send.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Start replay" }).click();
  expect((await receiver.waitForHits(2))[1]?.headers["webhook-id"]).toBe(message);
});

test("a background task is paused, resumed and cancelled", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Background tasks");
  await Promise.all(Array.from({ length: 40 }, (_, n) => api.sendMessage(application, "before.the.endpoint", { n })));
  const endpoint = await api.createEndpoint(application, `${receiver.url}/background-tasks`);
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  await page.getByRole("button", { name: "Replay missing" }).click();
  await page.getByLabel("At most per second").fill("1");
  await expect(page.getByText("40 messages to send.")).toBeVisible();
  await page.getByRole("button", { name: "Start replay" }).click();
  await page.getByRole("link", { name: "Show background task" }).click();
  const task = page.getByRole("row").filter({ hasText: "1/s" });
  await task.getByRole("button", { name: "Pause" }).click();
  await expect(task.getByText("Paused")).toBeVisible();
  await expectAccessible(page);
  await task.getByRole("button", { name: "Resume" }).click();
  await expect(task.getByText("Running")).toBeVisible();
  await task.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel background task" }).click();
  await expect(task.getByText("Cancelled")).toBeVisible();
  expect(receiver.hits.length).toBeLessThan(40);
});

test("with the keyboard alone: create an endpoint, rotate its secret", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Keyboard");
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await page.getByLabel("URL").focus();
  await page.keyboard.type(`${receiver.url}/keyboard`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: `${receiver.url}/keyboard` })).toBeVisible();
  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Secrets" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Rotate secret" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("The old secret goes on signing for").focus();
  await page.keyboard.type("7");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Expires in (7 d 0 h|6 d 23 h)/)).toBeVisible();
});

test("a secret is not in the page until it is revealed; both sign during the overlap; the old one is ended", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Secrets");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/secrets`);
  const before = await api.endpointSecret(application, endpoint);
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=secrets`);
  await expect(page.getByRole("button", { name: "Reveal secret" })).toBeVisible();
  expect(await page.content()).not.toContain(before.slice(6));
  await page.getByRole("button", { name: "Reveal secret" }).click();
  await expect(page.getByTestId("secret")).toHaveText(before);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy secret" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(before);
  await page.getByRole("button", { name: "Hide secret" }).click();
  expect(await page.content()).not.toContain(before.slice(6));

  await page.getByRole("button", { name: "Rotate secret" }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
  await expect(page.getByText("Still signing")).toBeVisible();
  await expectAccessible(page);
  const after = await api.endpointSecret(application, endpoint);
  expect(after).not.toBe(before);
  await api.sendMessage(application, "both.sign", { n: 1 });
  const [hit] = await receiver.waitForHits(1);
  for (const secret of [before, after]) new Webhook(secret).verify(hit?.body ?? "", hit?.headers ?? {});
  await expect(page.getByText("Since the rotation 100 % of 1 delivery succeeded")).toBeVisible();

  await page.getByRole("button", { name: "Expire now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("expire");
  await dialog.getByRole("button", { name: "Expire secret now" }).click();
  await expect(page.getByText("Still signing")).toBeHidden();
  await api.sendMessage(application, "one.signs", { n: 2 });
  const [, last] = await receiver.waitForHits(2);
  new Webhook(after).verify(last?.body ?? "", last?.headers ?? {});
  expect(() => new Webhook(before).verify(last?.body ?? "", last?.headers ?? {})).toThrow();
});

test("endpoints are found by state and text, and deleted only after the host was typed", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Find and delete");
  await api.createEndpoint(application, "http://127.0.0.1:9/find-me-and-delete-me");
  await page.goto(`${home}/endpoints`);
  await expectAccessible(page);
  await page.getByLabel("URL, description, uid or id").fill("find-me");
  await page.getByLabel("URL, description, uid or id").press("Enter");
  await expect(page).toHaveURL(/search=find-me/);
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("link", { name: /find-me/ }).click();
  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete endpoint" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("127.0.0.1:9");
  await dialog.getByRole("button", { name: "Delete endpoint" }).click();
  await expect(page).toHaveURL(`${home}/applications/${application}`);
  await expect(page.getByText("No endpoint yet")).toBeVisible();
});
