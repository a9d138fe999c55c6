import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { invite } from "./support/invite.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [503] });

test("what is typed stays when something else is stored meanwhile, by a button beside the form or by somebody else", async ({
  page,
  webster,
  api,
}) => {
  const home = await signIn(page, webster);
  const { id, applicationId } = await api.createSource({ name: "Typed into", provider: "none", secrets: [] });
  await page.goto(`${home}/sources/${id}?tab=settings`);
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Half wri");
  await page.getByRole("button", { name: "Disable source" }).click();
  await expect(page.getByRole("button", { name: "Enable source" })).toBeVisible();
  await expect(name).toHaveValue("Half wri");
  await name.press("End");
  await name.pressSequentially("tten");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Half written" })).toBeVisible();

  const endpoint = await api.createEndpoint(applicationId, "https://receiver.example/typed");
  await page.goto(`${home}/endpoints/${applicationId}/${endpoint}?tab=settings`);
  const description = page.getByLabel("Description", { exact: true });
  await description.fill("half written");
  await api.patchEndpoint(applicationId, endpoint, { channels: ["by-a-colleague"] });
  await page.getByRole("button", { name: "Disable endpoint" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable endpoint" }).click();
  await expect(page.getByText("Endpoint disabled")).toBeVisible();
  await expect(description).toHaveValue("half written");
  // What nobody has touched follows, and is not undone by saving.
  await expect(page.getByLabel("Channels", { exact: true })).toHaveValue("by-a-colleague");
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByText("Endpoint saved")).toBeVisible();
  await page.getByRole("link", { name: "Overview" }).last().click();
  await expect(page.getByText("by-a-colleague", { exact: true })).toBeVisible();
});

test("what two people change at the same time, each in a form of their own, is both kept", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const applicationId = await api.createApplication("Edited by Two");
  const endpoint = await api.createEndpoint(applicationId, "https://receiver.example/two");
  await page.goto(`${home}/endpoints/${applicationId}/${endpoint}?tab=settings`);
  await page.getByLabel("Description", { exact: true }).fill("mine");
  // The form doesn't hear of it.
  await api.patchEndpoint(applicationId, endpoint, { channels: ["by-a-colleague"], url: "https://receiver.example/theirs" });
  await page.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByText("Endpoint saved")).toBeVisible();
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue("mine");
  await expect(page.getByLabel("URL", { exact: true })).toHaveValue("https://receiver.example/theirs");
  await expect(page.getByLabel("Channels", { exact: true })).toHaveValue("by-a-colleague");

  await page.goto(`${home}/applications/${applicationId}`);
  await page.getByRole("button", { name: "Edit application" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit application" });
  await dialog.getByLabel("uid").fill("edited-by-two");
  await api.patchApplication(applicationId, { name: "Renamed by a Colleague" });
  await dialog.getByRole("button", { name: "Save application" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Renamed by a Colleague" })).toBeVisible();
});

test("what two people change in the same field is shown to the second, and replaced only when it is sent again", async ({
  page,
  webster,
  api,
}) => {
  const home = await signIn(page, webster);
  const applicationId = await api.createApplication("Wanted by Two");
  const endpoint = await api.createEndpoint(applicationId, "https://receiver.example/same");
  const settings = `${home}/endpoints/${applicationId}/${endpoint}?tab=settings`;
  await page.goto(settings);
  const description = page.getByLabel("Description", { exact: true });
  const save = page.getByRole("button", { name: "Save endpoint" });
  await description.fill("mine");
  await page.getByLabel("Channels", { exact: true }).fill("by-me");
  // The form doesn't hear of it.
  await api.patchEndpoint(applicationId, endpoint, { description: "theirs", url: "https://receiver.example/moved" });
  await save.click();
  await expect(description).toBeFocused();
  await expect(description).toHaveValue("mine");
  await expect(description).toHaveAccessibleDescription(/Meanwhile it was changed to “theirs”/);
  await expect(page.getByRole("alert").getByText("Somebody else has changed this")).toBeVisible();
  await expect(page.getByLabel("URL", { exact: true })).toHaveValue("https://receiver.example/moved");
  await expectAccessible(page);
  await save.click();
  await expect(page.getByText("Endpoint saved")).toBeVisible();
  await expect(page.getByText(/Meanwhile/)).toHaveCount(0);
  await page.goto(settings);
  await expect(description).toHaveValue("mine");
  await expect(page.getByLabel("Channels", { exact: true })).toHaveValue("by-me");

  await page.goto(`${home}/applications/${applicationId}`);
  await page.getByRole("button", { name: "Edit application" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit application" });
  const name = dialog.getByLabel("Name", { exact: true });
  await name.fill("Mine");
  await api.patchApplication(applicationId, { name: "Theirs" });
  await dialog.getByRole("button", { name: "Save application" }).click();
  await expect(dialog.getByText(/changed to “Theirs”/).first()).toBeVisible();
  // Whoever takes theirs over has nothing to save.
  await name.fill("Theirs");
  await expect(dialog.getByText(/changed to “Theirs”/)).toHaveCount(0);
  await dialog.getByRole("button", { name: "Save application" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
});

test("code that is being written stays when another version comes to count, and is asked about before a version takes its place", async ({
  page,
  webster,
  api,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Code kept");
  const endpoint = await api.createEndpoint(application, "https://receiver.example/code");
  const codeOf = (n: number) => `function handler(webhook) { webhook.payload.n = ${n}; return webhook }`;
  for (const n of [1, 2]) await api.patchTransformation(application, endpoint, { code: codeOf(n), enabled: true });
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=transformation`);
  const editor = page.getByRole("textbox", { name: "Code" });
  await expect(editor).toContainText("n = 2");
  await page.getByRole("textbox", { name: "JSON" }).fill('{"a": "payload to try"}');
  await editor.fill("// being written");
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name of variable 1").fill("key");

  await page.getByRole("button", { name: "Show version 1 in the editor" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Roll back to version 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Roll back to version 1" }).click();
  await expect(page.getByText("Version 1 counts again")).toBeVisible();
  await expect(editor).toHaveText("// being written");
  await expect(page.getByRole("textbox", { name: "JSON" })).toHaveValue('{"a": "payload to try"}');

  // All of it.
  await page.getByRole("button", { name: "Discard changes" }).click();
  await expect(editor).toContainText("n = 1");
  await expect(page.getByLabel("Name of variable 1")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Discard changes" })).toHaveCount(0);
  // What is saved anyway is not asked about.
  await page.getByRole("button", { name: "Show version 2 in the editor" }).click();
  await expect(editor).toContainText("n = 2");
});

test("⌘K asks too before it leads away from what is typed", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Typed before going");
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await expect(page.getByRole("textbox", { name: "Application" })).toHaveValue(/Typed before going/);
  await page.getByLabel("Description").fill("half written");
  const goTo = async (name: string) => {
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("textbox", { name: "Go to" }).fill(name);
    await page.keyboard.press("Enter");
  };
  await goTo("Usage");
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("half written");
  await goTo("Usage");
  await question.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page).toHaveURL(`${home}/usage`);
});

test("signing out asks before what is typed is lost, and before the session is over", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Typed before signing out");
  await page.goto(`${home}/endpoints/new?application_id=${application}`);
  await expect(page.getByRole("textbox", { name: "Application" })).toHaveValue(/Typed before signing out/);
  await page.getByLabel("Description").fill("half written");
  await page.getByRole("button", { name: /webster@cafe.example|^Webster$/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("half written");
  await page.getByLabel("URL").fill("https://receiver.example/stayed");
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page).toHaveURL(/\/endpoints\/app_\w+\/ep_\w+/);
});

test("leaving the portal asks too, and says when it did not come about", async ({ page, api }) => {
  const application = await api.createApplication("Typed in the portal");
  await page.goto(await api.portalLink(application));
  await expect(page.getByRole("heading", { level: 1, name: "Endpoints" })).toBeVisible();
  await page.goto(new URL("/portal/endpoints/new", page.url()).href);
  await page.getByLabel("Description").fill("half written");
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("half written");
  await page.route("**/api/v1/auth/logout", (route) => route.fulfill({ status: 503, json: { code: "unavailable", detail: "Not now." } }));
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByText("Not now.")).toBeVisible();
  await expect(page).toHaveURL(/\/portal\/endpoints\/new/);
});

test("what was ticked in a question that was not answered is not ticked in the next", async ({ page, webster, browser }) => {
  const home = await signIn(page, webster);
  const link = await invite(page, home, "not-removed@cafe.example", "viewer");
  const other = await browser.newPage();
  await other.goto(link);
  await other.getByLabel("Name").fill("Not removed");
  await other.getByLabel("Password").fill("a password of their own");
  await other.getByRole("button", { name: "Join organization" }).click();
  await expect(other).toHaveURL(/\/org_/);
  await other.close();
  await page.reload();
  const ask = async () => {
    await page.getByRole("button", { name: "Actions for not-removed@cafe.example" }).click();
    await page.getByRole("menuitem", { name: "Remove member" }).click();
    return page.getByRole("dialog").getByLabel("Stop these keys now");
  };
  await (await ask()).check();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect(await ask()).not.toBeChecked();
});

test("secrets that were revealed are not shown in the place of those that replaced them", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const { id } = await api.createSource({ name: "Replaced", provider: "github", secrets: ["the first secret of all"] });
  await page.goto(`${home}/sources/${id}`);
  await page.getByRole("button", { name: "Reveal secrets" }).click();
  const secrets = page.getByTestId("source-secrets");
  await expect(secrets).toContainText("the first secret of all");
  await page.getByRole("button", { name: "Replace secrets" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Secret" }).fill("another secret altogether");
  await page.getByRole("dialog").getByRole("button", { name: "Replace secrets" }).click();
  await expect(page.getByText("Secret replaced", { exact: true })).toBeVisible();
  await expect(secrets).toContainText("ther");
  await expect(secrets).not.toContainText("the first secret of all");
});

test("a hidden value that is to be replaced has the focus", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Hidden header");
  const endpoint = await api.createEndpoint(application, "https://receiver.example/hidden");
  await api.patchHeaders(application, endpoint, { Authorization: "Bearer of the first" });
  await page.goto(`${home}/endpoints/${application}/${endpoint}?tab=settings`);
  await page.getByRole("button", { name: "Replace the value of Authorization" }).click();
  await expect(page.getByLabel("Value of header 1")).toBeFocused();
});

test("a name that is no application's, or several's, stays in the field, which says so", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  for (const name of ["Ambiguous café one", "Ambiguous café two"]) await api.createApplication(name);
  await page.goto(`${home}/endpoints/new`);
  const field = page.getByRole("textbox", { name: "Application" });
  for (const [text, why] of [
    ["Nobody's café", "No application has that name, uid or id."],
    ["Ambiguous café", "Several applications have that in their name: choose one."],
  ] as const) {
    await field.fill(text);
    await field.press("Tab");
    await expect(field).toHaveAccessibleDescription(why);
    await expect(field).toHaveValue(text);
  }
  await field.fill("Ambiguous café two");
  await field.press("Tab");
  await expect(field).toHaveValue(/^Ambiguous café two ·/);
  await expect(field).toHaveAccessibleDescription("");
});
