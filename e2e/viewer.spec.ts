import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { invite } from "./support/invite.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [403, 404] });

/** Verbs of what changes something. Not those that change the page alone, as "Clear filters" does. */
const verbs =
  "Create|New|Add|Resend|Send|Edit|Delete|Disable|Enable|Rotate|Recover|Replay|Release|Invite|Import|Save|Archive|Cancel|Pause|" +
  "Acknowledge|Resolve|Clone|Remove|Revoke|Change|Expire|Reveal|Restore|Test|Publish|Connect|View as";
const changes = new RegExp(`^(${verbs})\\b`);

/** What a viewer may do all the same: what is theirs alone. */
const own = new Set(["Save name", "Change password", "Save view"]);

async function controlsOf(page: Page): Promise<string[]> {
  const main = page.getByRole("main");
  const found = await Promise.all([
    main.getByRole("button", { disabled: false, name: changes }).allInnerTexts(),
    // What leads to a thing, or filters by one, is called by that thing's name, whatever its owner has named it.
    main
      .getByRole("link", { name: changes })
      .evaluateAll((all) =>
        all
          .filter(
            (one) =>
              !/_[0-9A-Za-z]{27}|[?&](application_id|endpoint_id|event_types)=/.test(
                (one.getAttribute("href") ?? "").replace(/^\/org_\w+\/env_\w+/, ""),
              ),
          )
          .map((one) => one.textContent),
      ),
    main
      .getByRole("button", { disabled: false, name: changes })
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? "")),
  ]);
  return found.flat().filter((name) => name.trim() !== "" && !own.has(name.trim()));
}

test("a viewer is offered nothing that they may not do, on any page, by any key", async ({ page, webster, api, receiver, browser }) => {
  test.setTimeout(300_000);
  const application = await api.createApplication("Espresso Corner");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const messageId = await api.sendMessage(application, "viewer.looked", { profit: 412.5 });
  const home = await signIn(page, webster);
  const link = await invite(page, home, "guest-of-all-pages@cafe.example", "viewer");
  const context = await browser.newContext();
  const viewer = await context.newPage();
  await viewer.goto(link);
  await viewer.getByLabel("Name").fill("Guest");
  await viewer.getByLabel("Password").fill("a password of the guest");
  await viewer.getByRole("button", { name: "Join organization" }).click();
  await expect(viewer).toHaveURL(/\/org_\w+\/env_\w+$/);

  const asked: string[] = [];
  viewer.on("request", (request) => {
    const path = new URL(request.url()).pathname;
    if (request.method() !== "GET" && path.startsWith("/api/v1/") && path !== "/api/v1/visit") asked.push(`${request.method()} ${path}`);
  });
  const base = new URL(home).pathname;
  const paths = [
    "",
    "/deliveries",
    `/deliveries?open=${messageId}.${endpoint}`,
    `/deliveries/${messageId}/${endpoint}`,
    "/incidents",
    "/messages",
    `/messages/${messageId}`,
    "/applications",
    `/applications/${application}`,
    "/endpoints",
    "/endpoints/new",
    `/endpoints/${application}/${endpoint}`,
    `/endpoints/${application}/${endpoint}?tab=secrets`,
    `/endpoints/${application}/${endpoint}?tab=settings`,
    "/sources",
    "/sources/new",
    "/event-types",
    "/connectors",
    "/usage",
    "/background-tasks",
    "/playground",
    "/settings/members",
    "/settings/keys",
    "/settings/environments",
    "/settings/operational-webhooks",
    "/settings/alerts",
    "/settings/system",
  ];
  for (const path of paths)
    await test.step(path || "/", async () => {
      await viewer.goto(webster.url + base + path);
      await expect(viewer.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(viewer.locator("[aria-busy=true]")).toHaveCount(0);
      expect([path, await controlsOf(viewer)]).toEqual([path, []]);
      for (const key of ["j", "x", "r"]) await viewer.keyboard.press(key);
    });
  await viewer.goto(`${webster.url}${base}/deliveries`);
  await expect(viewer.getByRole("row", { name: /viewer\.looked/ })).toBeVisible();
  await expect(viewer.getByRole("main").getByRole("checkbox")).toHaveCount(0);
  expect(asked).toEqual([]);
  // The same page does offer it to whom it may.
  await page.goto(`${home}/deliveries`);
  await expect(page.getByRole("button", { name: /^Resend viewer\.looked/ })).toBeVisible();
  await context.close();
});
