#!/usr/bin/env bash
# A server of one's own that has next 16.4.6 draw its pages shares more with it than a port. Once Next.js is prepared, with nothing
# of its caching components enabled, `Date`, `setImmediate`, `process.nextTick` and `Math.random` of the whole process are functions
# of Next.js; and on Node.js 20 the first page makes every promise of the process be noted for good, because a context
# (AsyncLocalStorage) has been begun and none is ever ended. On Node.js 20.20.2 an `await` of whatever else the process does took ten
# times as long after that, `new Date(ms)` ten times.
source "$(dirname "$0")/common.sh"
install next@16.4.6 react@19.3.1 react-dom@19.3.1
mkdir app
cat > app/layout.js <<'JS'
export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
JS
printf 'export const dynamic = "force-dynamic";\nexport default function Page() { return "a page"; }\n' > app/page.js
NEXT_TELEMETRY_DISABLED=1 npx next build > build.log 2>&1 || { cat build.log; exit 1; }
cat > server.mjs <<'JS'
import { executionAsyncId } from "node:async_hooks";
import { createServer } from "node:http";
import next from "next";

async function tell(when) {
  const date = Function.prototype.toString.call(Date).includes("[native code]") ? "native" : "replaced";
  // What runs after a promise has an id only where promises are noted.
  await null;
  console.log(`${when}: Date ${date}, ${setImmediate.name}, ${process.nextTick.name}, promises noted: ${executionAsyncId() !== 0}`);
}
const begun = () => new Promise((resolve) => setTimeout(resolve, 0));

await begun();
await tell("before");
const app = next({ dev: false, dir: process.cwd() });
await app.prepare();
await begun();
await tell("prepared");
const draw = app.getRequestHandler();
const server = createServer((request, response) => void draw(request, response));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
await begun();
await tell("a page later");
process.exit();
JS
expect 'before: Date native, setImmediate, nextTick, promises noted: false
prepared: Date replaced, patchedSetImmediate, patchedNextTick, promises noted: false
a page later: Date replaced, patchedSetImmediate, patchedNextTick, promises noted: true' <<'JS'
import { execFileSync } from "node:child_process";

if (Number.parseInt(process.versions.node) >= 24) throw new Error("From Node.js 24 on no promise is noted for a context");
// Next.js prints a line of its own, with a time in it.
const lines = execFileSync(process.execPath, ["server.mjs"], { encoding: "utf8" }).trim().split("\n");
console.log(lines.filter((line) => line.includes("promises noted")).join("\n"));
JS
