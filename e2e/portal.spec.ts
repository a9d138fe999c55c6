import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [401, 403, 404] });
test.describe.configure({ timeout: 240_000 });

test("the people of an application help themselves, and see nobody else's", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Espresso Corner");
  const stranger = await api.createApplication("Tea House");
  const foreign = await api.createEndpoint(stranger, "https://example.invalid/tea");
  const link = `${await api.portalLink(application)}&title=Acme+webhooks&accent=1e3a8a`;
  expect(link).toContain(`${webster.url}/portal#`);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));

  await page.goto(link);
  await expect(page).toHaveURL(`${webster.url}/portal/endpoints`);
  await expect(page.getByText("Acme webhooks")).toBeVisible();
  await expect(page.getByText("Espresso Corner")).toBeVisible();
  const kept = await page.evaluate(() => [...Object.values(localStorage), ...Object.values(sessionStorage), document.cookie]);
  // A script's name may have such letters by chance, but not as many behind them.
  const key = /w[lp]_[\w-]{30}/;
  expect(link).toMatch(key);
  expect(kept.join()).not.toMatch(key);
  expect(asked.join()).not.toMatch(key);
  const [session] = (await page.context().cookies()).filter(({ name }) => name === "webster-portal");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  await expectAccessible(page);

  await page.getByRole("link", { name: "Create endpoint" }).first().click();
  await expect(page.getByLabel("Application")).toHaveCount(0);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page).toHaveURL(/\/portal\/endpoints\/app_\w+\/ep_\w+\?tab=test$/);
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(page.getByRole("region", { name: "Result" })).toContainText("Delivered");
  const own = page.url().split("?")[0] ?? "";

  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Secrets" }).click();
  await page
    .getByRole("button", { name: /Reveal/ })
    .first()
    .click();
  await expect(page.getByTestId("secret")).toHaveText(/^whsec_/);
  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Overview" }).click();
  await expect(page.getByText("Latency of attempts")).toBeVisible();
  await expect(page.getByRole("link", { name: "Espresso Corner" })).toHaveCount(0);
  await expectAccessible(page);

  await page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name: "Deliveries" }).click();
  await page.getByRole("button", { name: /^Resend endpoint\.test/ }).click();
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  const panel = page.getByRole("dialog");
  await expect(panel.getByRole("heading", { name: "endpoint.test" })).toBeVisible();
  await expect(
    panel
      .getByText("2 of")
      .or(panel.getByText(/^2, of them/))
      .first(),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${webster.url}/portal/event-types`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Event types");

  // Another customer's endpoint is not there, whatever the address says; nor is what only the product may do.
  await page.goto(own.replace(/app_\w+\/ep_\w+/, `${stranger}/${foreign}`));
  await expect(page.getByRole("heading", { name: "There is no such endpoint" })).toBeVisible();
  const refused = await page.evaluate(
    async ([other]) => {
      const ask = async (method: string, path: string, marked = true) => {
        const headers: Record<string, string> = { "content-type": "application/json" };
        if (marked) headers["webster-portal"] = "1";
        const init = method === "GET" ? { method, headers } : { method, headers, body: "{}" };
        return (await fetch(`/api/v1${path}`, init)).status;
      };
      return [
        await ask("GET", `/app/${other}`),
        await ask("GET", `/app/${other}/endpoint`),
        await ask("GET", `/delivery?application_id=${other}`),
        await ask("POST", "/auth/app-portal-access/any"),
        await ask("GET", "/api-key"),
        // Without the header that the portal's pages send, the cookie is worth nothing.
        await ask("GET", "/endpoint", false),
      ];
    },
    [stranger] as const,
  );
  expect(refused).toEqual([404, 404, 404, 403, 403, 401]);

  const again = await page.context().newPage();
  await again.goto(link);
  await expect(again).toHaveURL(`${webster.url}/portal/endpoints`);
  await again.goto(`${webster.url}/portal#key=wl_nothing`);
  await expect(again.getByText("This link can't be used")).toBeVisible();
  await again.close();
  await page.goto(`${webster.url}/portal/endpoints`);
  await page.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByText("Open the portal from the product that uses it")).toBeVisible();
  await page.goto(`${webster.url}/portal/deliveries`);
  await expect(page).toHaveURL(`${webster.url}/portal`);
});

test("a member sees an application as its customer does, beside the own session", async ({ page, webster, api }) => {
  const application = await api.createApplication("Corner Shop");
  const home = await signIn(page, webster);
  await page.goto(`${home}/applications/${application}`);
  const opening = page.context().waitForEvent("page");
  await page.getByRole("button", { name: "View as customer" }).click();
  const portal = await opening;
  await expect(portal.getByText("Corner Shop")).toBeVisible();
  await expect(portal).toHaveURL(`${webster.url}/portal/endpoints`);
  await page.goto(`${home}/settings/audit-log`);
  await expect(page.getByRole("button", { name: "Portal: link created" }).first()).toBeVisible();
  await page.goto(`${home}/usage`);
  await page.getByRole("link", { name: "By event type" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Usage");
});

test("a page shows and changes its own application's things alone, though another portal was opened in the browser since", async ({
  page,
  api,
  receiver,
}) => {
  const [corner, deli] = [await api.createApplication("Corner Shop"), await api.createApplication("Deli")];
  await page.goto(await api.portalLink(corner));
  await page.getByRole("link", { name: "Create endpoint" }).first().click();
  await page.getByRole("textbox", { name: "URL", exact: true }).fill(`${receiver.url}/corner`);
  await api.createEndpoint(deli, `${receiver.url}/deli`);
  await api.sendMessage(deli, "deli.opened", {});
  const other = await page.context().newPage();
  await other.goto(await api.portalLink(deli));
  await expect(other.getByRole("link", { name: `${receiver.url}/deli` })).toBeVisible();
  await other.close();
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The endpoint was not created" })).toContainText("by its own link");
  await expect(page.getByRole("textbox", { name: "URL", exact: true })).toHaveValue(`${receiver.url}/corner`);
  await page.getByRole("link", { name: "Deliveries" }).click();
  await page.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByText("by its own link").first()).toBeVisible();
  await expect(page.getByText("deli.opened")).toHaveCount(0);
  await page.goto(await api.portalLink(corner));
  await page.getByRole("link", { name: "Create endpoint" }).first().click();
  await page.getByRole("textbox", { name: "URL", exact: true }).fill(`${receiver.url}/corner`);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByText("Endpoint created")).toBeVisible();
});

test("a member who has no session of the portal is told where to get one, on each of its pages", async ({ page, webster }) => {
  await signIn(page, webster);
  for (const path of ["/portal/deliveries", "/portal/endpoints"]) {
    await page.goto(webster.url + path);
    await expect(page).toHaveURL(`${webster.url}/portal`);
    await expectAccessible(page);
  }
});

test("access that ends while a page is open: the page says so, and on the way to another too", async ({ page, webster, api }) => {
  const application = await api.createApplication("Closing Time");
  const ended = page.getByText("Your access to the portal has ended");
  for (const goOn of [null, `${webster.url}/portal/event-types`]) {
    await page.goto(await api.portalLink(application));
    await expect(page).toHaveURL(`${webster.url}/portal/endpoints`);
    await page.goto(`${webster.url}/portal/deliveries`);
    await expect(page.getByRole("heading", { level: 1, name: "Deliveries" })).toBeVisible();
    await expect(page.getByText("Refreshed every few seconds")).toBeVisible();
    // What goes on by itself would break off the way to another page.
    if (goOn !== null) await page.goto("about:blank");
    await api.endPortalAccess(application);
    if (goOn !== null) await page.goto(goOn);
    await expect(ended).toBeVisible();
    await expect(page).toHaveURL(`${webster.url}/portal`);
  }
});

test("access for looking says who gives another, and nothing of roles or of the one application", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const application = await api.createApplication("Reading Room");
  const endpoint = await api.createEndpoint(application, receiver.url);
  await api.sendMessage(application, "room.opened", {});
  await page.goto(await api.portalLink(application, { readOnly: true }));
  await expect(page.getByRole("link", { name: receiver.url })).toBeVisible();
  await page.goto(`${webster.url}/portal/endpoints/new`);
  await expect(page.getByRole("heading", { level: 1, name: "Your access can’t create endpoints" })).toBeVisible();
  await expect(page.getByText(/role|Settings|Members/)).toHaveCount(0);
  await page.goto(`${webster.url}/portal/endpoints/${application}/${endpoint}?tab=secrets`);
  await expect(page.getByText("can give you access that reveals and rotates it.")).toBeVisible();
  await page.goto(`${webster.url}/portal/deliveries`);
  await expect(page.getByRole("row").filter({ hasText: "room.opened" })).toBeVisible();
  await expect(page.getByRole("table").getByText("Reading Room")).toHaveCount(0);
});

test("the catalogue finds event types that the first page doesn't hold", async ({ page, webster, api }) => {
  const application = await api.createApplication("Catalogue Café");
  for (const name of ["catalogue.early", "catalogue.late"]) await api.createEventType(name);
  // As the API answers where there are more than a page holds.
  await page.route(/\/event-type\?/, async (route) => {
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: { name: string }[] };
    const isSearch = new URL(route.request().url()).searchParams.has("search");
    await route.fulfill(
      isSearch
        ? { response: answer }
        : { json: { data: data.filter(({ name }) => name !== "catalogue.late"), iterator: "x", done: false } },
    );
  });
  await page.goto(await api.portalLink(application));
  await expect(page).toHaveURL(`${webster.url}/portal/endpoints`);
  await page.goto(`${webster.url}/portal/event-types`);
  await expect(page.getByText("catalogue.early")).toBeVisible();
  await expect(page.getByText("There are more: the field above finds them.")).toBeVisible();
  await page.getByLabel("Name or description").fill("late");
  await expect(page.getByText("catalogue.late")).toBeVisible();
  await expect(page.getByText("catalogue.early")).toBeHidden();
});
