import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import type { GithubUser } from "./support/identityProviders.ts";
import { invite } from "./support/invite.ts";
import type { Webster } from "./support/server.ts";
import { forgetSession, owner, signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [404] });

async function signInAtOpenId(page: Page, webster: Webster, login: string): Promise<void> {
  await forgetSession(page);
  await page.goto(`${webster.url}/login`);
  await page.getByRole("button", { name: "Sign in with Café accounts" }).click();
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const noMember = "No member has the address of that account";

test("at an OpenID Connect provider a member signs in; who is unknown or not verified does not", async ({ page, elsewhere }) => {
  const { webster, openId } = elsewhere;
  await page.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" }));
  await signInAtOpenId(page, webster, "stranger");
  await expect(page.getByText(noMember)).toBeVisible();
  await signInAtOpenId(page, webster, "unverified-webster");
  await expect(page.getByText(noMember)).toBeVisible();
  await signInAtOpenId(page, webster, "webster");
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  await page.goto(`${page.url()}/settings/profile`);
  await expect(page.getByText(owner.email).first()).toBeVisible();

  await forgetSession(page);
  await page.goto(`${webster.url}/login`);
  await page.getByRole("button", { name: "Sign in with Café accounts" }).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByText("It was cancelled there")).toBeVisible();

  await openId.whileDown(async () => {
    await page.goto(`${webster.url}/login`);
    await page.getByRole("button", { name: "Sign in with Café accounts" }).click();
    await expect(page.getByText("the provider could not be reached")).toBeVisible();
  });
});

test("who is invited joins with an account at GitHub, and is known by it when the address there changes", async ({ page, elsewhere }) => {
  const { webster, github } = elsewhere;
  const signInAtGithub = async (user: GithubUser) => {
    github(user);
    await forgetSession(page);
    await page.goto(`${webster.url}/login`);
    await page.getByRole("button", { name: "Sign in with GitHub" }).click();
  };
  const id = 1000 + Math.floor(Math.random() * 1e9);
  const address = `barista.${id}@cafe.example`;
  const barista = { id, login: "barista", emails: [{ email: address, primary: true, verified: true }] };
  await signInAtGithub(barista);
  await expect(page.getByText(noMember)).toBeVisible();

  await invite(page, await signIn(page, webster), address, "viewer");
  await signInAtGithub({ ...barista, emails: [{ email: address, primary: true, verified: false }] });
  await expect(page.getByText(noMember)).toBeVisible();
  await signInAtGithub(barista);
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  await signInAtGithub({ ...barista, emails: [] });
  await expect(page).toHaveURL(/\/org_\w+\/env_\w+$/);
  await page.goto(`${page.url()}/settings/members`);
  await expect(page.getByRole("row", { name: new RegExp(address) })).toContainText("Viewer");
});
