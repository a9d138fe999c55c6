import { sign } from "@octokit/webhooks-methods";
import { Stripe } from "stripe";
import { expectAccessible } from "./support/accessible.ts";
import { chooseFilter } from "./support/chooseFilter.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";
import { writeCode } from "./support/writeCode.ts";

const secret = "It's a Secret to Everybody";

test("a GitHub source: requests of its own library are delivered; with a broken secret they wait, the doctor says why, and they go on in order", async ({
  page,
  webster,
  receiver,
}) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/sources`);
  await page.getByRole("link", { name: "Create source" }).first().click();
  await page.getByRole("textbox", { name: "Provider" }).fill("git");
  await expectAccessible(page);
  await page.getByRole("link", { name: "GitHub", exact: true }).click();
  await page.getByLabel("Name", { exact: true }).fill("GitHub, all repositories");
  await page.getByRole("button", { name: "Create source" }).click();
  await expect(page.getByLabel("Secret", { exact: true })).toBeFocused();
  await page.getByLabel("Secret", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Create source" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "GitHub, all repositories" })).toBeVisible();
  const source = page.url();
  const url = await page
    .getByText(/\/in\//)
    .filter({ visible: true })
    .innerText();

  await page.getByRole("link", { name: "Add endpoint" }).click();
  await page.getByLabel("URL", { exact: true }).fill(`${receiver.url}/hooks`);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${receiver.url}/hooks` })).toBeVisible();

  const push = async (n: number) => {
    const body = `{"ref": "refs/heads/main", "n": ${n}.0}`;
    const headers = { "x-hub-signature-256": await sign(secret, body), "x-github-event": "push", "x-github-delivery": `delivery-${n}` };
    const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
    return answer.status;
  };
  expect(await push(1)).toBe(200);
  const [first] = await receiver.waitForHits(1);
  expect(String(first?.body)).toBe('{"ref": "refs/heads/main", "n": 1.0}');

  await page.goto(`${source}?tab=requests`);
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows.filter({ hasText: "delivery-1" })).toContainText("Accepted");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  // A part of the chart leads to the requests of that time.
  const chart = page.getByRole("slider", { name: "Received, last 7 days" });
  await chart.focus();
  await chart.press("ArrowLeft");
  await chart.press("Enter");
  await expect(page).toHaveURL(/tab=requests&after=\d{4}.*&before=\d{4}/);

  await page.goto(source);
  await page.getByRole("button", { name: "Replace secrets" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Secret" }).fill(`whsec_${secret}`);
  await page.getByRole("dialog").getByRole("button", { name: "Replace secrets" }).click();
  await expect(page.getByText("Secret replaced", { exact: true })).toBeVisible();
  for (const n of [2, 3, 4]) expect(await push(n)).toBe(401);

  // The list says which source the number in the navigation is about, and leads to it.
  await page.goto(`${home}/sources`);
  await page
    .getByRole("row", { name: /GitHub, all repositories/ })
    .getByRole("link", { name: "3 rejected" })
    .click();
  await expect(page).toHaveURL(`${source}?tab=quarantine`);
  await expect(rows.filter({ hasText: "Rejected" })).toHaveCount(3);
  await expectAccessible(page);
  // On a phone too a row says why it waits.
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 375, height: 780 });
  await expect(page.getByText("Wrong signature or key").filter({ visible: true })).toHaveCount(3);
  await page.setViewportSize(size);
  await rows.filter({ hasText: "delivery-2" }).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "push" })).toBeVisible();
  await expect(page.getByText("Wrong signature or key").first()).toBeVisible();
  const finding = page.locator("[data-cause=secret_form]");
  await expect(finding).toContainText("without its prefix");
  await expect(page.getByRole("tree", { name: "Body, JSON" })).toContainText('"n": 2.0');
  await page.getByRole("combobox", { name: "As" }).selectOption("vitest");
  await expect(page.getByText('createHmac("sha256", secret)')).toBeVisible();
  await expectAccessible(page);
  const request = page.url();
  await page.getByRole("button", { name: "Verify again" }).click();
  await expect(page.getByText(/It still does not verify/)).toBeVisible();

  await page.goto(source);
  await page.getByRole("button", { name: "Replace secrets" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Secret" }).fill(secret);
  await page.getByRole("dialog").getByRole("button", { name: "Replace secrets" }).click();
  await expect(page.getByText("Secret replaced", { exact: true })).toBeVisible();
  await page.goto(request);
  await page.getByRole("button", { name: "Verify again" }).click();
  await expect(page.getByText("It verifies now: release it")).toBeVisible();

  await page.goto(`${source}?tab=quarantine`);
  await page.getByRole("button", { name: "Release all matching…" }).click();
  await expect(page.getByRole("dialog")).toContainText("3 requests wait.");
  await page.getByRole("dialog").getByRole("button", { name: "Release 3 requests" }).click();
  const hits = await receiver.waitForHits(4);
  expect(hits.slice(1).map(({ body }) => String(body).match(/"n": (\d)/)?.[1])).toEqual(["2", "3", "4"]);
  await expect(page.getByText("Nothing is in quarantine")).toBeVisible();
});

test("a secret that people make up is generated, signs what comes, and is generated anew in the dialog", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/sources/new?provider=github`);
  const field = page.getByLabel("Secret", { exact: true });
  await page.getByRole("button", { name: "Generate secret" }).click();
  await expect(field).toHaveValue(/^[0-9a-f]{64}$/);
  const generated = await field.inputValue();
  await page.getByRole("button", { name: "Generate secret" }).click();
  await expect(field).not.toHaveValue(generated);
  // What somebody has entered is asked about.
  await field.fill("entered by hand, at length");
  await page.getByRole("button", { name: "Generate secret" }).click();
  await expect(page.getByText("What you have entered would be gone.")).toBeVisible();
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(field).toHaveValue("entered by hand, at length");
  await page.getByRole("button", { name: "Generate secret" }).click();
  await page.getByRole("button", { name: "Replace secret" }).click();
  await expect(field).toHaveValue(/^[0-9a-f]{64}$/);
  const chosen = await field.inputValue();
  await page.getByRole("button", { name: "Copy secret" }).click();
  await expectAccessible(page);
  await page.getByLabel("Name", { exact: true }).fill("GitHub by a generated secret");
  await page.getByRole("button", { name: "Create source" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "GitHub by a generated secret" })).toBeVisible();
  const url = await page
    .getByText(/\/in\//)
    .filter({ visible: true })
    .innerText();
  const post = async (by: string, n: number) => {
    const body = `{"ref": "refs/heads/main", "n": ${n}}`;
    const headers = { "x-hub-signature-256": await sign(by, body), "x-github-event": "push", "x-github-delivery": `generated-${n}` };
    return (await fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } })).status;
  };
  expect(await post(chosen, 1)).toBe(200);
  await page.getByRole("button", { name: "Replace secrets" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Generate secret" }).click();
  const next = await dialog.getByRole("textbox", { name: "Secret" }).inputValue();
  await dialog.getByRole("button", { name: "Replace secrets" }).click();
  await expect(page.getByText("Secret replaced", { exact: true })).toBeVisible();
  expect(await post(next, 2)).toBe(200);
  expect(await post(chosen, 3)).toBe(401);

  // Where the provider makes the secret, nothing is offered; where people do, in the form that it takes.
  await page.goto(`${home}/sources/new?provider=stripe`);
  await expect(page.getByLabel("Signing secret")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Generate/ })).toHaveCount(0);
  await page.goto(`${home}/sources/new?provider=jwt`);
  await expect(page.getByRole("button", { name: "Generate key" })).toBeVisible();
  await page.getByLabel("Algorithm").selectOption("RS256");
  await expect(page.getByRole("button", { name: /^Generate/ })).toHaveCount(0);
  await page.goto(`${home}/sources/new?provider=standard-webhooks`);
  await page.getByRole("button", { name: "Generate secret" }).click();
  await expect(field).toHaveValue(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await page.goto(`${home}/sources/new?provider=meta`);
  await page.getByRole("button", { name: "Generate verify token" }).click();
  await expect(page.getByRole("textbox", { name: "Verify token" })).toHaveValue(/^[0-9a-f]{64}$/);
});

test.describe("what is refused is said at its field", () => {
  test.use({ expectedStatuses: [422] });

  test("a Stripe source: the library’s header, a test of our own, a rotated URL, a replay elsewhere", async ({
    page,
    webster,
    receiver,
  }) => {
    const home = await signIn(page, webster);
    await page.goto(`${home}/sources/new?provider=stripe`);
    await page.getByLabel("Signing secret").fill(`sk_test_${"0".repeat(24)}`);
    await page.getByRole("button", { name: "Create source" }).click();
    await expect(page.getByText(/^It is an API key: the signing secret begins with whsec_/).last()).toBeVisible();
    await expect(page.getByLabel("Signing secret")).toBeFocused();
    await page.getByText("Event types and duplicates").click();
    await expect(page.getByText("Stripe: id. A request that says none of it is nobody’s duplicate.")).toBeVisible();
    await page.getByLabel("Signing secret").fill("whsec_of-the-live-endpoint ");
    await page.getByRole("button", { name: "Create source" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Stripe" })).toBeVisible();
    const source = page.url();
    const url = await page
      .getByText(/\/in\//)
      .filter({ visible: true })
      .innerText();
    const payload = '{"id":"evt_live_1","object":"event","type":"invoice.paid"}';
    const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: "whsec_of-the-live-endpoint" });
    const post = (signature: string) => fetch(url, { method: "POST", body: payload, headers: { "stripe-signature": signature } });
    expect((await post(header)).status).toBe(200);
    expect((await post(header)).status).toBe(200);
    expect((await post(header.replace(/v1=../, "v1=zz"))).status).toBe(400);

    await page.getByRole("button", { name: "Send a test as Stripe" }).click();
    await expect(page.getByText("Answered 200")).toBeVisible();
    await page.goto(`${source}?tab=requests`);
    const rows = page.getByRole("table").getByRole("row");
    await expect(rows.filter({ hasText: "Accepted" })).toHaveCount(2);
    const duplicate = rows.filter({ hasText: "Duplicate" });
    await expect(duplicate).toHaveCount(1);
    await expect(duplicate).toContainText("Same as the request of");
    await duplicate.getByRole("link").first().click();
    await expect(page.getByText("The same event had come before")).toBeVisible();
    await expectAccessible(page);
    const asked = page.url();
    await page.getByRole("link", { name: /^the request of/ }).click();
    await expect(page.getByText("Accepted", { exact: true })).toBeVisible();
    await page.goto(asked);
    await page.getByRole("button", { name: "Release as its own message" }).click();
    await expect(page.getByText("Was a duplicate of")).toBeVisible();
    await page.goto(`${source}?tab=requests`);
    await expect(rows.filter({ hasText: "Released" })).toHaveCount(1);
    expect((await post(header)).status).toBe(200);
    await chooseFilter(page, "Verdict", "Duplicate");
    await page.getByRole("button", { name: "Release all matching…" }).click();
    await expect(page.getByRole("dialog")).toContainText("Each becomes a message of its own");
    await page.getByRole("dialog").getByRole("button", { name: "Release 1 request" }).click();
    await expect(duplicate).toHaveCount(0);
    await chooseFilter(page, "Verdict", "Rejected");
    await expect(rows.filter({ hasText: "Rejected" })).toHaveCount(1);
    await expect(rows.filter({ hasText: "Accepted" })).toHaveCount(0);

    await page.goto(`${source}?tab=requests&search=evt_live_1&verdict=accepted`);
    await rows.filter({ hasText: "evt_live_1" }).getByRole("link").click();
    await page.getByLabel("Target URL").fill(`${receiver.url}/staging`);
    await page.getByLabel("Compare with").fill(`${receiver.url}/live`);
    await page.getByRole("button", { name: "Replay request" }).click();
    await expect(page.getByText(/answered 204 in/).first()).toBeVisible();
    const [hit] = await receiver.waitForHits(2);
    expect(String(hit?.body)).toBe(payload);

    await page.goto(source);
    await page.getByRole("button", { name: "Rotate URL" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate URL" }).click();
    await expect(page.getByText("An old URL works too")).toBeVisible();
    await expect(page.getByText(/\/in\//).filter({ visible: true })).not.toHaveText(url);
    await expectAccessible(page);
    await page.goto(`${source}?tab=settings`);
    await page.getByText("Answers and limits").click();
    await page.getByLabel("Status when rejected").fill("503");
    const headers = page.getByRole("group", { name: "Headers when rejected" });
    await headers.getByRole("button", { name: "Add header" }).click();
    await headers.getByLabel("Name of header 1").fill("retry-after");
    await headers.getByLabel("Value of header 1").fill("60");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Source changed")).toBeVisible();
    await expectAccessible(page);
    const refused = await post("t=1,v1=00");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
    // What is configured is seen without being looked for.
    await page.reload();
    await expect(headers.getByLabel("Value of header 1")).toHaveValue("60");
  });
});

test.describe("a source’s own rules", () => {
  test.use({ expectedStatuses: [409] });
  test.describe.configure({ timeout: 240_000 });

  test("a filter holds back, a transformation makes the message; what fails waits until the code is mended", async ({
    page,
    webster,
    api,
    receiver,
  }) => {
    const home = await signIn(page, webster);
    const { id, url, applicationId } = await api.createSource({ name: "Shop", provider: "none" });
    await api.createEndpoint(applicationId, `${receiver.url}/shop`);
    const source = `${home}/sources/${id}`;
    const post = async (amount: number) =>
      (await fetch(url, { method: "POST", body: `{"amount":${amount}}`, headers: { "content-type": "application/json" } })).status;
    expect([await post(5), await post(500)]).toEqual([200, 200]);

    await page.goto(`${source}?tab=settings`);
    await page.getByText("Filter by content").click();
    await page.getByRole("button", { name: "Add condition" }).click();
    await page.getByLabel("Path of condition 1").fill("payload.amount");
    await page.getByLabel("Operator of condition 1").selectOption("is at least");
    await page.getByLabel("Value of condition 1").fill("100");
    await page.getByRole("button", { name: "Try on the last 100 requests" }).click();
    await expect(page.getByText("1 of 2 would have matched.")).toBeVisible();
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Source changed")).toBeVisible();
    expect(await post(6)).toBe(200);

    await page.goto(`${source}?tab=transformation`);
    const editor = page.getByRole("textbox", { name: "Code" });
    // The editor is a script of its own, loaded after the page.
    await expect(editor).toContainText("function handler", { timeout: 60_000 });
    await writeCode(editor, "function handler(webhook) { webhook.payload.cents = webhook.payload.amont.value; return webhook }");
    await page.getByRole("button", { name: "Save and enable" }).click();
    await expect(page.getByText("Version saved")).toBeVisible();
    expect(await post(600)).toBe(200);
    await page.goto(`${source}?tab=requests`);
    const rows = page.getByRole("table").getByRole("row");
    await expect(rows.filter({ hasText: "Filter does not hold" })).toContainText("Filtered");
    await expect(rows.filter({ hasText: "Transformation failed" })).toContainText("Rejected");

    await page.goto(`${source}?tab=transformation`);
    await expect(editor).toContainText("amont");
    await writeCode(editor, "function handler(webhook) { webhook.payload.cents = webhook.payload.amount * 100; return webhook }");
    await page.getByLabel("Payload of").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Run code" }).click();
    await expect(page.getByText("Would become this message")).toBeVisible();
    await page.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByText("4 of 4 would change.")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Save version" }).click();
    await expect(page.getByRole("button", { name: "Roll back to version 1" })).toBeVisible();

    await page.goto(`${source}?tab=quarantine`);
    await expect(rows.filter({ hasText: "Transformation failed" })).toHaveCount(1);
    await page.getByRole("button", { name: "Release all matching…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Release 1 request" }).click();
    expect(String((await receiver.waitForHits(3))[2]?.body)).toBe('{"amount":600,"cents":60000}');

    await chooseFilter(page, "Verdict", "Filtered");
    await rows.filter({ hasText: "Filter does not hold" }).getByRole("link").click();
    await page.getByRole("button", { name: "Check again" }).click();
    await expect(page.getByText(/It still does not pass/)).toBeVisible();
    await page.getByRole("button", { name: "Release unfiltered" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("release");
    await page.getByRole("dialog").getByRole("button", { name: "Release unfiltered" }).click();
    expect(String((await receiver.waitForHits(4))[3]?.body)).toBe('{"amount":6,"cents":600}');
  });
});
