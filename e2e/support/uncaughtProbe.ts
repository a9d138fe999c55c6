/** Leaves a rejection to nobody, then an exception; with `pages`, once Next.js has drawn a page. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setEnv } from "../../lib/env.ts";
import { pagesOnDemand } from "../../lib/http/pages.ts";
import { log } from "../../lib/log.ts";
import { scrape } from "../../lib/metrics.ts";
import { testEnv } from "../../lib/testing/settings.ts";
import { heedUncaught } from "../../lib/uncaught.ts";

heedUncaught();
if (process.argv.includes("pages")) await drawPage();
await leave(Promise.reject(new TypeError("nobody waited")));
await leave(Promise.reject("whsec_of_somebody"));
log.info(/^webster_unhandled_rejections_total \d+$/m.exec((await scrape()).text)?.[0]);
setImmediate(() => {
  throw new RangeError("nobody caught");
});

async function drawPage(): Promise<void> {
  setEnv(testEnv("postgresql://nowhere.invalid/none"));
  const { handler } = pagesOnDemand({ root: process.cwd(), isDev: false });
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/nothing-there`);
  await response.text();
  log.info(`page ${response.status}`);
}

/** Comes back once Node.js has found out that nobody waits for it. */
async function leave(_rejected: Promise<never>): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
