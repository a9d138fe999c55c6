/**
 * `npm run screenshots`: takes the pictures of docs/screenshots anew, each in light and dark. Starts a Webster of its own,
 * fills it with what `npm run seed` makes, and needs the built pages (`npx next build`) and a Chromium
 * (PLAYWRIGHT_CHROMIUM_PATH, or the one that `npx playwright install chromium` brings).
 *   --only NAME   one of them
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import checkBuild from "../e2e/support/globalSetup.ts";
import { waitForScripts } from "../e2e/support/hydrated.ts";
import { startWebster, type Webster } from "../e2e/support/server.ts";
import { owner, signIn } from "../e2e/support/signIn.ts";
import { foreignEnvironment } from "../lib/env.ts";
import playwright from "../playwright.config.ts";
import { explain, say } from "./lifecycle.ts";
import { type Scene, type Shot, shots } from "./screenshots/shots.ts";

const root = join(import.meta.dirname, "..");
const target = join(root, "docs/screenshots");
const seeded = { deliveries: "39500", name: "Live" };
const organizationName = "Crema Commerce";
const sizePx = { width: 1440, height: 900 };
/** Of each pixel's side: text stays sharp where a page shows them smaller or larger. */
const deviceScaleFactor = 1.25;
const webpQuality = 76;

const { values } = parseArgs({ options: { only: { type: "string" } } });
const directory = await mkdtemp(join(tmpdir(), "webster-screenshots-"));
// As root the database runs as another user, who has to get in.
await chmod(directory, 0o755);
const dataDirectory = join(directory, "data");
let webster: Webster | null = null;
let browser: Browser | null = null;
try {
  checkBuild();
  webster = await startWebster({ WEBSTER_DATA_DIR: dataDirectory });
  await createOwner(webster);
  const scene = { ...(await seed()), url: webster.url };
  browser = await chromium.launch(playwright.use?.launchOptions);
  await mkdir(target, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    const look = { viewport: sizePx, deviceScaleFactor, colorScheme, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce" as const };
    for (const [name, shot] of Object.entries(shots)) {
      if (values.only !== undefined && values.only !== name) continue;
      const context = await browser.newContext(look);
      const bytes = await take(context, webster, scene, shot);
      await writeFile(join(target, `${name}-${colorScheme}.webp`), bytes);
      say(`${name}-${colorScheme}.webp, ${(bytes.length / 1000).toFixed(0)} kB`);
      await context.close();
    }
  }
} catch (error) {
  console.error(`\n${explain(error)}`);
  process.exitCode = 1;
} finally {
  await browser?.close();
  await webster?.stop();
  await rm(directory, { recursive: true, force: true });
}

/** The organization gets its name from whoever opens the link of the first start. */
async function createOwner({ url, setupUrl }: Webster): Promise<void> {
  const token = setupUrl()?.split("token=")[1];
  const answer = await fetch(`${url}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, ...owner, organizationName }),
  });
  if (!answer.ok) throw new Error(`The owner was not created: ${answer.status} ${await answer.text()}`);
}

async function seed(): Promise<{ environmentId: string; apiKey: string }> {
  say(`Making ${seeded.deliveries} deliveries …`);
  const args = ["bin/start.mjs", "--run", "bin/seed.ts", "--deliveries", seeded.deliveries, "--name", seeded.name];
  const env = { ...foreignEnvironment(), NODE_ENV: "production" as const, WEBSTER_DATA_DIR: dataDirectory };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  const [environmentId, apiKey] = [/env_\w{27}/.exec(stdout)?.[0], /wk_[\w-]+/.exec(stdout)?.[0]];
  if (environmentId === undefined || apiKey === undefined) throw new Error(`The seed says neither environment nor key:\n${stdout}`);
  return { environmentId, apiKey };
}

async function take(context: BrowserContext, from: Webster, scene: Scene, { open, show }: Shot): Promise<Buffer> {
  const page = await context.newPage();
  // The loader's compiler names functions with a function of its own, which a page that is given one does not have.
  await page.addInitScript("globalThis.__name = (named) => named");
  waitForScripts(page);
  const home = (await signIn(page, from)).replace(/env_\w+$/, scene.environmentId);
  await page.goto(await open(scene, home));
  await show(page);
  await page.evaluate(() => document.fonts.ready);
  return webpOf(page);
}

/** Playwright knows no WebP, which is a third of a PNG's size. */
async function webpOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: webpQuality });
  return Buffer.from(data, "base64");
}
