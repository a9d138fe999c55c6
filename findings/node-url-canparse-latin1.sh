#!/usr/bin/env bash
# Node.js 20.20.2: a check of subscribers' URLs by URL.canParse turns from true to false for an address with a letter such as ü,
# which the WHATWG URL Standard takes and `new URL` parses. It happens once V8 has compiled the caller, after some thousand
# calls: a server refuses tomorrow what it has taken today. Node.js 24.0.0 answers as it should.
source "$(dirname "$0")/common.sh"
expect 'Node.js 20.20.2: true at first, false in the end, new URL: xn--bcher-kva.example
Node.js 24.0.0: true at first, true in the end, new URL: xn--bcher-kva.example' <<'JS'
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

writeFileSync(
  "check.mjs",
  `const isUrl = (text) => URL.canParse(text);
   const text = "https://bücher.example/webhooks";
   const atFirst = isUrl(text);
   let inTheEnd = true;
   for (let call = 0; call < 2_000_000 && inTheEnd; call++) inTheEnd = isUrl(text);
   console.log(\`Node.js \${process.versions.node}: \${atFirst} at first, \${inTheEnd} in the end, new URL: \${new URL(text).host}\`);`,
);
for (const version of ["20.20.2", "24.0.0"]) {
  const name = `node-${process.platform}-${process.arch}`;
  const at = `node-${version}`;
  execFileSync("npm", ["install", "--prefix", at, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", `${name}@${version}`]);
  process.stdout.write(execFileSync(`${at}/node_modules/${name}/bin/node`, ["check.mjs"], { encoding: "utf8" }));
}
JS
