import { Webhook } from "standardwebhooks";
import { expectAccessible } from "./support/accessible.ts";
import { apiClient } from "./support/api.ts";
import { expect, test } from "./support/fixtures.ts";

test.use({ expectedStatuses: [403] });

test("first start: create the owner, send a message with the key, receive it signed; the link is spent then", async ({
  page,
  firstStart,
  receiver,
}) => {
  const link = firstStart.setupUrl();
  if (link === null) throw new Error("No setup link was printed");

  await page.goto(firstStart.url);
  await expect(page.getByText("This Webster has no owner yet")).toBeVisible();
  await expectAccessible(page);

  const late = await page.context().newPage();
  await late.goto(link);

  await page.goto(link);
  await test.step("what is wrong is said beside the field and in a summary", async () => {
    await page.getByLabel("E-mail").fill("webster at cafe");
    await page.getByLabel("Password", { exact: true }).fill("too short");
    await page.getByRole("button", { name: "Create owner" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "The owner was not created" })).toContainText("12 to 256 characters");
    await expect(page.getByLabel("Organization")).toBeFocused();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/12 to 256 characters/);
    await expectAccessible(page);
  });

  await page.getByLabel("Organization").fill("Mr. Hooks' cafés");
  await page.getByLabel("E-mail").fill("webster@cafe.example");
  await page.getByLabel("Password", { exact: true }).fill("three good cafes");
  await page.getByRole("button", { name: "Create owner" }).click();

  await expect(page.getByRole("heading", { name: "This is your API key" })).toBeFocused();
  await expect(page).toHaveURL(`${firstStart.url}/setup`);
  const apiKey = await page.getByTestId("api-key").innerText();
  expect(apiKey).toMatch(/^wk_/);
  await expect(page.getByText(`export WEBSTER_API_KEY='${apiKey}'`)).toBeVisible();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy API key" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(apiKey);

  await expectAccessible(page);

  const api = apiClient(firstStart.url, apiKey);
  const application = await api.createApplication("Espresso Corner");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/webhooks`);
  const message = await api.sendMessage(application, "cafe.closed", { profit: 412.5 });
  const [hit] = await receiver.waitForHits(1);
  expect(hit?.headers["webhook-id"]).toBe(message);
  const verified = new Webhook(await api.endpointSecret(application, endpoint)).verify(hit?.body ?? "", hit?.headers ?? {});
  expect(verified).toEqual({ profit: 412.5 });

  await test.step("the link is spent", async () => {
    // Addresses that differ behind the # alone are the same document.
    await page.goto("about:blank");
    await page.goto(link);
    await expect(page.getByText("This setup link can't be used")).toBeVisible();
  });

  await test.step("also for who had it open meanwhile", async () => {
    await late.getByLabel("Organization").fill("Second");
    await late.getByLabel("E-mail").fill("second@cafe.example");
    await late.getByLabel("Password", { exact: true }).fill("three good cafes");
    await late.getByRole("button", { name: "Create owner" }).click();
    await expect(late.getByText("This setup link can't be used")).toBeVisible();
  });

  await test.step("the owner is signed in", async () => {
    await page.goto(firstStart.url);
    await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
    // The page's live connection would complain on the console when the server stops.
    await page.goto("about:blank");
  });
});
