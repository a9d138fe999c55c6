import { expect, test } from "./support/fixtures.ts";

/** Those of which there are none begin like what is no page. */
const pages = ["/login", "/setup", "/no/such/page", "/api/none", "/healthz", "/ingest/none", "/_next/none", "/icon.svg/none"];

test("pages carry a strict policy with a fresh nonce each time", async ({ request, webster }) => {
  const nonces = new Set<string>();
  for (const path of pages) {
    const response = await request.get(webster.url + path);
    const { "content-security-policy": policy = "", ...headers } = response.headers();
    const nonce = /script-src 'self' 'nonce-([\w-]+)' 'strict-dynamic';/.exec(policy)?.[1] ?? "";
    nonces.add(nonce);
    const scripts = (await response.text()).match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([]);
    expect(policy).not.toMatch(/unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    expect(headers).not.toHaveProperty("x-powered-by");
  }
  expect(nonces.size).toBe(pages.length);
});

test("only the portal may be framed, by nobody that the operator has not named", async ({ request, webster }) => {
  const response = await request.get(`${webster.url}/portal`);
  expect(response.headers()["content-security-policy"]).toMatch(/frame-ancestors 'self'$/);
  expect(response.headers()["referrer-policy"]).toBe("no-referrer");
});

test("the API's answers are the API's own: no policy of pages on them", async ({ request, webster }) => {
  const response = await request.get(`${webster.url}/api/v1/app`);
  expect(response.status()).toBe(401);
  expect(response.headers()["content-security-policy"]).toBeUndefined();
});

test("a browser that asks for the icon by its old name gets it", async ({ request, webster }) => {
  const response = await request.get(`${webster.url}/favicon.ico`);
  expect(response.status()).toBe(200);
  expect(response.headers()["content-type"]).toContain("image/svg+xml");
});
