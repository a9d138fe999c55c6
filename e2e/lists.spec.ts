import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

/** The page's questions for a list are answered one row at a time. */
const oneRowAPage = (page: Page) =>
  page.route(/\/api\/v1\/[^?]+\?(?:.*&)?limit=(?:50|250)\b/, (route) =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/limit=\d+/, "limit=1"),
    }),
  );

/** Goes through a list by what stands below it. `words`: how it leads on and back. */
async function expectPages(page: Page, list: string, [back, on]: readonly [string, string]): Promise<void> {
  const rows = page.getByRole("table", { name: list, exact: true }).locator("tr[data-row]");
  const pages = page.getByRole("navigation", { name: `Pages of ${list}`, exact: true });
  await expect(rows).toHaveCount(1);
  const idOfRow = async () => (await rows.first().getAttribute("data-row")) ?? "";
  const first = await idOfRow();
  await expect(pages.getByRole("button", { name: back })).toBeDisabled();
  await pages.getByRole("button", { name: on }).click();
  await expect(rows.first()).not.toHaveAttribute("data-row", first);
  await expect(rows).toHaveCount(1);
  // A copied link shows the same page.
  const second = await idOfRow();
  await page.reload();
  await expect(rows.first()).toHaveAttribute("data-row", second);
  await pages.getByRole("button", { name: back }).click();
  await expect(rows.first()).toHaveAttribute("data-row", first);
}

const inTheirOrder = ["Previous", "Next"] as const;
const newestFirst = ["Newer", "Older"] as const;

test("lists of settings and of an application go on beyond their first page", async ({ page, webster, api, receiver }) => {
  test.setTimeout(180_000);
  const home = await signIn(page, webster);
  const environment = new URL(home).pathname.split("/")[2] ?? "";
  const headers = { "webster-environment": environment, origin: webster.url };
  const post = async (path: string, data: object): Promise<Record<string, string>> => {
    const answer = await page.request.post(`${webster.url}/api/v1${path}`, { data, headers });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  const application = await api.createApplication("Many things");
  const { url } = await post("/invitation", { email: "of-many@cafe.example", role: "viewer" });
  const token = new URL(url ?? "").hash.slice("#token=".length);
  await post("/invitation/accept", { token, name: "One of many", password: "a password of one of many" });
  const hooks: Record<string, string>[] = [];
  for (const name of ["first", "second"]) {
    await post("/api-key", { name: `Of many, ${name}` });
    await post("/environment", { name: `Of many, ${name}`, type: "development" });
    await post("/invitation", { email: `of-many-${name}@cafe.example`, role: "viewer" });
    hooks.push(await post("/operational-webhook/endpoint", { url: `${receiver.url}/${name}` }));
    await post(`/app/${application}/integration`, { name: `Of many, ${name}` });
    await post(`/app/${application}/autoconfig`, {});
    await post(`/app/${application}/destination`, { type: "pollingEndpoint", uid: `of-many-${name}` });
  }
  await post(`/app/${application}/endpoint`, { url: `${receiver.url}/fifo`, ordering: "fifo" });
  await oneRowAPage(page);

  const lists: [path: string, list: string, words: readonly [string, string]][] = [
    ["/settings/keys", "API keys", inTheirOrder],
    ["/settings/members", "Members", inTheirOrder],
    ["/settings/members", "Open invitations", newestFirst],
    ["/settings/environments", "Environments", inTheirOrder],
    ["/settings/operational-webhooks", "Operational webhooks", newestFirst],
    [`/applications/${application}?tab=access`, "Integrations", inTheirOrder],
    [`/applications/${application}?tab=access`, "AutoConfig tokens", inTheirOrder],
    [`/applications/${application}`, "Polling endpoints", newestFirst],
  ];
  for (const [path, list, words] of lists)
    await test.step(list, async () => {
      await page.goto(home + path);
      await expectPages(page, list, words);
      await expectAccessible(page);
    });

  // The settings of the environment that is open stand below, on whichever page of the list it is.
  await page.goto(`${home}/settings/environments`);
  await page.getByRole("navigation", { name: "Pages of Environments" }).getByRole("button", { name: "Next" }).click();
  await expect(page.locator("tr[data-row]")).not.toHaveAttribute("data-row", environment);
  await expect(page.getByRole("heading", { name: /^Settings of/ })).toBeVisible();

  // Other tests of the same environment begin without any.
  for (const { id } of hooks) {
    const deleted = await page.request.delete(`${webster.url}/api/v1/operational-webhook/endpoint/${id}`, { data: {}, headers });
    expect(deleted.status()).toBe(204);
  }
});

test("what a transformation is tried on is found among more event types than are read at once", async ({
  page,
  webster,
  api,
  receiver,
}) => {
  const application = await api.createApplication("Tried out");
  const endpoint = await api.createEndpoint(application, receiver.url);
  for (const name of ["lists.a-first", "lists.the-sought"]) {
    await api.createEventType(name);
    await api.patchEventType(name, { schemas: { "1": { type: "object", examples: [{ sought: name }] } } });
  }
  const home = await signIn(page, webster);
  await oneRowAPage(page);
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=transformation`);
  await page.getByLabel("Find an event type").fill("lists.the-sought");
  await page.getByLabel("Payload of").selectOption({ label: "Example of lists.the-sought" });
  await expect(page.getByText('"sought": "lists.the-sought"')).toBeVisible();
  // What was chosen stays, whatever is looked for next.
  await page.getByLabel("Find an event type").fill("lists.a-first");
  await expect(page.getByRole("option", { name: "Example of lists.a-first" })).toBeAttached();
  await expect(page.getByLabel("Payload of").locator("option:checked")).toHaveText("Example of lists.the-sought");
});
