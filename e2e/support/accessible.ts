import { expect, type Page, test } from "@playwright/test";
import axe from "axe-core";

/** Rules that depend on colours; all others are asked of one scheme only. */
const rulesOfColours = ["color-contrast", "link-in-text-block"];

/** Looks at the page as it stands, in each scheme and at the width of a phone and of a desk. */
export async function expectAccessible(page: Page): Promise<void> {
  // After a click on a link Next.js shows the next page up to 0.1 s before its title.
  await expect(page).toHaveTitle(/\S/);
  for (const colorScheme of ["light", "dark"] as const) {
    // Half way through a transition from one scheme to the other no contrast is right.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [375, 1280])
      await test.step(`${colorScheme}, ${width} px`, async () => {
        await page.setViewportSize({ width, height: 800 });
        expect(await violationsOf(page, colorScheme === "light" ? null : rulesOfColours)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow, "pixels that stand out at the side").toBeLessThanOrEqual(0);
      });
  }
}

/** The violations, each as its rule's name and the elements. Reports of what is right, and a library sent anew, took most of the time. */
async function violationsOf(page: Page, rules: string[] | null): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    const { axe: library } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    const options = { reporter: "no-passes", resultTypes: ["violations"], preload: false, iframes: false };
    const { violations } = await library.run(only === null ? options : { ...options, runOnly: only });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, rules);
}

type Violation = { id: string; nodes: { html: string }[] };
