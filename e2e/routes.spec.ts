import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

const routes = {
  "": "Overview",
  "/deliveries": "Deliveries",
  "/incidents": "Incidents",
  "/messages": "Messages",
  "/applications": "Applications",
  "/endpoints": "Endpoints",
  "/sources": "Sources",
  "/sources/new": "Create source",
  "/event-types": "Event types",
  "/connectors": "Connectors",
  "/usage": "Usage",
  "/background-tasks": "Background tasks",
  "/playground": "Playground",
  "/settings/profile": "Profile",
  "/settings/members": "Members",
  "/settings/keys": "API keys",
  "/settings/environments": "Environments",
  "/settings/operational-webhooks": "Operational webhooks",
  "/settings/alerts": "Alerts",
  "/settings/audit-log": "Audit log",
  "/settings/system": "System",
};

test.beforeAll(async ({ api }) => {
  const application = await api.createApplication("Espresso Corner");
  await api.createEndpoint(application, "https://example.invalid/webhooks");
  await api.sendMessage(application, "cafe.closed", { profit: 412.5 });
});

// All pages are opened in one browser, which loads the scripts once.
test("each page has one heading, a place in the navigation, and is accessible", async ({ page, webster }) => {
  test.setTimeout(300_000);
  const home = await signIn(page, webster);
  for (const [path, heading] of Object.entries(routes))
    await test.step(path || "/", async () => {
      await page.goto(home + path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
      await expect(page.getByRole("navigation", { name: "Main" }).locator("[aria-current=page]")).toHaveCount(1);
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await expectAccessible(page);
    });
});
