import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.describe.configure({ timeout: 90_000 });

test("event types are ticked in groups, searched, and chosen with the keyboard alone", async ({ page, webster, api }) => {
  const application = await api.createApplication("Picker Café");
  for (const name of ["pick.brewed", "pick.poured", "pick.spilled", "picky"]) await api.createEventType(name);
  await api.patchEventType("pick.spilled", { description: "A cup was spilled" });
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  const field = page.getByLabel("Event types", { exact: true });
  await field.fill("pick");
  const group = page.getByRole("group", { name: "pick.", exact: true });
  await expect(group.getByRole("checkbox")).toHaveCount(4);
  await expect(group).toContainText("A cup was spilled");
  await group.getByLabel("All of pick.").check();
  for (const name of ["pick.brewed", "pick.poured", "pick.spilled"]) await expect(page.getByLabel(`Remove ${name}`)).toBeVisible();
  await group.getByLabel("pick.poured").uncheck();
  await expect(group.getByLabel("All of pick.")).toHaveJSProperty("indeterminate", true);
  await expect(group).toContainText("2 of 3");
  await expectAccessible(page);

  await field.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await expect(page.getByRole("checkbox", { name: "picky" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Remove picky")).toBeVisible();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowUp");
  await expect(field).toBeFocused();
  await field.fill("no such type");
  await expect(page.getByText("No event type is called that.")).toBeVisible();
  await field.fill("");
  await page.getByLabel("URL", { exact: true }).fill("http://127.0.0.1:9/picker");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("/picker");
  await page.getByRole("main").getByRole("link", { name: "Settings", exact: true }).click();
  for (const name of ["pick.brewed", "pick.spilled", "picky"]) await expect(page.getByLabel(`Remove ${name}`)).toBeVisible();
  await expect(page.getByLabel("Remove pick.poured")).toHaveCount(0);
});

test("a group of which not all types were read is not ticked as a whole", async ({ page, webster, api }) => {
  const application = await api.createApplication("Cut Café");
  for (const name of ["cut.first", "cut.second", "uncut.only", "uncut.other"]) await api.createEventType(name);
  // As the API answers where there are more than a page holds.
  await page.route(/\/event-type\?/, async (route) => {
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: { name: string }[] };
    const read = data.filter(({ name }) => /cut\./.test(name)).slice(0, 3);
    await route.fulfill({ json: { data: read, iterator: "uncut.only", done: false } });
  });
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await page.getByLabel("Event types", { exact: true }).fill("cut.");
  await expect(page.getByRole("group", { name: "cut.", exact: true }).getByRole("checkbox")).toHaveCount(3);
  await expect(page.getByLabel("All of cut.")).toBeVisible();
  await page.unroute(/\/event-type\?/);
  await page.route(/\/event-type\?/, async (route) => {
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: { name: string }[] };
    await route.fulfill({ json: { data: data.filter(({ name }) => name.startsWith("cut.")), iterator: "cut.second", done: false } });
  });
  await page.getByLabel("Event types", { exact: true }).fill("cut");
  const group = page.getByRole("group", { name: "cut.", exact: true });
  await expect(group).toContainText("2 or more");
  await expect(group.getByRole("checkbox")).toHaveCount(2);
  await expect(page.getByText("There are more")).toBeVisible();
  await expectAccessible(page);
});
