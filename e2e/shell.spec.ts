import type { Locator } from "@playwright/test";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { pressUntil } from "./support/pressUntil.ts";
import { forgetSession, owner, signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [401] });

test("without a session every page leads to the login, and back after it", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.context().clearCookies();
  await page.goto(`${home}/deliveries?status=failed`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await expectAccessible(page);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password").fill("a wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "E-mail address or password is wrong" })).toBeVisible();
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${home}/deliveries?status=failed`);
});

test("signing in leads to no other site", async ({ page, webster }) => {
  for (const next of ["//example.com", "/\\example.com", "https://example.com"]) {
    await forgetSession(page);
    await page.goto(`${webster.url}/login?next=${encodeURIComponent(next)}`);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(new RegExp(`^${webster.url}/org_`));
  }
});

test("with the keyboard alone: sign in, go to a page, find the keys, sign out", async ({ page, webster }) => {
  await page.goto(webster.url);
  await expect(page).toHaveURL(`${webster.url}/login`);
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(owner.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(owner.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  await pressUntil(page, "ControlOrMeta+k", page.getByRole("textbox", { name: "Go to" }));
  await expect(page.getByRole("textbox", { name: "Go to" })).toBeFocused();
  await page.keyboard.type("event ty");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/event-types$/);
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByRole("heading", { level: 1 }).waitFor();
  await pressUntil(page, "?", page.getByRole("dialog", { name: "Keys" }));
  await expect(page.getByRole("dialog", { name: "Keys" })).toContainText("Go to a page, or to an id");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByRole("button", { name: owner.email }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Profile" })).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${webster.url}/login`);
});

test("a pasted id leads to what it names", async ({ page, webster, api }) => {
  await page.goto(await signIn(page, webster));
  const application = await api.createApplication("Pasted");
  await pressUntil(page, "ControlOrMeta+k", page.getByRole("textbox", { name: "Go to" }));
  await page.getByRole("textbox", { name: "Go to" }).fill(` ${application} `);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/applications/${application}$`));
});

test("single keys can be switched off, and stay off", async ({ page, webster }) => {
  await page.goto(await signIn(page, webster));
  const palette = page.getByRole("textbox", { name: "Go to" });
  await pressUntil(page, "?", page.getByRole("dialog", { name: "Keys" }));
  await page.getByRole("checkbox", { name: "Single keys do something" }).uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  await pressUntil(page, "ControlOrMeta+k", palette);
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await page.keyboard.press("?");
  // The palette's key still works: had the other one done so, there would be two dialogs.
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toHaveAccessibleName("Go to");
});

test("the theme is kept, and there from the first drawing", async ({ page, webster }) => {
  await page.goto(await signIn(page, webster));
  await page.getByRole("button", { name: owner.email }).click();
  await page.getByRole("menuitem", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const html = await (await page.request.get(page.url())).text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
});

test("the overview comes drawn, with its figures", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  // A server that is busy may not have them in time, and then leaves them to the browser.
  await expect(async () => {
    const drawn = await (await page.request.get(home)).text();
    expect(drawn.includes("Deliveries that succeeded")).toBe(true);
  }).toPass();
});

test("a link opens here, or where it is asked to, and is fetched ahead by who points at it", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(home);
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Applications" });
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  const [tab] = await Promise.all([page.context().waitForEvent("page"), link.click({ modifiers: ["ControlOrMeta"] })]);
  await tab.waitForURL(`${home}/applications`);
  await tab.close();
  expect(page.url()).toBe(home);
  const ahead = page.waitForRequest((request) => request.url().startsWith(`${home}/messages`));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Messages" }).hover();
  await ahead;
  expect(page.url()).toBe(home);
  await link.click();
  await page.waitForURL(`${home}/applications`);
  expect(await page.evaluate(() => "isSame" in window)).toBe(true);
});

test("an environment of others does not exist", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  const answer = await page.request.get(home.replace(/env_\w{5}/, "env_00000"));
  expect(await answer.text()).toContain("There is no such page");
});

test("menu, palette, keys and drawer are accessible", async ({ page, webster }) => {
  await page.goto(await signIn(page, webster));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expectAccessible(page);
  await pressUntil(page, "?", page.getByRole("dialog", { name: "Keys" }));
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await pressUntil(page, "ControlOrMeta+k", page.getByRole("textbox", { name: "Go to" }));
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await page.setViewportSize({ width: 375, height: 760 });
  await page.getByRole("button", { name: "Open navigation" }).click();
  const drawer = page.getByRole("dialog", { name: "Navigation" });
  await drawer.getByRole("link", { name: "Deliveries" }).click();
  await expect(page).toHaveURL(/\/deliveries$/);
  await expect(drawer).toBeHidden();
  await expect(page.getByRole("heading", { level: 1, name: "Deliveries" })).toBeVisible();
});

test("a page is named by what it shows, whatever spaces that has", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("  Two  spaces, and some at the ends ");
  await page.goto(`${home}/applications/${application}`);
  await expect(page).toHaveTitle("Two spaces, and some at the ends · Webster");
  await page.getByRole("link", { name: "Deliveries" }).first().click();
  await expect(page).toHaveTitle("Deliveries · Webster");

  // What is read is what has to be typed.
  await page.goBack();
  await page.getByRole("button", { name: "Delete application" }).click();
  await page.getByLabel(/^Type .* to confirm$/).fill("Two spaces, and some at the ends");
  await page.getByRole("dialog").getByRole("button", { name: "Delete application" }).click();
  await expect(page).toHaveURL(`${home}/applications`);
});

test("with the system's own colours what is current and what is pointed at stand out, and legends keep theirs", async ({
  page,
  webster,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(await signIn(page, webster));
  const pages = page.getByRole("navigation", { name: "Main" });
  // Elsewhere backgrounds are not drawn.
  await expect(pages.getByRole("link", { name: "Overview" })).toHaveCSS("forced-color-adjust", "none");
  await expect(pages.getByRole("link", { name: "Messages" })).toHaveCSS("forced-color-adjust", "auto");
  await page.goto(`${page.url()}/deliveries`);
  await expect(page.getByRole("link", { name: "All", exact: true })).toHaveCSS("forced-color-adjust", "none");
  await expect(page.locator("[data-swatch]").first()).toHaveCSS("forced-color-adjust", "none");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.locator("input").fill("Overview");
  await expect(palette.getByRole("listitem").first().getByRole("button")).toHaveCSS("outline-style", "solid");
});

test("printed, a page is dark on white whatever theme is chosen, and without the navigation", async ({ page, webster }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(await signIn(page, webster));
  await page.evaluate(() => (document.documentElement.dataset["theme"] = "dark"));
  const heading = page.getByRole("heading", { level: 1 });
  const colour = () => heading.evaluate((element) => getComputedStyle(element).color);
  expect(await colour()).toBe("rgb(237, 235, 232)");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await colour()).toBe("rgb(29, 27, 25)");
  await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
});

test("printed, a log and a delivery are documents: whole ids, moments that stay true, the filters that are set, and nothing to press", async ({
  page,
  api,
  receiver,
  webster,
}) => {
  const application = await api.createApplication("Paper");
  await api.createEndpoint(application, receiver.url);
  const message = await api.sendMessage(application, "paper.printed", { sheets: [1, 2] });
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  /** What a style sheet writes in place of an element's text. */
  const written = (of: Locator) =>
    of.evaluate((element) => [getComputedStyle(element).fontSize, getComputedStyle(element, "::after").content]);
  await page.goto(`${home}/deliveries?application_id=${application}&event_types=paper.printed`);
  const row = page.getByRole("row", { name: /paper.printed/ });
  await expect(row).toBeVisible();
  await page.emulateMedia({ media: "print" });
  const at = await row.locator("time").last().getAttribute("datetime");
  expect(await written(row.locator("time").last())).toEqual(["0px", `"${at}"`]);
  expect(await written(row.locator("code[title^=msg_]"))).toEqual(["0px", `"${message}"`]);
  const main = page.getByRole("main");
  await expect(main.getByRole("button").filter({ visible: true })).toHaveText([/paper.printed/, /Paper/]);
  for (const role of ["checkbox", "textbox", "combobox"] as const)
    await expect(main.getByRole(role).filter({ visible: true })).toHaveCount(0);
  await expect(page.getByRole("columnheader", { name: "Actions" })).toBeHidden();

  // Beside the log, and as a page: the delivery is all that is printed.
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1500, height: 700 });
  await row.getByRole("link").first().click();
  await expect(page.getByRole("dialog").getByRole("tree")).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(row).toBeHidden();
  await expect(page.getByRole("heading", { name: "Deliveries" })).toBeHidden();
  await expect(page.getByRole("dialog").getByText(message).first()).toBeAttached();
  await expect(
    page
      .getByRole("dialog")
      .getByRole("button")
      .filter({ visible: true, hasNot: page.locator("time") }),
  ).toHaveCount(0);
  expect(await page.getByRole("dialog").evaluate((element) => element.scrollHeight - element.clientHeight)).toBeLessThanOrEqual(1);
});
