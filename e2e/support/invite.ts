import { expect, type Page } from "@playwright/test";

/** Invites as the owner; resolves to the link. */
export async function invite(page: Page, home: string, email: string, role: string): Promise<string> {
  await page.goto(`${home}/settings/members`);
  await page.getByRole("button", { name: "Invite member" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption(role);
  await page.getByRole("dialog").getByRole("button", { name: "Invite member" }).click();
  const dialog = page.getByRole("dialog", { name: `Invitation for ${email}` });
  const link = await dialog.locator("code").innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toBeVisible();
  return link;
}
