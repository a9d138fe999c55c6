import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.describe.configure({ timeout: 90_000 });

test("a payload of a megabyte is shown, folded, searched and copied from", async ({ page, webster, api, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const application = await api.createApplication("Json Café");
  const lines = Array.from({ length: 9_000 }, (_, at) => ({
    sku: `bean-${at}`,
    grams: at,
    note: "washed, slowly dried in the shade of trees",
  }));
  const message = await api.sendMessage(application, "json.large", { first: { at: "top" }, lines, last: "the very end" });
  const home = await signIn(page, webster);
  await page.goto(`${home}/messages/${message}`);
  const tree = page.getByRole("tree", { name: /^application\/json|^Payload/ });
  await expect(tree.getByRole("treeitem").nth(2)).toContainText('"at": "top"');
  expect(await tree.getByRole("treeitem").count()).toBeLessThan(200);

  const find = page.getByRole("searchbox", { name: /^Find in/ });
  await find.fill("BEAN-8999");
  await expect(page.getByText("1 of 1", { exact: true })).toBeVisible();
  await expect(tree.getByRole("treeitem").filter({ hasText: '"bean-8999"' })).toBeInViewport();
  await tree.getByRole("treeitem").filter({ hasText: '"bean-8999"' }).click();
  await expect(page.getByText("$.lines[8999].sku", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Copy value" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('"bean-8999"');
  await find.fill("washed");
  await find.press("Enter");
  await expect(page.getByText("2 of 9,000", { exact: true })).toBeVisible();
  await find.press("Shift+Enter");
  await find.press("Shift+Enter");
  await expect(page.getByText("9,000 of 9,000", { exact: true })).toBeVisible();

  await find.fill("");
  await page.getByRole("button", { name: "Fold all" }).click();
  await expect(tree.getByRole("treeitem")).toHaveText([/^\{$/, /"first": \{ 1 line \},/, /"lines": \[ 45000 lines \],/, /"last"/, /^\}$/]);
  await expectAccessible(page);
  await tree.getByRole("treeitem").nth(1).click();
  await tree.focus();
  await page.keyboard.press("ArrowRight");
  await expect(tree.getByRole("treeitem").nth(2)).toContainText('"at": "top"');
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("$.first.at", { exact: true })).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(tree.getByRole("treeitem")).toHaveCount(5);
});
