import type { BrowserContext, Page } from "@playwright/test";
import type { Webster } from "./server.ts";

/** The owner that the fixtures' server starts with. */
export const owner = { email: "webster@cafe.example", password: "profit without being asked" };

type Session = { cookies: Parameters<BrowserContext["addCookies"]>[0]; home: string };

/** One session for each server: the form of the login is for the tests that are about it. */
const sessions = new WeakMap<Webster, Session>();

/** Makes the browser the owner's, wherever its page stands. Resolves to the environment's address, to go on from. */
export async function signIn(page: Page, webster: Webster): Promise<string> {
  const known = sessions.get(webster);
  // A test may have ended all sessions.
  const session = known !== undefined && (await homeOf(webster, known.cookies)) !== null ? known : await newSession(webster);
  sessions.set(webster, session);
  await page.context().addCookies(session.cookies);
  return session.home;
}

/** Leaves the page first: what it still asks for would be answered 401, or prolong its session. */
export async function forgetSession(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}

async function newSession(webster: Webster): Promise<Session> {
  const csrf = await fetch(`${webster.url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await fetch(`${webster.url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: headerOf(cookiesOf(csrf, webster)) },
    body: JSON.stringify({ ...owner, csrfToken, json: "true" }),
  });
  const cookies = cookiesOf(answer, webster);
  const home = await homeOf(webster, cookies);
  if (home === null) throw new Error(`The owner could not sign in: ${answer.status} ${await answer.text()}`);
  return { cookies, home };
}

/** The address of the session's environment. Null: the session has ended. */
async function homeOf({ url }: Webster, cookies: Session["cookies"]): Promise<string | null> {
  const answer = await fetch(`${url}/api/v1/session`, { headers: { cookie: headerOf(cookies) } });
  if (!answer.ok) return null;
  const { organizations } = (await answer.json()) as { organizations: { id: string; environments: { id: string }[] }[] };
  const [organization] = organizations;
  return `${url}/${organization?.id}/${organization?.environments[0]?.id}`;
}

const cookiesOf = (answer: Response, { url }: Webster): Session["cookies"] =>
  answer.headers.getSetCookie().flatMap((line) => {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    return value === "" ? [] : [{ name, value, url, httpOnly: true, sameSite: "Lax" as const }];
  });

const headerOf = (cookies: Session["cookies"]): string => cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
