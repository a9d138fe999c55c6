import type { Page } from "@playwright/test";

/** From now on `page.goto` also waits for the page's scripts: what is clicked or typed before them goes nowhere. */
export function waitForScripts(page: Page): void {
  const goto = page.goto.bind(page);
  page.goto = async (...args) => {
    const response = await goto(...args);
    await page.waitForFunction(isHydrated);
    return response;
  };
}

/** React marks what it has taken over, a part of the page after the other. A document without our scripts is as ready as it will be. */
function isHydrated(): boolean {
  if (document.querySelector('script[src*="/_next/"]') === null) return true;
  const controls = [...document.querySelectorAll("a, button, input, select, textarea")];
  const isTaken = (element: Element) => Object.keys(element).some((name) => name.startsWith("__reactProps$"));
  return document.readyState === "complete" && controls.every(isTaken);
}
