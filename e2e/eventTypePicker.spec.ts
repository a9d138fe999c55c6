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
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Channels", { exact: true })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
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
  // As the API answers where there are more than a page holds: the page ends after the group, or within it.
  await page.route(/\/event-type\?/, async (route) => {
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: { name: string }[] };
    const isAfter = new URL(route.request().url()).searchParams.get("search") === "cut.";
    const read = data.filter(({ name }) => name.startsWith("cut.") || (isAfter && name === "uncut.only"));
    await route.fulfill({ json: { data: read, iterator: "x", done: false } });
  });
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  const field = page.getByLabel("Event types", { exact: true });
  const group = page.getByRole("group", { name: "cut.", exact: true });
  await field.fill("cut.");
  await expect(page.getByLabel("All of cut.")).toBeVisible();
  await expect(group.getByRole("checkbox")).toHaveCount(3);
  await field.fill("cut");
  await expect(group).toContainText("2 or more");
  await expect(group.getByRole("checkbox")).toHaveCount(2);
  await expect(page.getByText("There are more")).toBeVisible();
  await expectAccessible(page);
});

test("examples of event types that the first page doesn't hold are found, and a long choice is folded", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const application = await api.createApplication("Example Café");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const many = Array.from({ length: 34 }, (_, at) => `many.m${String(at).padStart(2, "0")}`);
  for (const name of [...many, "example.early", "example.late"]) await api.createEventType(name);
  await api.patchEndpoint(application, endpoint, { eventTypes: many });
  for (const size of ["small", "large"])
    await api.patchEventType(`example.${size === "small" ? "early" : "late"}`, { schemas: { "1": { examples: [{ size }] } } });
  // As the API answers where there are more than a page holds.
  await page.route(/\/event-type\?/, async (route) => {
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: { name: string }[] };
    const isSearch = new URL(route.request().url()).searchParams.has("search");
    await route.fulfill(
      isSearch ? { response: answer } : { json: { data: data.filter(({ name }) => name === "example.early"), iterator: "x", done: false } },
    );
  });
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  const main = page.getByRole("main");
  await expect(main.getByText("many.m29")).toBeVisible();
  await expect(main.getByText("many.m30")).toBeHidden();
  await main.getByText("4 more").click();
  await expect(main.getByText("many.m33")).toBeVisible();

  await main.getByRole("link", { name: "Test", exact: true }).click();
  await main.getByRole("link", { name: "Example", exact: true }).click();
  await expect(main.getByText('"small"')).toBeVisible();
  await page.getByLabel("Find an event type").fill("late");
  await expect(main.getByText('"large"')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Find an event type").fill("many");
  await expect(page.getByText("None of those that were found has an example.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send test" })).toBeDisabled();
});
