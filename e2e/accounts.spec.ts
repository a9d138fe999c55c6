import type { Browser, Page, Route } from "@playwright/test";
import { chooseFilter } from "./support/chooseFilter.ts";
import { expect, test } from "./support/fixtures.ts";
import { invite } from "./support/invite.ts";
import { owner, signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [401, 403, 404] });

async function tryToSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const elsewhere = async (browser: Browser): Promise<Page> => (await browser.newContext()).newPage();

test("a wrong password is refused, many are held up, and a foreign address is not followed", async ({ page, webster }) => {
  await page.goto(`${webster.url}/login`);
  for (let n = 0; n < 5; n++) {
    const answer = page.waitForResponse(/callback\/credentials/);
    await tryToSignIn(page, "guest@cafe.example", `guess number ${n}`);
    await answer;
    await expect(page.getByText("E-mail address or password is wrong.")).toBeVisible();
  }
  await tryToSignIn(page, "guest@cafe.example", "guess number 5");
  await expect(page.getByText(/Too many attempts\. Try again in \d+ seconds\./)).toBeVisible();

  await page.goto(`${webster.url}/login?next=//evil.example/`);
  await tryToSignIn(page, owner.email, owner.password);
  await expect(page).toHaveURL(new RegExp(`^${webster.url}/org_\\w+/env_\\w+$`));
});

test("what is sent before the page's scripts have come goes nowhere, a password least of all", async ({ webster, browser }) => {
  const page = await elsewhere(browser);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  let letThrough = (): void => undefined;
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route("**/_next/**/*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${webster.url}/login`, { waitUntil: "domcontentloaded" });
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.keyboard.press("Enter");
  letThrough();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  expect(asked.filter((url) => url.includes("password="))).toEqual([]);
});

async function askToJoin(page: Page, link: string, name: string, password: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Join organization" }).click();
}

async function join(page: Page, link: string, name: string, password: string): Promise<string> {
  await askToJoin(page, link, name, password);
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  return page.url();
}

/** As Webster answers while it starts. */
const unavailable = { status: 503, json: { code: "unavailable", detail: "This process is starting" } };
const signInPath = "**/api/auth/callback/credentials";

test("who has joined, and could not be signed in, is told so at the login", async ({ page, webster, browser }) => {
  const home = await signIn(page, webster);
  const link = await invite(page, home, "guest-of-honour@cafe.example", "member");
  const guest = await elsewhere(browser);
  await guest.route(signInPath, (route) => route.fulfill(unavailable), { times: 1 });
  await askToJoin(guest, link, "Guest of honour", "a password of the guest");
  await expect(guest.getByText("You have joined", { exact: true })).toBeVisible();
  // It leads to the organization that was just joined, whichever was open last.
  const start = guest.waitForRequest(/\/\?organization=org_\w+$/);
  await tryToSignIn(guest, "guest-of-honour@cafe.example", "a password of the guest");
  await start;
  await expect(guest).toHaveURL(home);

  // A password that was changed, without a session for it, is no reason to be out without a word.
  await guest.goto(`${home}/settings/profile`);
  await guest.getByLabel("Current password").fill("a password of the guest");
  await guest.getByLabel("New password").fill("another password of the guest");
  await guest.route(signInPath, (route) => route.fulfill(unavailable), { times: 1 });
  await guest.getByRole("button", { name: "Change password" }).click();
  await expect(guest.getByText("Your password is set", { exact: true })).toBeVisible();
  await tryToSignIn(guest, "guest-of-honour@cafe.example", "another password of the guest");
  await expect(guest).toHaveURL(`${home}/settings/profile`);
});

test("who has joined, and never heard of it, is signed in at the next try; the link leads to the login", async ({
  page,
  webster,
  browser,
}) => {
  const home = await signIn(page, webster);
  const link = await invite(page, home, "unheard@cafe.example", "member");
  const guest = await elsewhere(browser);
  const loseAnswer = async (route: Route) => {
    await route.fetch();
    await route.abort();
  };
  await guest.route("**/api/v1/invitation/accept", loseAnswer, { times: 1 });
  await askToJoin(guest, link, "Unheard", "a password of the unheard");
  await expect(guest.getByRole("alert").filter({ hasText: "could not be reached" })).toBeVisible();
  await guest.getByRole("button", { name: "Join organization" }).click();
  await expect(guest).toHaveURL(home);

  const later = await elsewhere(browser);
  await later.goto(link);
  await later.getByRole("link", { name: "sign in" }).click();
  await tryToSignIn(later, "unheard@cafe.example", "a password of the unheard");
  await expect(later).toHaveURL(home);
});

test("invited as a viewer, one sees and changes nothing; made an admin, one does", async ({ page, webster, browser }) => {
  const home = await signIn(page, webster);
  const link = await invite(page, home, "barista@cafe.example", "viewer");
  const barista = await elsewhere(browser);
  const theirs = await join(barista, link, "Barista", "a password of the barista");

  await barista.goto(`${theirs}/settings/members`);
  await expect(barista.getByRole("row", { name: /webster@cafe.example/ })).toBeVisible();
  await expect(barista.getByRole("button", { name: "Invite member" })).toBeHidden();
  await expect(barista.getByRole("link", { name: "Audit log" })).toBeHidden();
  await barista.goto(`${theirs}/settings/keys`);
  await expect(barista.getByText("API keys are for admins")).toBeVisible();
  const environment = new URL(theirs).pathname.split("/")[2] ?? "";
  const ask = (path: string) => barista.request.get(`${webster.url}/api/v1${path}`, { headers: { "webster-environment": environment } });
  expect((await ask("/api-key")).status()).toBe(403);
  expect((await ask("/app")).status()).toBe(200);

  await barista.goto(link);
  await expect(barista.getByText("This invitation can't be used")).toBeVisible();

  await page.reload();
  // With the arrow keys a select passes by every role: none of them is given unasked.
  const role = page.getByLabel("Role of barista@cafe.example");
  await role.focus();
  await page.keyboard.press("ArrowDown");
  const question = page.getByRole("dialog");
  await expect(question).toContainText("may do more at once");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(role).toHaveValue("viewer");
  await role.selectOption("admin");
  await question.getByRole("button", { name: "Make them admin" }).click();
  await expect(page.getByText("barista@cafe.example is admin now")).toBeVisible();
  await barista.goto(`${theirs}/settings/keys`);
  await expect(barista.getByRole("button", { name: "Create API key" })).toBeVisible();

  // A lower role ends what was made with the higher one: that is asked about, and a key pressed by mistake changes nothing.
  await role.selectOption("member");
  await expect(question).toContainText("for seven days");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(role).toHaveValue("admin");
  await role.selectOption("member");
  await question.getByRole("button", { name: "Make them member" }).click();
  await expect(page.getByText("barista@cafe.example is member now")).toBeVisible();
  await expect(role).toHaveValue("member");

  await page.getByRole("button", { name: "Actions for barista@cafe.example" }).click();
  await page.getByRole("menuitem", { name: "Remove member" }).click();
  await page.getByLabel(/Type barista@cafe.example to confirm/).fill("barista@cafe.example");
  await page.getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText("barista@cafe.example was removed")).toBeVisible();
  expect((await ask("/app")).status()).toBe(404);
});

test("signing out everywhere ends the session of every browser", async ({ page, webster, browser }) => {
  const home = await signIn(page, webster);
  const other = await elsewhere(browser);
  await other.goto(`${webster.url}/login`);
  await tryToSignIn(other, owner.email, owner.password);
  await expect(other).toHaveURL(home);
  // What goes to the login by itself would break off the way to another page.
  await other.goto("about:blank");
  await page.goto(`${home}/settings/profile`);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL(`${webster.url}/login`);
  await other.goto(`${home}/settings/members`);
  await expect(other).toHaveURL(/\/login\?next=/);
  await tryToSignIn(other, owner.email, owner.password);
  await expect(other).toHaveURL(`${home}/settings/members`);
});

test("signing out ends the session on the server: its cookie is worth nothing afterwards", async ({ webster, browser }) => {
  const page = await elsewhere(browser);
  await page.goto(`${webster.url}/login`);
  await tryToSignIn(page, owner.email, owner.password);
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const ask = async () => (await fetch(`${webster.url}/api/v1/session`, { headers: { cookie } })).status;
  expect(await ask()).toBe(200);
  await page.getByRole("button", { name: owner.email }).first().click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(`${webster.url}/login`);
  expect(await ask()).toBe(401);
});

test("what is not there below /api/auth is 404, and a body for a page is small", async ({ webster }) => {
  const statusOf = async (path: string, init: RequestInit = {}) => (await fetch(`${webster.url}/api/auth/${path}`, init)).status;
  for (const path of ["callback/credentials?email=a&password=b", "callback/none", "none", "%ff", "signin/credentials", "csrf/more"])
    expect([path, await statusOf(path)]).toEqual([path, 404]);
  expect(await statusOf("csrf")).toBe(200);
  expect(await statusOf("callback/credentials", { method: "POST", body: "x".repeat(20_000) })).toBe(413);
});

test("a name and a password are changed, and the session goes on", async ({ page, webster, browser }) => {
  const home = await signIn(page, webster);
  const link = await invite(page, home, "waiter@cafe.example", "member");
  const waiter = await elsewhere(browser);
  const theirs = await join(waiter, link, "Waiter", "a password of the waiter");
  await waiter.goto(`${theirs}/settings/profile`);
  await waiter.getByLabel("Name").fill("Head waiter");
  await waiter.getByRole("button", { name: "Save name" }).click();
  await expect(waiter.getByText("Name saved")).toBeVisible();
  await waiter.getByLabel("Current password").fill("not the password");
  await waiter.getByLabel("New password").fill("another password of the waiter");
  await waiter.getByRole("button", { name: "Change password" }).click();
  await expect(waiter.getByText("This is not your password").first()).toBeVisible();
  await waiter.getByLabel("Current password").fill("a password of the waiter");
  await waiter.getByRole("button", { name: "Change password" }).click();
  await expect(waiter.getByText("Password changed")).toBeVisible();
  await waiter.goto(`${theirs}/settings/members`);
  await expect(waiter.getByRole("row", { name: /Head waiter/ })).toBeVisible();
});

test("whoever joins with an account, and signs in as somebody else, is told, and joins after all", async ({ page, webster, browser }) => {
  const home = await signIn(page, webster);
  const email = "returning@cafe.example";
  const password = "a password of the returning";
  await join(await elsewhere(browser), await invite(page, home, email, "member"), "Returning", password);
  // Without their membership the account is still there.
  await page.reload();
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: "Remove member" }).click();
  await page.getByLabel(`Type ${email} to confirm`).fill(email);
  await page.getByRole("dialog").getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText(`${email} was removed`)).toBeVisible();
  const link = await invite(page, home, email, "member");
  const other = await elsewhere(browser);
  await other.route(
    "**/api/v1/invitation/join",
    (route) => route.fulfill({ status: 403, json: { code: "forbidden", detail: "You are another" } }),
    {
      times: 1,
    },
  );
  await other.goto(link);
  for (const isOther of [true, false]) {
    await other.getByLabel("Password").fill(password);
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    if (isOther) await expect(other.getByRole("alert").filter({ hasText: "You are another" })).toBeVisible();
  }
  await expect(other).toHaveURL(/\/org_\w+\/env_\w+$/);
});

test("who signs in while another tab prolongs the session of before stays signed in", async ({ page, webster, browser }) => {
  const login = await page.context().newPage();
  await login.goto(`${webster.url}/login`);
  const home = await signIn(page, webster);
  const password = "a password of the successor";
  await join(await elsewhere(browser), await invite(page, home, "successor@cafe.example", "member"), "Successor", password);
  let letThrough = (): void => undefined;
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  let answered = (): void => undefined;
  const rolled = new Promise<void>((resolve) => (answered = resolve));
  await page.route("**/api/auth/session", async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
    answered();
  });
  await page.evaluate(() => localStorage.removeItem("webster-session-rolled"));
  const rolling = page.waitForRequest("**/api/auth/session");
  await page.reload();
  await rolling;
  await tryToSignIn(login, "successor@cafe.example", password);
  const waits = () => login.evaluate(async () => ((await navigator.locks.query()).pending ?? []).length > 0);
  await expect(async () => expect(!login.url().endsWith("/login") || (await waits())).toBe(true)).toPass();
  letThrough();
  await rolled;
  await expect(login).toHaveURL(home);
  await login.goto(`${home}/settings/profile`);
  await expect(login.getByText("successor@cafe.example").first()).toBeVisible();
});

test("an API key by keyboard alone: created, shown once, used, revoked", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/keys`);
  await page.getByRole("button", { name: "Create API key" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();
  await page.getByLabel("Name").focus();
  await page.keyboard.type("Billing service");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Copy the API key now" });
  const key = await dialog.locator("code").innerText();
  expect(key).toMatch(/^wk_[\w-]{43}$/);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  await page.reload();
  await expect(page.getByRole("row", { name: /Billing service/ })).toBeVisible();
  await expect(page.getByText(key)).toHaveCount(0);
  const use = () => fetch(`${webster.url}/api/v1/app`, { headers: { authorization: `Bearer ${key}` } });
  expect((await use()).status).toBe(200);

  await page.getByRole("button", { name: "Revoke Billing service" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel(/Type Billing service to confirm/).focus();
  await page.keyboard.type("Billing service");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /Billing service/ })).toBeHidden();
  await expect(page.locator("main :focus")).toHaveCount(1);
  expect((await use()).status).toBe(401);
});

test("a key may be held to scopes; one that there is not is said at its field", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Till of scopes");
  await dialog.getByLabel("May", { exact: true }).selectOption({ label: "No more than some scopes" });
  await dialog.getByLabel("Scopes").fill("espresso:Write");
  await dialog.getByRole("button", { name: "Create API key" }).click();
  await expect(dialog.getByLabel("Scopes")).toHaveAccessibleDescription(/must be one of read, write and manage/);
  await dialog.getByLabel("Scopes").fill("message:Write\nendpoint:Read");
  await dialog.getByRole("button", { name: "Create API key" }).click();
  const key = await dialog.locator("code").innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Till of scopes/ })).toContainText("message:Write");
  const response = await fetch(`${webster.url}/api/v1/source`, { headers: { authorization: `Bearer ${key}` } });
  expect(response.status).toBe(403);
});

test("the audit log tells who did what, is searched and filtered, and its address is shared", async ({ page, webster }) => {
  const home = await signIn(page, webster);
  await page.goto(`${home}/settings/environments`);
  await page.getByRole("button", { name: "Create environment" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Tasting room");
  await page.getByRole("dialog").getByRole("button", { name: "Create environment" }).click();
  await expect(page.getByRole("row", { name: /Tasting room/ })).toBeVisible();

  await page.goto(`${home}/settings/audit-log`);
  await chooseFilter(page, "What", "Environment");
  await expect(page).toHaveURL(/target=environment/);
  await page.getByRole("button", { name: "Environment: created" }).first().click();
  const sheet = page.getByRole("dialog", { name: "Environment: created" });
  await expect(sheet).toContainText("Tasting room");
  await expect(sheet).toContainText("127.0.0.1");
  await page.keyboard.press("Escape");
  await page.getByLabel("Action, name or id").fill("no such thing");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No entries match these filters")).toBeVisible();
  const address = page.url();
  await page.goto(home);
  await page.goto(address);
  await expect(page.getByText("No entries match these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(page.getByRole("button", { name: "Environment: created" }).first()).toBeVisible();
});

test("a password link that was used leads on to a new one, and whose session it ended is told so at the login", async ({
  page,
  webster,
  browser,
}) => {
  const home = await signIn(page, webster);
  const email = "forgetful@cafe.example";
  const forgetful = await elsewhere(browser);
  const theirs = await join(forgetful, await invite(page, home, email, "member"), "Forgetful", "a password of the forgetful");
  await page.getByLabel("Name or address").fill("forgetful@");
  await expect(page.getByRole("table", { name: "Members" }).locator("tbody tr")).toHaveCount(1);
  await page.getByRole("button", { name: `Actions for ${email}` }).click();
  await page.getByRole("menuitem", { name: "Make a password link" }).click();
  const link = await page.getByRole("dialog").locator("code").innerText();
  const phone = await elsewhere(browser);
  const setPassword = async () => {
    await phone.goto(link);
    await phone.getByLabel("New password").fill("another password of the forgetful");
    await phone.getByRole("button", { name: "Set password" }).click();
  };
  await setPassword();
  await expect(phone).toHaveURL(theirs);
  await setPassword();
  await expect(phone.getByText("This link can’t be used")).toBeVisible();
  await phone.getByRole("button", { name: "Ask for a new link" }).click();
  await expect(phone.getByRole("button", { name: "Send link" })).toBeVisible();
  await forgetful.goto(`${theirs}/messages`);
  await expect(forgetful).toHaveURL(/\/login\?next=/);
  await expect(forgetful.getByText("Your session has ended")).toBeVisible();
});
