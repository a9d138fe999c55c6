import type { Browser, CDPSession, Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { invite } from "./support/invite.ts";
import { startWebster, type Webster } from "./support/server.ts";
import { owner } from "./support/signIn.ts";

test.use({ expectedStatuses: [401, 403, 404, 422] });
test.describe.configure({ mode: "serial" });

let webster: Webster;
/** Browsers keep passkeys for names, not for addresses. */
let url: string;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  webster = await startWebster({ WEBSTER_BOOTSTRAP_EMAIL: owner.email, WEBSTER_BOOTSTRAP_PASSWORD: owner.password });
  url = webster.url.replace("127.0.0.1", "localhost");
});
test.afterAll(() => webster.stop());

async function givePassword(page: Page, { email, password } = owner): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const home = /\/org_\w+\/env_\w+$/;

async function signOut(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}

async function toProfile(page: Page): Promise<void> {
  await expect(page).toHaveURL(home);
  await page.goto(`${page.url()}/settings/profile`);
  await expect(page.getByRole("heading", { name: "Passkeys" })).toBeVisible();
}

/** The code at some steps from now. The next step's is good already, and was not given before. */
const codeOf = (secret: string, offset = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + offset * 30_000 });

const dialog = (page: Page, name: string) => page.getByRole("dialog", { name });

/** Sets up an app; answers its secret and the recovery codes. */
async function setUpApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  const setup = dialog(page, "Set up authenticator app");
  await expect(setup.getByRole("img", { name: "QR code of the secret below" })).toBeVisible();
  const secret = (await setup.locator("code").innerText()).replaceAll(" ", "");
  await setup.getByLabel("Code that the app shows").fill("12");
  await setup.getByRole("button", { name: "Confirm app" }).click();
  await expect(setup.getByText("Six digits").first()).toBeVisible();
  await setup.getByLabel("Code that the app shows").fill(codeOf(secret));
  await setup.getByRole("button", { name: "Confirm app" }).click();
  const shown = dialog(page, "Recovery codes");
  await expect(shown.getByRole("listitem")).toHaveCount(10);
  return { secret, codes: await shown.getByRole("listitem").allInnerTexts() };
}

const closeCodes = (page: Page) => dialog(page, "Recovery codes").getByRole("button", { name: "I have kept them" }).click();

async function withAuthenticator(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return cdp;
}

const barista = { email: "barista@cafe.example", password: "a password of the barista" };

async function join(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(link.replace("127.0.0.1", "localhost"));
  await page.getByLabel("Name").fill("Barista");
  await page.getByLabel("Password").fill(barista.password);
  await page.getByRole("button", { name: "Join organization" }).click();
  await expect(page).toHaveURL(home);
  return page;
}

/** The owner's recovery codes that are left: the app's own codes come once in half a minute. */
let codes: string[] = [];

async function signInAsOwner(page: Page): Promise<void> {
  await givePassword(page);
  await giveRecoveryCode(page, codes.pop() ?? "");
  await expect(page).toHaveURL(home);
}

async function giveRecoveryCode(page: Page, code: string): Promise<void> {
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(code);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("an app is set up; then its code is asked for after the password, and a recovery code takes its place once", async ({ page }) => {
  await givePassword(page);
  await toProfile(page);
  const made = await setUpApp(page);
  const { secret } = made;
  codes = made.codes;
  await expectAccessible(page);
  await closeCodes(page);
  await expect(page.getByText("10 are left")).toBeVisible();

  await signOut(page);
  await givePassword(page);
  const field = page.getByLabel("Code of your authenticator app");
  await expect(field).toHaveAttribute("autocomplete", "one-time-code");
  // The password alone has opened nothing.
  expect((await page.request.get(`${url}/api/v1/session`)).status()).toBe(401);
  await expectAccessible(page);
  await field.fill(codeOf(secret, 40));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("That was not it.")).toBeVisible();
  await field.fill(codeOf(secret, 1).replace(/^(...)/, "$1 "));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(home);

  const code = codes.pop() ?? "";
  for (const isFirst of [true, false]) {
    await signOut(page);
    await givePassword(page);
    await giveRecoveryCode(page, code.toUpperCase());
    if (isFirst) await expect(page).toHaveURL(home);
    else await expect(page.getByText("wrong, or was used already")).toBeVisible();
  }
});

test("a reload keeps the second step, and says so when it has lasted too long", async ({ page }) => {
  await givePassword(page);
  await expect(page.getByText("One more step")).toBeVisible();
  await page.reload();
  await expect(page.getByText("One more step")).toBeVisible();
  // The address opens nothing.
  expect((await page.request.get(`${url}/api/v1/session`)).status()).toBe(401);
  await page.getByRole("button", { name: "Sign in as someone else" }).click();
  await expect(page.getByLabel("Password")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Password")).toBeVisible();

  await givePassword(page);
  await expect(page.getByText("One more step")).toBeVisible();
  await page.reload();
  await giveRecoveryCode(page, codes.pop() ?? "");
  await expect(page).toHaveURL(home);

  await signOut(page);
  await givePassword(page);
  await expect(page.getByText("One more step")).toBeVisible();
  await page.context().clearCookies({ name: "webster-sign-in" });
  await page.reload();
  await expect(page.getByText("That took too long: give your password again.")).toBeVisible();
  await expect(page.getByLabel("Password")).toBeVisible();
});

test("a passkey is added, signs in alone and after the password, is asked for again, and removed", async ({ page, browser }) => {
  await signInAsOwner(page);
  const link = await invite(page, page.url(), barista.email, "member");
  const member = await join(browser, link);
  await withAuthenticator(member);
  await toProfile(member);
  await member.getByRole("button", { name: "Add passkey" }).click();
  const add = dialog(member, "Add passkey");
  await add.getByLabel("Name").fill("Laptop");
  await add.getByRole("button", { name: "Add passkey" }).click();
  await closeCodes(member);
  await expect(member.getByRole("row", { name: /Laptop.*Never/ })).toBeVisible();
  await expectAccessible(member);

  await signOut(member);
  await member.goto(`${url}/login`);
  await member.getByRole("button", { name: "Use a passkey" }).click();
  await expect(member).toHaveURL(home);

  await signOut(member);
  await givePassword(member, barista);
  await member.getByRole("button", { name: "Use a passkey" }).click();
  await toProfile(member);

  // As the API answers ten minutes later.
  const path = "**/api/v1/profile/second-factor/passkey/*";
  await member.route(path, (route) => route.fulfill({ status: 403, json: { code: "proof_required", detail: "Confirm that it is you" } }), {
    times: 1,
  });
  await member.getByRole("button", { name: "Remove Laptop" }).click();
  await dialog(member, "Remove passkey").getByRole("button", { name: "Remove passkey" }).click();
  const proof = dialog(member, "Confirm that it is you");
  await proof.getByLabel("Your password").fill("not the password");
  await proof.getByRole("button", { name: "Confirm with password" }).click();
  await expect(proof.getByText("This is not your password").first()).toBeVisible();
  await expectAccessible(member);
  await proof.getByRole("button", { name: "Confirm with a passkey" }).click();
  await expect(member.getByText("Laptop was removed")).toBeVisible();

  await signOut(member);
  await member.goto(`${url}/login`);
  await member.getByRole("button", { name: "Use a passkey" }).click();
  await expect(member.getByText("This passkey is not known here, or was removed.")).toBeVisible();
  await givePassword(member, barista);
  await expect(member).toHaveURL(home);
});

test("an organization that requires one leads its members to set it up, and an admin takes away one that was lost", async ({
  page,
  browser,
}) => {
  const member = await (await browser.newContext()).newPage();
  await givePassword(member, barista);
  await expect(member).toHaveURL(home);
  await signInAsOwner(page);
  const start = page.url();
  await page.goto(`${start}/settings/environments`);
  await page.getByRole("button", { name: "Require a second factor" }).click();
  await dialog(page, "Require a second factor").getByRole("button", { name: "Require a second factor" }).click();
  await expect(page.getByText("A second factor is required from now on")).toBeVisible();

  await member.goto(`${start}/settings/keys`);
  await expect(member.getByRole("heading", { level: 1, name: /requires a second factor/ })).toBeVisible();
  await expect(member.getByRole("link", { name: "API keys" })).toBeHidden();
  await expectAccessible(member);
  // Whoever asks in the moment at which it is stored may read the one and not yet the other.
  await member.route("**/api/v1/profile/second-factor", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), shown: false } });
  });
  await setUpApp(member);
  await closeCodes(member);
  await expect(member.getByRole("link", { name: "API keys" }).first()).toBeVisible();

  await page.goto(`${start}/settings/members`);
  await expect(page.getByRole("row", { name: /barista.*Yes/ })).toBeVisible();
  await page.getByRole("button", { name: `Actions for ${barista.email}` }).click();
  await page.getByRole("menuitem", { name: "Remove second factor" }).click();
  await dialog(page, "Remove second factor").getByRole("button", { name: "Remove second factor" }).click();
  await expect(page.getByText(`${barista.email} signs in with the password alone now`)).toBeVisible();
  await expectAccessible(page);
  await member.goto(`${start}/settings/keys`);
  await expect(member).toHaveURL(/\/login\?next=/);
});

test("under another name than theirs, passkeys say for which they are", async ({ page }) => {
  await page.goto(`${webster.url}/login`);
  await withAuthenticator(page);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByText("Passkeys of this Webster are for localhost, not for 127.0.0.1: open it there.")).toBeVisible();
});
