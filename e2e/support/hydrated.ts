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

/** React says so in its own root only. A document without our scripts is as ready as it will be. */
function isHydrated(): boolean {
  if (document.querySelector('script[src*="/_next/"]') === null) return true;
  type Root = { stateNode?: { current?: { memoizedState?: { isDehydrated?: boolean } } } };
  const [root] = Object.entries(document).flatMap(([name, value]) => (name.startsWith("__reactContainer$") ? [value as Root] : []));
  return root?.stateNode?.current?.memoizedState?.isDehydrated === false;
}
