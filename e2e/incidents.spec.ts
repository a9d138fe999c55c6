import { Webhook } from "standardwebhooks";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { pressUntil } from "./support/pressUntil.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [422, 503] });

test("what goes on failing is an incident: acknowledged, replayed, and resolved by itself", async ({ page, webster, api, receiver }) => {
  receiver.respond({ status: 503, body: "Closed" });
  const application = await api.createApplication("Incident café");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/down`);
  for (let n = 0; n < 3; n++) await api.sendMessage(application, "cafe.closed", { n });
  const home = await signIn(page, webster);
  await page.goto(`${home}/incidents`);
  const row = page.getByRole("row", { name: /Incident café/ });
  // Incidents are looked for every ten seconds.
  await expect(row).toContainText("Answers 503", { timeout: 40_000 });
  await page.goto(home);
  await page.getByRole("link", { name: "Show incidents" }).click();
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await expect(row).toContainText("by webster@cafe.example");
  await expectAccessible(page);

  await row.getByRole("link").first().click();
  await expect(page).toHaveURL(/error_class=status/);
  await page.goBack();

  receiver.respond({ status: 200 });
  await row.getByRole("button", { name: "Replay" }).click();
  // None has failed for good: all three are still to be retried, and count.
  await expect(page.getByText("3 deliveries are sent again.")).toBeVisible();
  await page.getByRole("button", { name: "Resend 3 deliveries" }).click();
  await expect(page.getByText("Resent: 3 succeeded")).toBeVisible();
  await page.getByRole("link", { name: "Show them" }).click();
  await expect(page).toHaveURL(/status=succeeded/);
  await expect(page.locator("tbody tr[data-row]").filter({ visible: true })).toHaveCount(3);
  await page.goto(`${home}/background-tasks`);
  const job = page.getByRole("row", { name: /Resend by filter/ }).first();
  await expect(job).toContainText("by webster@cafe.example");
  await expect(job.getByRole("link", { name: "3 succeeded" })).toBeVisible();
  await page.goto(`${home}/incidents?status=resolved`);
  await expect(row).toContainText("by itself", { timeout: 40_000 });

  await expect(row.getByRole("button", { name: "Replay" })).toBeVisible();
  await api.deleteEndpoint(application, endpoint);
  await page.reload();
  await expect(row).toContainText("Endpoint deleted");
  await expect(row.getByRole("button", { name: "Replay" })).toHaveCount(0);
});

test("filters are saved under a name, found in the palette, shared and deleted", async ({ page, webster, api }) => {
  await api.createApplication("Views");
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?status=failed&event_types=invoice.paid`);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Save these filters as").fill("Unpaid invoices");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByText("View Unpaid invoices saved")).toBeVisible();

  await page.goto(home);
  await pressUntil(page, "ControlOrMeta+k", page.getByRole("textbox", { name: "Go to" }));
  await page.getByRole("textbox", { name: "Go to" }).fill("unpaid");
  await expect(page.getByRole("button", { name: "Deliveries: Unpaid invoices" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/deliveries\?status=failed&event_types=invoice\.paid$/);

  await page.getByRole("button", { name: "Views" }).click();
  const share = page.getByLabel("shared: Unpaid invoices");
  await share.click();
  await expect(share).toBeChecked();
  await page.reload();
  await page.getByRole("button", { name: "Views" }).click();
  await expect(share).toBeChecked();
  // A name that is refused is still there to be changed, beside what is wrong with it.
  await page.getByRole("button", { name: "Rename Unpaid invoices" }).click();
  const name = page.getByLabel("New name of Unpaid invoices");
  await expect(name).toBeFocused();
  await page.route("**/api/v1/saved-view/*", (route) => route.fulfill({ status: 503, json: { code: "unavailable", detail: "Later." } }));
  await name.fill("Invoices");
  await page.getByRole("button", { name: "Rename view" }).click();
  await expect(page.getByRole("dialog").locator("[data-faults]")).toContainText("Later.");
  await expect(name).toHaveValue("Invoices");
  await page.unroute("**/api/v1/saved-view/*");
  await page.getByRole("button", { name: "Rename view" }).click();
  await expect(page.getByRole("button", { name: "Rename Invoices" })).toBeFocused();

  // Deleting one that is shared asks first.
  await page.getByRole("button", { name: "Delete Invoices" }).click();
  await expect(page.getByText("for the whole team")).toBeVisible();
  await page.getByRole("button", { name: "Delete view" }).click();
  await expect(page.getByText("No other view is saved yet.")).toBeVisible();
});

test("a view that is relative in time reaches as far back in another tab as in this one", async ({ page, webster, api }) => {
  await api.createApplication("Views in time");
  const home = await signIn(page, webster);
  const after = new Date(Date.now() - 3_600_000).toISOString();
  await page.goto(`${home}/deliveries?status=failed&after=${after}`);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Save these filters as").fill("The last hour");
  await page.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByText("View The last hour saved")).toBeVisible();
  // Saved long ago, as the address of its moment goes.
  await page.goto(`${home}/deliveries?status=failed&after=2026-01-01T00:00:00.000Z`);
  await page.getByRole("button", { name: "Views" }).click();
  const link = page.getByRole("dialog").getByRole("link", { name: /The last hour/ });
  const reached = new URL((await link.getAttribute("href")) ?? "", webster.url).searchParams.get("after") ?? "";
  expect(Date.parse(reached)).toBeGreaterThan(Date.parse(after));
});

test("a payload is edited and sent to a test receiver, signed", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Edit and send");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/real`);
  const message = await api.sendMessage(application, "order.paid", { n: 1 });
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries/${message}/${endpoint}`);
  await page.getByRole("button", { name: "Edit and send" }).click();
  await page.getByLabel("URL of the test receiver").fill(`${receiver.url}/test`);
  await page.getByRole("dialog").getByLabel("Payload").fill('{"n": 2}');
  receiver.respond({ status: 418, body: "short and stout" });
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(page.getByText(/Answered 418 after/)).toBeVisible();
  await expectAccessible(page);
  const [, hit] = await receiver.waitForHits(2);
  expect([hit?.url, String(hit?.body)]).toEqual(["/test", '{"n": 2}']);
  new Webhook(await api.endpointSecret(application, endpoint)).verify(hit?.body ?? "", hit?.headers ?? {});
  await page.getByRole("button", { name: "Close", exact: true }).last().click();
  // Of attempts there is still one; the timeline begins with the acceptance.
  await expect(page.getByRole("list", { name: "Timeline" }).getByRole("button")).toHaveCount(1);
});

test("alerts go to a chat: added, tested, deleted", async ({ page, webster, receiver }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/alerts`);
  await page.getByRole("button", { name: "Add alert channel" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add alert channel" });
  await dialog.getByLabel("URL of the incoming webhook").fill("http://10.1.2.3/");
  await dialog.getByRole("button", { name: "Add alert channel" }).click();
  await expect(dialog.getByLabel("URL of the incoming webhook")).toHaveAccessibleDescription(/private or reserved/);
  await expectAccessible(page);
  await dialog.getByLabel("URL of the incoming webhook").fill(`${receiver.url}/chat/token`);
  await dialog.getByRole("button", { name: "Add alert channel" }).click();
  const row = page.getByRole("row", { name: new RegExp(new URL(receiver.url).host) });
  await row.getByRole("button", { name: /^Send a test/ }).click();
  await expect(row).toContainText("Taken");
  expect(String((await receiver.waitForHits(1))[0]?.body)).toContain("This is a test");
  await expect(page.getByText("chat/token")).toHaveCount(0);
  await expectAccessible(page);
  await row.getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete alert channel" }).click();
  await expect(page.getByText("Nobody is told yet")).toBeVisible();
});
