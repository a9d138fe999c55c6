/** Draws a page with Next.js, and prints what the rest of the process has of it afterwards: one line of JSON each time it changes. */
import { executionAsyncId } from "node:async_hooks";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setEnv } from "../../lib/env.ts";
import { pagesOnDemand } from "../../lib/http/pages.ts";
import { testEnv } from "../../lib/testing/settings.ts";

setEnv(testEnv("postgresql://nowhere.invalid/none"));
const inUse = (): Record<string, unknown> => ({
  Date,
  setImmediate,
  nextTick: Reflect.get(process, "nextTick"),
  random: Reflect.get(Math, "random"),
});
const before = inUse();
const { handler } = pagesOnDemand({ root: process.cwd(), isDev: false });
const server = createServer((request, response) => void handler(request, response));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const response = await fetch(`http://127.0.0.1:${port}/nothing-there`);
await response.text();

const after = inUse();
const replaced = Object.keys(after).filter((name) => after[name] !== before[name]);
console.log(`page ${response.status}, replaced: ${replaced.join(", ") || "nothing"}`);

/** A promise that is noted runs as something that has an id. */
const areNoted = async (): Promise<boolean> => {
  await Promise.resolve();
  return executionAsyncId() !== 0;
};
let wereNoted: boolean | null = null;
setInterval(() => {
  void areNoted().then((noted) => {
    if (noted !== wereNoted) console.log(`promises are ${noted ? "noted" : "not noted"}`);
    wereNoted = noted;
  });
}, 50);
