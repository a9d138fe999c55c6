import { pagePatienceMs } from "../app/inTime.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [401, 404] });

const unknown = "2NjXkS5XsxrmEFJ8VVkb0WGEtN4";

test("what isn't there says so inside the frame, and leads back", async ({ page, webster, api }) => {
  test.setTimeout(180_000);
  const application = await api.createApplication("Tea House");
  const home = await signIn(page, webster);
  const pages: [path: string, heading: string, back: string][] = [
    ["/no/such/page", "There is no such page", "Overview"],
    ["/settings/nothing", "There is no such page", "Overview"],
    [`/applications/app_${unknown}`, "There is no such application", "All applications"],
    [`/endpoints/${application}/ep_${unknown}`, "There is no such endpoint", "All endpoints"],
    [`/deliveries/msg_${unknown}/ep_${unknown}`, "There is no such delivery", "All deliveries"],
    [`/messages/msg_${unknown}`, "There is no such message", "All messages"],
    ["/event-types/no.such", "There is no such event type", "All event types"],
    [`/sources/src_${unknown}`, "There is no such source", "All sources"],
    [`/sources/src_${unknown}/rreq_${unknown}`, "There is no such request", "All sources"],
    [`/polling/${application}/poll_${unknown}`, "There is no such polling endpoint", "The application"],
  ];
  for (const [path, heading, back] of pages)
    await test.step(path, async () => {
      await page.goto(home + path);
      const main = page.getByRole("main");
      await expect(main.getByRole("heading", { level: 1 })).toHaveText(heading);
      await expect(main.getByRole("link", { name: back })).toBeVisible();
      await expect(main.getByRole("button", { name: "Try again" })).toHaveCount(0);
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
      await expect(page).toHaveTitle(new RegExp(`^${heading}( · |$)`));
    });
});

test("an address that leads nowhere is answered 404, and one that asks for a session leads to the login", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  test.setTimeout(120_000);
  const application = await api.createApplication("Tea House");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const message = await api.sendMessage(application, "cafe.closed", { profit: 412.5 });
  const { id: source, url: sourceUrl } = await api.createSource({ name: "Till", provider: "none" });
  const { id: otherSource } = await api.createSource({ name: "Other till", provider: "none" });
  expect((await fetch(sourceUrl, { method: "POST", body: "{}" })).ok).toBe(true);
  const otherApplication = await api.createApplication("Coffee House");
  const otherMessage = await api.sendMessage(otherApplication, "cafe.closed", { profit: 1 });
  await page.goto(await api.portalLink(application));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const home = new URL(await signIn(page, webster)).pathname;
  const [, organization = "", environment = ""] = home.split("/");
  const { data: received } = (await (
    await page.request.get(`${webster.url}/api/v1/received-request?source_id=${source}`, {
      headers: { "webster-environment": environment },
    })
  ).json()) as { data: { id: string }[] };
  const request = received[0]?.id ?? "";
  const statusOf = async (path: string) => (await page.request.get(webster.url + path, { maxRedirects: 0 })).status();
  // On a busy machine the page may not wait for what it is about, and takes that long to say so: only then it is asked again.
  const patientStatusOf = async (path: string): Promise<number> => {
    const beganMs = performance.now();
    const status = await statusOf(path);
    return status === 200 && performance.now() - beganMs >= pagePatienceMs ? patientStatusOf(path) : status;
  };
  const nowhere = [
    `/${organization}/env_${unknown}`,
    `/${organization}/env_${unknown}/deliveries`,
    `/org_${unknown}/${environment}`,
    `${home}/no/such/page`,
    `${home}/settings/nothing`,
    "/no/such/page",
    "/reference/nothing",
    `${home}/applications/app_${unknown}`,
    `${home}/deliveries/msg_${unknown}/ep_${unknown}`,
    `${home}/endpoints/${application}/ep_${unknown}`,
    `${home}/endpoints/app_${unknown}/${endpoint}`,
    `${home}/event-types/no.such`,
    `${home}/messages/msg_${unknown}`,
    `${home}/polling/${application}/poll_${unknown}`,
    `${home}/sources/src_${unknown}`,
    `${home}/sources/${source}/rreq_${unknown}`,
    `${home}/sources/${otherSource}/${request}`,
    `${home}/sources/src_${unknown}/${request}`,
    `${home}/endpoints/${otherApplication}/${endpoint}`,
    `${home}/deliveries/${otherMessage}/${endpoint}`,
    `/portal/endpoints/${otherApplication}/${endpoint}`,
    `/portal/deliveries/${otherMessage}/${endpoint}`,
    `/portal/deliveries/msg_${unknown}/${endpoint}`,
    `/portal/endpoints/${application}/ep_${unknown}`,
  ];
  for (const path of nowhere) expect([path, await patientStatusOf(path)]).toEqual([path, 404]);
  const there = [
    home,
    `${home}/applications/${application}`,
    `${home}/endpoints/${application}/${endpoint}`,
    `${home}/messages/${message}`,
    `${home}/sources/${source}`,
    `${home}/sources/${source}/${request}`,
    `/portal/endpoints/${application}/${endpoint}`,
  ];
  for (const path of there) expect([path, await statusOf(path)]).toEqual([path, 200]);
  // On the way from page to page too.
  await page.goto(`${webster.url}${home}/sources/${source}/${request}`);
  await expect(page.getByRole("heading", { level: 2, name: "Body" })).toBeVisible();
  await page.context().clearCookies();
  const { headers, status } = await fetch(`${webster.url}${home}/deliveries?status=failed`, { redirect: "manual" });
  expect([status, headers.get("location")]).toEqual([307, `/login?next=${encodeURIComponent(`${home}/deliveries?status=failed`)}`]);
});

test("what is named by blanks alone is shown by its id, so that links to it have a text", async ({ page, webster, api, receiver }) => {
  test.setTimeout(120_000);
  const application = await api.createApplication("  ");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const messageId = await api.sendMessage(application, "cafe.closed", { profit: 412.5 });
  const home = await signIn(page, webster);
  await page.goto(`${home}/applications`);
  await page.getByRole("link", { name: application }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(application);
  for (const path of [`/deliveries/${messageId}/${endpoint}`, `/messages/${messageId}`, `/endpoints/${application}/${endpoint}`]) {
    await page.goto(home + path);
    await expect(page.getByRole("main").getByRole("link", { name: application })).toBeVisible();
  }
});

test("a tab says what it shows, and a portal's whose it is", async ({ page, webster, api, receiver }) => {
  test.setTimeout(180_000);
  const application = await api.createApplication("Espresso Corner");
  const endpoint = await api.createEndpoint(application, receiver.url);
  const messageId = await api.sendMessage(application, "cafe.closed", { profit: 412.5 });
  const place = receiver.url.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const home = await signIn(page, webster);
  const pages: [path: string, title: string][] = [
    ["/deliveries", "Deliveries"],
    [`/applications/${application}`, "Espresso Corner"],
    [`/endpoints/${application}/${endpoint}`, place],
    [`/deliveries/${messageId}/${endpoint}`, `cafe.closed to ${place.split("/")[0]}`],
    [`/messages/${messageId}`, "cafe.closed for Espresso Corner"],
    ["/usage", "Usage"],
  ];
  for (const [path, title] of pages) {
    await page.goto(home + path);
    await expect(page).toHaveTitle(`${title} · Webster`);
  }
  // The same on the way from page to page, without a new document.
  await page.goto(`${home}/applications`);
  await page.getByRole("link", { name: "Espresso Corner" }).first().click();
  await expect(page).toHaveTitle("Espresso Corner · Webster");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Usage" }).click();
  await expect(page).toHaveTitle("Usage · Webster");

  await page.goto(`${await api.portalLink(application)}&title=Acme+100%25`);
  await expect(page).toHaveTitle("Endpoints · Acme 100%");
  await page.goto(`${webster.url}/portal/endpoints/${application}/${endpoint}`);
  await expect(page).toHaveTitle(`${place} · Acme 100%`);
  await page.goto(`${webster.url}/portal/no/such/page`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
  await expect(page.getByRole("link", { name: "Your endpoints" })).toBeVisible();
  for (const path of ["endpoints", "deliveries", "event-types"]) {
    await page.goto(`${webster.url}/portal/${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText(/Webster\b/)).toHaveCount(0);
  }
  await page.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(`${webster.url}/portal`);
  await expect(page).toHaveTitle("Acme 100%");
  await expect(page.getByRole("banner")).toHaveText("Acme 100%");
  await expect(page.getByText(/Webster/)).toHaveCount(0);
});
