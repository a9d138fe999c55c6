import type { Page } from "@playwright/test";
import type { Api } from "./support/api.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

/** From a phone to the narrowest window that has room for all: where columns leave, and rows become cards. */
const widths = [320, 375, 430, 520, 600, 639, 640, 700, 760, 768, 800, 840, 880, 900, 960, 1024, 1060, 1100, 1180, 1280];

const pages = [
  "",
  "/deliveries",
  "/incidents",
  "/messages",
  "/applications",
  "/endpoints",
  "/sources",
  "/event-types",
  "/connectors",
  "/background-tasks",
  "/usage",
  "/settings/profile",
  "/settings/members",
  "/settings/keys",
  "/settings/environments",
  "/settings/operational-webhooks",
  "/settings/alerts",
  "/settings/audit-log",
  "/settings/system",
];

const longName = "An application whose name is rather long, of a customer in Llanfairpwllgwyngyll";
const longPath = "/webhooks/of/a/customer/that/has/very/many/parts/in/its/address";

/** `ending`: another for each test, for both may be of one Webster. */
async function fillPages(api: Api, url: string, ending: string): Promise<string> {
  const eventType = `order.with.a.rather.long.name.that.goes.on.and.on.${ending}`;
  const applicationId = await api.createApplication(longName);
  for (const end of ["/ok", "/fail"]) await api.createEndpoint(applicationId, `${url}${longPath}${end}`);
  await api.createEventType(eventType);
  await api.createSource({ name: "A source with a long name", provider: "bearer", secrets: ["bearer-token-of-the-source"] });
  const messageId = await api.sendMessage(applicationId, eventType, { a: 1 });
  return `/messages/${messageId}`;
}

test("every table can be read and used at twenty widths", async ({ page, webster, api, receiver }) => {
  test.slow();
  receiver.respond([{ status: 200 }, { status: 503 }]);
  const message = await fillPages(api, receiver.url, "updated");
  await receiver.waitForHits(2);
  const home = await signIn(page, webster);
  const faults: string[] = [];
  for (const path of [...pages, message]) {
    await page.goto(`${home}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("table[aria-busy=true]")).toHaveCount(0);
    faults.push(...(await faultsAtAll(page, path)));
  }
  expect(faults).toEqual([]);
});

test("every table of the portal can be read and used at twenty widths", async ({ page, api, receiver }) => {
  const applicationId = await api.createApplication(longName);
  await api.createEndpoint(applicationId, `${receiver.url}${longPath}/ok`);
  await api.createEventType("a_single_word_that_is_much_longer_than_a_phone_is_wide_and_has_no_place_to_break_it");
  await api.sendMessage(applicationId, "order.paid", {});
  await receiver.waitForHits(1);
  await page.goto(await api.portalLink(applicationId));
  await expect(page).toHaveURL(/\/portal\/\w+/);
  const faults: string[] = [];
  for (const path of ["/portal/deliveries", "/portal/endpoints", "/portal/event-types"]) {
    await page.goto(new URL(path, page.url()).href);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    faults.push(...(await faultsAtAll(page, path)));
  }
  expect(faults).toEqual([]);
});

test("a URL is cut in its middle: its end, by which it is told from others, is always there", async ({ page, webster, api, receiver }) => {
  const message = await fillPages(api, receiver.url, "deleted");
  const home = await signIn(page, webster);
  await page.goto(`${home}${message}`);
  for (const width of [375, 768, 900, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const end of ["/ok", "/fail"]) {
      const last = page.locator("tbody tr[data-row]").getByText(end, { exact: false }).last();
      await expect(last).toBeVisible();
      expect(await last.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
    }
  }
});

test("beside an open panel, hosts can be told apart", async ({ page, webster, api }) => {
  const applicationId = await api.createApplication("Two Hosts");
  const hosts = ["hooks.alpha.example", "hooks.omega.example"];
  const urls = hosts.map((host) => `https://${host}${longPath}/incoming-events`);
  const [endpoint] = await Promise.all(urls.map((url) => api.createEndpoint(applicationId, url)));
  const message = await api.sendMessage(applicationId, "order.told", {});
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${home}/deliveries?application_id=${applicationId}&open=${message}.${endpoint}`);
  const rows = page.locator("tbody tr[data-row]");
  await expect(rows).toHaveCount(2);
  await expect(page.locator("dialog[data-beside]")).toBeVisible();
  const seen = await rows
    .locator("[aria-hidden=true]")
    .evaluateAll((parts) =>
      parts
        .filter((part) => part.textContent.startsWith("hooks.") && part.clientWidth > 0)
        .map((part) => part.textContent.slice(0, Math.floor((part.clientWidth / part.scrollWidth) * part.textContent.length) - 1)),
    );
  expect(new Set(seen.map((text) => text.slice(0, 8)))).toEqual(new Set(["hooks.al", "hooks.om"]));
});

async function faultsAtAll(page: Page, path: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await page.evaluate(faultsNow)).map((fault) => `${path || "/"} at ${width}: ${fault}`));
  }
  return faults;
}

/** Runs in the page. */
function faultsNow(): string[] {
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} wide`);
  const isDrawn = (element: Element) => element.getClientRects().length > 0 && getComputedStyle(element).position !== "absolute";
  for (const table of document.querySelectorAll("table")) {
    const name = table.caption?.textContent ?? "a table";
    const around = table.parentElement;
    if (around !== null && around.scrollWidth > around.clientWidth + 1) faults.push(`${name} is scrolled sideways`);
    // In a card the head is only read out.
    const heads = [...table.querySelectorAll("thead th")].filter((th) => th.textContent !== "" && th.getBoundingClientRect().height > 8);
    const isCards = getComputedStyle(table).display === "block";
    for (const th of isCards ? [] : heads.filter(isDrawn)) {
      const { width } = th.getBoundingClientRect();
      if (width < 60) faults.push(`${name}: column ${th.textContent} is ${Math.round(width)} wide`);
      if (th.scrollWidth > th.clientWidth + 1) faults.push(`${name}: the head of ${th.textContent} does not fit`);
    }
    for (const row of [...table.querySelectorAll("tbody tr[data-row]")].slice(0, 3)) {
      const { left, right } = row.getBoundingClientRect();
      const first = [...row.querySelectorAll("td")].find((td) => td.querySelector("input[type=checkbox]") === null);
      if (first !== undefined && first.getBoundingClientRect().width < 80) faults.push(`${name}: what a row is has less than 80`);
      for (const control of [...row.querySelectorAll("a,button")].filter(isDrawn)) {
        const box = control.getBoundingClientRect();
        // A link's text may be cut, as long as enough of it is there; a button is there as a whole.
        const seenPx = Math.min(box.right, right) - Math.max(box.left, left);
        const isSeen = control instanceof HTMLAnchorElement ? seenPx >= Math.min(box.width, 80) - 1 : seenPx >= box.width - 1;
        if (!isSeen) faults.push(`${name}: ${control.textContent} lies outside of its row`);
      }
    }
  }
  return [...new Set(faults)];
}
