#!/usr/bin/env bash
# esbuild 0.28.2: standardwebhooks 1.1.1, which is CommonJS, loaded later by import(). Node.js gives its Webhook by name; so
# does esbuild where the bundle is one file. With `splitting` the package is a file of its own whose only export is `default`:
# the same line gives undefined, without a warning, and the first signature that is checked later fails.
source "$(dirname "$0")/common.sh"
install esbuild@0.28.2 standardwebhooks@1.1.1
expect 'Node.js: function
esbuild, one file: function
esbuild, splitting: undefined, by default function' <<'JS'
import { writeFileSync } from "node:fs";
import { build } from "esbuild";

writeFileSync("later.mjs", `export const later = () => import("standardwebhooks");`);
const options = { entryPoints: ["later.mjs"], bundle: true, format: "esm", platform: "node", outExtension: { ".js": ".mjs" } };
// What CommonJS asks Node.js for.
const banner = { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` };
await build({ ...options, banner, outdir: "one" });
await build({ ...options, banner, outdir: "split", splitting: true });

const loaded = async (path) => (await import(path)).later();
console.log("Node.js:", typeof (await loaded("./later.mjs")).Webhook);
console.log("esbuild, one file:", typeof (await loaded("./one/later.mjs")).Webhook);
const split = await loaded("./split/later.mjs");
console.log(`esbuild, splitting: ${typeof split.Webhook}, by default ${typeof split.default?.Webhook}`);
JS
