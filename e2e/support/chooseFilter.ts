import type { Page } from "@playwright/test";

/** Chooses one of a filter's list; `label` is the filter's name. */
export async function chooseFilter(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${label}(:|$)`) }).click();
  await page.getByRole("menuitemradio", { name: option, exact: true }).click();
}
