import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";

/** A page of another origin, with Svix's React package in it. */
let product: Server;
let origin = "";

test.beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "support/svixReactApp.tsx")],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    // The product's own calls are those of 1.x.
    alias: { svix: "svix-v1" },
    define: { "process.env.NODE_ENV": '"production"' },
    banner: { js: "var process = { env: {} };" },
    logLevel: "silent",
  });
  const script = outputFiles[0]?.text ?? "";
  product = createServer((request, response) => {
    const isScript = request.url === "/app.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(
      isScript ? script : `<!doctype html><title>Product</title><link rel="icon" href="data:,"><body><script src="/app.js"></script>`,
    );
  }).listen(0, "127.0.0.1");
  await once(product, "listening");
  origin = `http://127.0.0.1:${(product.address() as AddressInfo).port}`;
});
test.afterAll(() => product.close());

type Made = { applicationId: string; endpointId: string; messageId: string };

const open = (page: Page, serverUrl: string, access: { url: string; token: string }, made: Made): Promise<unknown> => {
  const { applicationId: appId, endpointId, messageId } = made;
  const given = { serverUrl, token: access.token, appId, endpointId, messageId, portalUrl: access.url };
  return page.goto(`${origin}/#${encodeURIComponent(JSON.stringify(given))}`);
};

test("Svix's React hooks and its portal work in a page of another origin", async ({ page, webster, api, receiver }) => {
  const applicationId = await api.createApplication("Framed");
  const endpointId = await api.createEndpoint(applicationId, receiver.url);
  await api.createEventType("cup.filled");
  const messageId = await api.sendMessage(applicationId, "cup.filled", { n: 1 });
  await api.patchSettings({ portalOrigins: [origin] });
  const access = await api.portalAccess(applicationId);

  await open(page, webster.url, access, { applicationId, endpointId, messageId });
  await expect(page.getByRole("listitem")).toHaveText(Array.from({ length: 12 }, () => /: ok$/));
  await page.getByRole("button", { name: "Fill" }).click();
  await page.getByRole("button", { name: "Make" }).click();
  await expect(page.getByText("made: ok")).toBeVisible();
  await page.getByRole("button", { name: "Update" }).click();
  await expect(page.getByText("updated: ok")).toBeVisible();

  // Each visit of the product's page loads the link again.
  for (const visit of ["first", "second"])
    await test.step(`${visit} visit`, async () => {
      const portal = page.frameLocator("iframe");
      await expect(portal.getByRole("heading", { level: 1 })).toHaveText("Endpoints");
      await expect(portal.getByText("Framed")).toBeVisible();
      const look = await portal.locator("html").evaluate((root) => ({
        scheme: getComputedStyle(root).colorScheme,
        // The drawn colour is asked for: a scheme alone changes no colour that was built for older browsers.
        isDark: /^rgb\(([0-5]?\d), /.test(getComputedStyle(root).backgroundColor),
        brand: getComputedStyle(root).getPropertyValue("--brand"),
        font: getComputedStyle(document.body).fontFamily.split(",")[0],
      }));
      expect(look).toEqual({ scheme: "dark", isDark: true, brand: "#28bb93", font: "Roboto" });
      await expect.poll(() => page.locator("iframe").evaluate((frame) => Number.parseInt(frame.style.height, 10))).toBeGreaterThan(100);
      await page.reload();
    });
});

test("no page whose origin the environment does not name may show the portal", async ({ page, webster, api }) => {
  const applicationId = await api.createApplication("Unframed");
  await api.patchSettings({ portalOrigins: ["https://app.example.com"] });
  const policyOf = async (url: string) => (await page.request.get(url)).headers()["content-security-policy"];
  expect(await policyOf((await api.portalAccess(applicationId)).url)).toContain("frame-ancestors 'self' https://app.example.com");
  expect(await policyOf(`${webster.url}/portal`)).toMatch(/frame-ancestors 'self'$/);
  expect(await policyOf(`${webster.url}/login`)).toMatch(/frame-ancestors 'none'$/);
});
