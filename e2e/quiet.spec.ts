import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

/** Resolves when the environment's stream has told of the message's success to whoever listens. */
async function told(page: Page, home: string): Promise<(messageId: string) => Promise<void>> {
  const environment = new URL(home).pathname.split("/")[2] ?? "";
  await page.evaluate((id) => {
    const all: string[] = [];
    Object.assign(window, { told: all });
    const source = new EventSource(`/api/v1/event-stream?environment=${id}`);
    source.addEventListener("delivery.changed", (event: MessageEvent<string>) => {
      const { deliveries } = JSON.parse(event.data) as { deliveries: { messageId: string; status: string }[] };
      for (const { messageId, status } of deliveries) all.push(`${messageId} ${status}`);
    });
    return new Promise((resolve) => source.addEventListener("ready", resolve));
  }, environment);
  return async (messageId) => {
    const what = `${messageId} succeeded`;
    await page.waitForFunction((text) => (window as unknown as { told: string[] }).told.includes(text), what);
  };
}

test("a log asks again for what may come to it, and not for what is sent elsewhere", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Quiet");
  const mine = await api.createEndpoint(application, `${receiver.url}/mine`);
  const loud = await api.createApplication("Loud");
  await api.createEndpoint(loud, `${receiver.url}/other`);
  await api.sendMessage(application, "quiet.first", {});
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  await page.goto(`${home}/deliveries?endpoint_id=${mine}`);
  await expect(page.locator("tbody tr[data-row]")).toHaveCount(1);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const isTold = await told(page, home);
  let asked = 0;
  page.on("request", (request) => (asked += new URL(request.url()).pathname === "/api/v1/delivery" ? 1 : 0));
  for (const n of [1, 2]) await isTold(await api.sendMessage(loud, "loud", { n }));
  const before = asked;
  await isTold(await api.sendMessage(application, "quiet.second", {}));
  await expect(page.getByRole("button", { name: "1 new" })).toBeVisible();
  expect(before).toBe(0);
});

test("what comes before the stream is open is shown once it is", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Between");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const home = await signIn(page, webster);
  await page.goto(home);
  const isTold = await told(page, home);
  const watching = await page.context().newPage();
  let open: () => void = () => undefined;
  const mayOpen = new Promise<void>((resolve) => (open = resolve));
  await watching.route("**/api/v1/event-stream?**", async (route) => {
    await mayOpen;
    await route.continue();
  });
  const asked = watching.waitForResponse((answer) => new URL(answer.url()).pathname === "/api/v1/delivery");
  await watching.goto(`${home}/deliveries?endpoint_id=${endpoint}`);
  await asked;
  await isTold(await api.sendMessage(application, "between", {}));
  open();
  await expect(watching.locator("tbody tr[data-row]")).toHaveCount(1);
});
