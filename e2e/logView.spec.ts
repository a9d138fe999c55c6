import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

const rows = (page: Page) => page.locator("tbody tr[data-row]");
const panelOf = (page: Page) => page.locator("dialog[open]");
const openRow = (page: Page) => page.locator("tbody tr[aria-current=true]");

test("a delivery opens beside the log, which stays usable; the panel's width is changed by keys and pointer, and remembered", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  test.slow();
  const applicationId = await api.createApplication("Beside");
  const endpointId = await api.createEndpoint(applicationId, `${receiver.url}/a/path/of/some/length`);
  for (const name of ["one", "two", "three"]) await api.sendMessage(applicationId, `beside.${name}`, { name });
  await receiver.waitForHits(3);
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${home}/deliveries?endpoint_id=${endpointId}`);
  await expect(rows(page)).toHaveCount(3);
  await rows(page).first().getByText("Succeeded").click();
  const panel = panelOf(page);
  await expect(panel.getByRole("heading", { name: "beside.three" })).toBeVisible();

  // Another row by a click beside the panel, by the keys of the list, and ticked.
  await rows(page).nth(1).getByText("Succeeded").click();
  await expect(panel.getByRole("heading", { name: "beside.two" })).toBeVisible();
  await expect(openRow(page)).toContainText("beside.two");
  await page.keyboard.press("j");
  await expect(panel.getByRole("heading", { name: "beside.one" })).toBeVisible();
  await page.keyboard.press("k");
  await expect(panel.getByRole("heading", { name: "beside.two" })).toBeVisible();
  await rows(page).first().getByRole("checkbox").check();
  await expect(page.getByText("1 selected")).toBeVisible();
  await page.getByRole("button", { name: "Clear selection" }).click();

  const separator = page.getByRole("separator", { name: "Width of the panel" });
  const widthPx = async () => Math.round((await panel.boundingBox())?.width ?? 0);
  const atFirst = await widthPx();
  await separator.focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(widthPx).toBe(atFirst + 24);
  await expect(separator).toHaveAttribute("aria-valuenow", String(atFirst + 24));
  await page.keyboard.press("End");
  await expect.poll(widthPx).toBe(340);
  const box = await separator.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 4, 400);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) - 96, 400, { steps: 4 });
  await page.mouse.up();
  await expect.poll(widthPx).toBe(440);
  await page.reload();
  await expect(panel.getByRole("heading", { name: "beside.two" })).toBeVisible();
  await expect.poll(widthPx).toBe(440);

  // What is told stands beside the panel, and the list never below it.
  for (const width of [1180, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(async () => (await panel.boundingBox())?.x).toBe(width - Math.min(440, width - 552));
    const list = await page.getByRole("table").boundingBox();
    const edge = (await panel.boundingBox())?.x ?? 0;
    expect((list?.x ?? 0) + (list?.width ?? 0)).toBeLessThanOrEqual(edge);
    expect(list?.width ?? 0).toBeGreaterThanOrEqual(280);
  }
  await separator.dblclick();
  await expect.poll(widthPx).toBe(440);

  await panel.focus();
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(page).not.toHaveURL(/open=/);
  await expect(rows(page).nth(1).locator("a[data-row-link]")).toBeFocused();

  // Where there is no room beside the list it is laid over it.
  for (const width of [375, 768, 900, 1179]) {
    await page.setViewportSize({ width, height: 900 });
    await rows(page).first().getByText("Succeeded").click();
    await expect(panel.getByRole("heading", { name: "beside.three" })).toBeVisible();
    await expect(separator).toHaveCount(0);
    if (width === 375) expect(await widthPx()).toBe(375);
    await page.keyboard.press("Escape");
    await expect(panel).toHaveCount(0);
  }
});

test("columns and density are a person's own, drawn so by the server, and reached by keys", async ({ page, webster, api, receiver }) => {
  test.slow();
  const applicationId = await api.createApplication("Columns");
  const endpointId = await api.createEndpoint(applicationId, receiver.url);
  await api.sendMessage(applicationId, "columns.chosen", {});
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 1280, height: 900 });
  const address = `${home}/deliveries?endpoint_id=${endpointId}`;
  await page.goto(address);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole("columnheader", { name: "Tries" })).toBeVisible();

  const menu = page.getByRole("button", { name: "Columns", exact: true });
  await menu.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemcheckbox", { name: "Answer" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toBeFocused();
  await page.keyboard.press("Enter");
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("menuitemcheckbox", { name: "Tries" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Latency" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Message id" }).click();
  await page.getByRole("menuitemradio", { name: "Compact" }).click();
  await expect(page.getByRole("columnheader", { name: "Tries" })).toHaveCount(0);
  await expect(page.getByRole("columnheader", { name: "Message id" })).toBeVisible();
  await expect.poll(async () => (await rows(page).first().boundingBox())?.height ?? 99).toBeLessThanOrEqual(40);

  // A server that is busy may not have the row in time, and then leaves it to the browser.
  await expect(async () => {
    const drawn = await (await page.request.get(address)).text();
    expect(drawn.includes('data-density="compact"')).toBe(true);
    expect(drawn.includes(">Latency<")).toBe(false);
    expect(drawn.includes(">Message id<")).toBe(true);
  }).toPass();
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Latency" })).toHaveCount(0);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${home}/messages`);
  await expect(page.locator("[data-density=compact]")).toBeVisible();
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Size" }).click();
  await expect(page.getByRole("columnheader", { name: "Size" })).toHaveCount(0);
});

test("at 900 px the log tells time and answer; a cell filters by what it says, and the usual views are one click", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const closed = { status: 503, body: "closed for stocktaking" };
  receiver.respond([closed, { status: 200 }, closed]);
  const applicationId = await api.createApplication("Cells of a Café");
  const endpointId = await api.createEndpoint(applicationId, `${receiver.url}/rather/long/path/of/an/endpoint`);
  await api.sendMessage(applicationId, "cell.fails", {});
  await receiver.waitForHits(1);
  await api.sendMessage(applicationId, "cell.succeeds", {});
  await receiver.waitForHits(2);
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 900, height: 900 });
  const address = `${home}/deliveries?endpoint_id=${endpointId}`;
  await page.goto(address);
  await expect(rows(page)).toHaveCount(2);
  const failed = rows(page).filter({ hasText: "cell.fails" });
  for (const width of [375, 768, 900, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(failed.getByText("503", { exact: true }).filter({ visible: true })).toHaveCount(1);
    await expect(failed.locator("time").filter({ hasText: /ago|now/, visible: true })).not.toHaveCount(0);
  }
  await test.step("what is typed counts when nothing more is typed, and what the receiver said is beside the cause", async () => {
    await page.getByPlaceholder("Code, or 500-504").pressSequentially("503");
    await expect(page).toHaveURL(/503/);
    await expect(rows(page)).toHaveCount(1);
    await expect(page.getByPlaceholder("Code, or 500-504")).toBeFocused();
    await failed.getByText("Retrying").click();
    await expect(page.getByRole("dialog").getByText("It answered: closed for stocktaking")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: /more tries, about in / })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.goto(address);
    await expect(rows(page)).toHaveCount(2);
  });
  const fresh = async (name: string) => {
    await page.getByRole("navigation", { name: "Usual views" }).getByRole("link", { name }).click();
  };
  await fresh("Retrying");
  await expect(page).toHaveURL(/status=retrying/);
  await expect(page.getByRole("link", { name: "Retrying", exact: true })).toHaveAttribute("aria-current", "true");
  await expect(rows(page)).toHaveCount(1);
  await fresh("Never delivered");
  await expect(page).toHaveURL(/status=failed%2Ccancelled/);
  await fresh("All");
  await expect(rows(page)).toHaveCount(2);

  // By a cell: the answer by the pointer, the status by the keyboard, neither opens the row.
  await failed.getByRole("link", { name: "503", exact: true }).click();
  await expect(page).toHaveURL(/http_status=503/);
  await expect(rows(page)).toHaveCount(1);
  await expect(page).not.toHaveURL(/open=/);
  await page.goBack();
  await expect(rows(page)).toHaveCount(2);
  await rows(page).filter({ hasText: "cell.succeeds" }).getByRole("link", { name: "Only succeeded" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/status=succeeded/);
  await expect(rows(page)).toHaveCount(1);
  expect(new URL(page.url()).searchParams.get("endpoint_id")).toBe(endpointId);
  await page.getByRole("link", { name: "cell.succeeds", exact: true }).click();
  await expect(page).toHaveURL(/event_types=cell\.succeeds/);
  await expectAccessible(page);
});

test("an endpoint's page has its deliveries, with the log's filters, panel and keys", async ({ page, webster, api, receiver }) => {
  receiver.respond([{ status: 404 }, { status: 200 }, { status: 404 }]);
  const applicationId = await api.createApplication("Of one endpoint");
  const endpointId = await api.createEndpoint(applicationId, `${receiver.url}/this`);
  await api.sendMessage(applicationId, "within.first", {});
  await receiver.waitForHits(1);
  await api.sendMessage(applicationId, "within.second", {});
  await receiver.waitForHits(2);
  const other = await api.createEndpoint(await api.createApplication("Of another"), `${receiver.url}/other`);
  const home = await signIn(page, webster);
  await page.goto(`${home}/endpoints/${applicationId}/${endpointId}`);
  await page.getByRole("navigation", { name: "Endpoint" }).getByRole("link", { name: "Deliveries" }).click();
  await expect(page).toHaveURL(/tab=deliveries/);
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByRole("columnheader", { name: /^Endpoint/ })).toHaveCount(0);
  await page.getByRole("link", { name: "Retrying", exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText("within.first");
  // Whatever the address says, it is this endpoint's.
  await page.goto(`${home}/endpoints/${applicationId}/${endpointId}?tab=deliveries&endpoint_id=${other}`);
  await expect(rows(page)).toHaveCount(2);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(panelOf(page).getByRole("heading", { name: "within.second" })).toBeVisible();
  await expectAccessible(page);
});

test("a change stands beside the audit log, whose rows are opened one after the other", async ({ page, webster, api }) => {
  for (const name of ["First change", "Second change"]) await api.createApplication(name);
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${home}/settings/audit-log`);
  const change = (at: number) => page.locator("tbody tr[data-row]").nth(at).getByRole("button").first();
  await change(1).click();
  const entryId = panelOf(page).getByRole("button", { name: "Copy entry id" });
  await expect(entryId).toBeVisible();
  await change(0).click();
  await expect(openRow(page)).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(entryId).toBeHidden();
  await expect(change(0)).toBeFocused();

  // The address holds the open entry: for who is given it, after a reload, and for Back.
  await change(1).click();
  await expect(entryId).toBeVisible();
  await page.reload();
  await expect(entryId).toBeVisible();
  await page.goBack();
  await expect(entryId).toBeHidden();
});
