import { Stripe } from "stripe";
import { Webhook } from "svix";
import { oauthClient, startOAuthServer } from "../lib/testing/oauthServer.ts";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

// Each page is looked at in two schemes and two widths.
test.describe.configure({ timeout: 90_000 });
test.use({ expectedStatuses: [422] });

test("a receiver made for Stripe, with its old secret and a password, gets what it knows", async ({ page, webster, api, receiver }) => {
  const secret = "the secret that it always had";
  receiver.respond((request, response) => {
    response.writeHead(request.headers.authorization === undefined ? 401 : 204).end();
  });
  const home = await signIn(page, webster);
  const application = await api.createApplication("Migration");
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await page.getByLabel("URL").fill(`${receiver.url}/stripe`);
  await page.getByText("Signature", { exact: true }).click();
  await page.getByLabel("Signature style").selectOption("Stripe style");
  await page.getByLabel("Secret", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "was not created" })).toContainText("at least 16 characters");
  await page.getByLabel("Secret", { exact: true }).fill(secret);
  await page.getByText("Authentication", { exact: true }).click();
  await page.getByLabel("Kind", { exact: true }).selectOption("Bearer token");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "was not created" })).toContainText("Enter the token");
  await page.getByLabel("Token", { exact: true }).fill("given-at-once");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page).toHaveURL(/\/endpoints\/app_\w+\/ep_\w+/);
  const [endpoint] = /ep_\w+/.exec(page.url()) ?? [""];

  // The page is opened afresh: the one that it is reached from stays behind it, hidden, with fields of the same names.
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=settings`);
  await expect(page.getByLabel("Signature style")).toHaveValue("stripe");
  await expect(page.getByText("Bearer token", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Change authentication" }).click();
  await page.getByLabel("Kind", { exact: true }).selectOption("Basic");
  await page.getByRole("button", { name: "Save authentication" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "was not saved" })).toContainText("Enter the password");
  await page.getByLabel("User name").fill("webster");
  await page.getByLabel("Password").fill("profit-without-asking");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save authentication" }).click();
  await expect(page.getByText("Basic", { exact: true })).toBeVisible();
  await expectAccessible(page);
  expect(await page.content()).not.toContain("profit-without-asking");

  const message = await api.sendMessage(application, "invoice.paid", { id: "evt_1", object: "event" });
  const [hit] = await receiver.waitForHits(1);
  expect(hit?.headers["authorization"]).toBe(`Basic ${Buffer.from("webster:profit-without-asking").toString("base64")}`);
  const event = new Stripe("sk_test_none").webhooks.constructEvent(hit?.body ?? "", hit?.headers["stripe-signature"] ?? "", secret);
  expect(event.id).toBe("evt_1");

  await page.goto(`${home}/deliveries/${message}/${endpoint}`);
  await expect(page.getByText(hit?.headers["stripe-signature"] ?? "", { exact: true }).first()).toBeVisible();
  await page.getByText("Verify the signature").click();
  await expect(page.getByText("Stripe.webhooks.constructEventAsync")).toBeVisible();

  const server = await startOAuthServer();
  try {
    await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=settings`);
    await page.getByRole("button", { name: "Change authentication" }).click();
    await page.getByLabel("Kind", { exact: true }).selectOption("OAuth2 client credentials");
    await page.getByLabel("Token URL").fill(`${server.url}/token`);
    await page.getByLabel("Client id").fill(oauthClient.clientId);
    await page.getByLabel("Client secret", { exact: true }).fill(oauthClient.clientSecret);
    await page.getByRole("button", { name: "Save authentication" }).click();
    await expect(page.getByText(`${server.url}/token`)).toBeVisible();
    await api.sendMessage(application, "invoice.paid", { id: "evt_2", object: "event" });
    expect((await receiver.waitForHits(2))[1]?.headers["authorization"]).toBe("Bearer token-1-of-the-server");
  } finally {
    await server.close();
  }
  await page.getByRole("button", { name: "Remove authentication" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove authentication" }).click();
  await expect(page.getByText("None: requests carry their signature only.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Set authentication" })).toBeVisible();
});

test("operational webhooks are created, verified, looked at, disabled, deleted", async ({ page, webster, api, receiver }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/operational-webhooks`);
  await page.getByRole("button", { name: "Create operational webhook" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("URL").fill("nowhere");
  await dialog.getByRole("button", { name: "Create operational webhook" }).click();
  await expect(dialog.getByRole("alert")).toContainText("was not created");
  await dialog.getByLabel("URL").fill(`${receiver.url}/ear`);
  await dialog.getByLabel("message.attempt.failing", { exact: true }).uncheck();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create operational webhook" }).click();
  await dialog.getByRole("button", { name: "Reveal secret" }).click();
  await expect(page.getByTestId("operational-secret")).toHaveText(/^whsec_[\w+/=]+$/);
  const secret = (await page.getByTestId("operational-secret").textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done" }).click();
  await expectAccessible(page);

  const endpoint = await api.createEndpoint(await api.createApplication("Told of"), "http://127.0.0.1:9/");
  const [hit] = await receiver.waitForHits(1);
  new Webhook(secret).verify(String(hit?.body), hit?.headers ?? {});
  expect(JSON.parse(String(hit?.body))).toMatchObject({ type: "endpoint.created", data: { endpointId: endpoint } });

  const actions = page.getByRole("button", { name: `Actions for ${receiver.url}/ear` });
  await actions.click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(page.getByRole("row").getByText("Disabled")).toBeVisible();
  await actions.click();
  await page.getByRole("menuitem", { name: "Deliveries" }).click();
  await expect(page.getByText("endpoint.created").first()).toBeVisible();
  await expect(page.getByRole("button", { name: /operational webhooks: switch environment/ })).toBeVisible();

  await page.goto(`${home}/settings/operational-webhooks`);
  await actions.click();
  await page.getByRole("menuitem", { name: "Delete operational webhook" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete operational webhook" }).click();
  await expect(page.getByText("No operational webhooks yet")).toBeVisible();
});
