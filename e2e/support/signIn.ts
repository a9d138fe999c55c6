import { expect, type Page } from "@playwright/test";
import type { Webster } from "./server.ts";

/** The owner that the fixtures' server starts with. */
export const owner = { email: "webster@cafe.example", password: "profit without being asked" };

/** Signs the owner in; the page then shows the overview. Resolves to the environment's address, to go on from. */
export async function signIn(page: Page, webster: Webster): Promise<string> {
  await page.goto(`${webster.url}/login`);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  return page.url();
}
