import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test("what people call things never widens a page, however long and without a space it is", async ({ page, webster, api, receiver }) => {
  const long = (letter: string, length: number) => letter.repeat(length);
  const source = await api.createSource({ name: long("s", 200), provider: "none", secrets: [] });
  const application = await api.createApplication(long("a", 200));
  const endpoint = await api.createEndpoint(application, `${receiver.url}/${long("u", 200)}`);
  await api.patchEndpoint(application, endpoint, { description: long("d", 200) });
  const words = { channels: [long("c", 100)], tags: [long("t", 120)] };
  const message = await api.sendMessage(application, long("e", 120), { n: 1 }, words);
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  const pages = [
    `/endpoints/${application}/${endpoint}`,
    `/applications/${application}`,
    `/sources/${source.id}`,
    `/messages/${message}`,
    `/deliveries/${message}/${endpoint}`,
    `/deliveries?event_types=${long("e", 120)}&tag=${words.tags[0]}&channel=${words.channels[0]}`,
  ];
  for (const width of [375, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of pages) {
      await page.goto(home + path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
      const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await wide(), `${path.slice(0, 40)} at ${width} px`).toBeLessThanOrEqual(0);
    }
  }
});

test("a URL of the greatest length leaves what can be done on a phone's first screen", async ({ page, webster, api, receiver }) => {
  const application = await api.createApplication("Long way");
  const endpoint = await api.createEndpoint(application, `${receiver.url}/${"u".repeat(1900)}`);
  const message = await api.sendMessage(application, "far.away", { n: 1 });
  await receiver.waitForHits(1);
  const home = await signIn(page, webster);
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto(`${home}/endpoints/${application}/${endpoint}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${receiver.url}/${"u".repeat(1900)}`);
  await expect(page.getByRole("button", { name: "Disable endpoint" })).toBeInViewport();
  await page.goto(`${home}/deliveries/${message}/${endpoint}`);
  await expect(page.getByRole("button", { name: "Resend delivery" })).toBeInViewport();
});

test("of a name that is written from right to left the beginning is shown, wherever it is cut", async ({ page, webster, api }) => {
  const name = "شركة القهوة العربية للتجارة والتوزيع والتوريد العام المحدودة ".repeat(4).trim();
  const application = await api.createApplication(name);
  await api.patchEndpoint(application, await api.createEndpoint(application, "https://receiver.example/coffee"), { description: name });
  const home = await signIn(page, webster);
  for (const [path, places] of [
    ["/applications", 1],
    ["/endpoints", 2],
  ] as const) {
    await page.goto(home + path);
    const names = page.getByRole("table").getByText(name);
    await expect(names).toHaveCount(places);
    const areShown = await names.evaluateAll((all) =>
      all.map((one) => {
        const [first, cell] = [document.createRange(), one.closest("td")?.getBoundingClientRect()];
        first.setStart(one.firstChild ?? one, 0);
        first.setEnd(one.firstChild ?? one, 1);
        const { left, right } = first.getBoundingClientRect();
        return cell !== undefined && left >= cell.left && right <= cell.right;
      }),
    );
    expect(areShown).not.toContain(false);
  }
});
