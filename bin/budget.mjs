/**
 * `npm run budget`: how much JavaScript each page makes the browser load at first, in kB after gzip. Fails if one takes more
 * than its budget. React and Next.js are 140 of it. Reads what `next build` wrote; what is loaded later doesn't count.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const build = join(dirname(fileURLToPath(import.meta.url)), "../.next");
const kB = 1_000;
/** Of all routes, but for those that have one of their own. */
const usualBudget = 180 * kB;
const budgets = new Map([["/[organization]/[environment]/deliveries", 178 * kB]]);

if (!existsSync(join(build, "BUILD_ID"))) {
  console.error("The pages are not built: run `npx next build` first.");
  process.exit(1);
}

const read = (path) => JSON.parse(readFileSync(join(build, path), "utf8"));
const sizes = new Map();

function gzipBytes(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(build, file))).length);
  return sizes.get(file);
}

/** Every script that the page's own HTML names: React, Next.js, its layouts and itself. */
function scriptsOf(page) {
  const files = new Set(read("build-manifest.json").rootMainFiles);
  const manifest = readFileSync(join(build, `server/app${page}_client-reference-manifest.js`), "utf8");
  const { entryJSFiles = {} } = JSON.parse(manifest.slice(manifest.indexOf("] = ") + 4).replace(/;\s*$/, ""));
  for (const chunks of Object.values(entryJSFiles)) for (const file of chunks) files.add(file);
  return [...files].filter((file) => file.endsWith(".js"));
}

const routes = read("app-path-routes-manifest.json");
const pages = Object.keys(routes)
  .filter((page) => page.endsWith("/page"))
  .map((page) => ({ route: routes[page], bytes: scriptsOf(page).reduce((sum, file) => sum + gzipBytes(file), 0) }))
  .sort((a, b) => b.bytes - a.bytes);

for (const { route, bytes } of pages) console.log(`${(bytes / kB).toFixed(1).padStart(7)} kB  ${route}`);

const missing = [...budgets.keys()].filter((route) => !pages.some((page) => page.route === route));
const over = pages.filter(({ route, bytes }) => bytes > (budgets.get(route) ?? usualBudget));
for (const route of missing) console.error(`\n${route} is not among the built pages.`);
for (const { route } of over) console.error(`\n${route} may take ${(budgets.get(route) ?? usualBudget) / kB} kB.`);
if (missing.length + over.length > 0) process.exit(1);
