import { expect, test } from "./support/fixtures.ts";
import { pressUntil } from "./support/pressUntil.ts";
import { signIn } from "./support/signIn.ts";

test.describe.configure({ timeout: 90_000 });

test("the palette leads to the forms for what is new", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(home);
  const palette = page.getByRole("textbox", { name: "Go to" });
  for (const [words, form] of [
    ["new application", page.getByRole("dialog", { name: "Create application" })],
    ["create endpoint", page.getByRole("heading", { level: 1, name: "Create endpoint" })],
    ["add event type", page.getByRole("dialog", { name: "Create event type" })],
    ["new source", page.getByRole("heading", { level: 1, name: "Create source" })],
    ["new key", page.getByRole("dialog", { name: "Create API key" })],
    ["invite", page.getByRole("dialog", { name: "Invite member" })],
  ] as const) {
    await pressUntil(page, "ControlOrMeta+k", palette);
    await palette.fill(words);
    await page.keyboard.press("Enter");
    await expect(form).toBeVisible();
    await page.keyboard.press("Escape");
  }
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(`${home}/settings/members`);
});
