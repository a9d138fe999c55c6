import { expect, type Locator, type Page } from "@playwright/test";

/** Presses a key until it has done what it does: one that comes before the page's scripts goes nowhere. */
export async function pressUntil(page: Page, key: string, visible: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(visible).toBeVisible({ timeout: 3_000 });
  }).toPass();
}
