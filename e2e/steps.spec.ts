import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

/** Chooses in a filter of a list, or of a span of time. */
async function choose(page: Page, filter: string, option: string) {
  await page.getByRole("button", { name: filter }).first().click();
  await page
    .getByRole("menuitemradio", { name: option })
    .or(page.getByRole("menuitem", { name: option }))
    .first()
    .click();
}

test("what is chosen as a filter is a step that Back undoes, on each page", async ({ page, webster, api }) => {
  test.setTimeout(180_000);
  const application = await api.createApplication("Tea House");
  await api.sendMessage(application, "cafe.closed", { profit: 412.5 });
  const home = await signIn(page, webster);
  const pages: [path: string, filter: string, option: string, query: string][] = [
    ["", "Time", "Last 7 days", "span="],
    ["/usage", "Time", "Last 28 days", "days="],
    [`/applications/${application}`, "Time", "Last 28 days", "days="],
    ["/incidents", "Status", "All", "status="],
    ["/messages", "Time", "Last hour", "after="],
    ["/settings/audit-log", "Who", "Member", "actor="],
  ];
  for (const [path, filter, option, query] of pages)
    await test.step(path, async () => {
      await page.goto(home + path);
      await choose(page, filter, option);
      await expect(page).toHaveURL(new RegExp(`[?&]${query}`));
      await page.goBack();
      await expect(page).toHaveURL(home + path);
    });
});

test("what is typed into a filter is one step, however often one stops", async ({ page, webster, api }) => {
  await api.createApplication("Tea House");
  const home = await signIn(page, webster);
  await page.goto(`${home}/applications`);
  const search = page.getByRole("search").getByRole("textbox");
  await search.pressSequentially("tea");
  await expect(page).toHaveURL(`${home}/applications?search=tea`);
  await search.pressSequentially("house");
  await expect(page).toHaveURL(`${home}/applications?search=teahouse`);
  await search.blur();
  await search.fill("espresso");
  await expect(page).toHaveURL(`${home}/applications?search=espresso`);
  await page.goBack();
  await expect(page).toHaveURL(`${home}/applications?search=teahouse`);
  await expect(search).toHaveValue("teahouse");
  await page.goBack();
  await expect(page).toHaveURL(`${home}/applications`);
  await expect(search).toHaveValue("");
});
