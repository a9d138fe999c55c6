/** `npm run verify`: format, lint with types, types, unused code. Needs no database; takes seconds. */
import { pathToFileURL } from "node:url";
import { prepare } from "./prepare.mjs";
import { runTool } from "./tools.mjs";

const checks = [
  { name: "types", package: "typescript", bin: "tsc", args: ["-p", "."] },
  { name: "lint", package: "oxlint", bin: "oxlint", args: ["."] },
  { name: "format", package: "oxfmt", bin: "oxfmt", args: ["--check", "."] },
  { name: "unused code", package: "knip", bin: "knip", args: ["--no-progress"] },
];

/** Runs every check, prints each with its seconds and what it found, and counts them. */
export async function verify() {
  await prepare({ pages: false });
  // Pages refer to types that Next.js derives from the routes.
  await runTool("next", "next", ["typegen"]);
  const results = await Promise.all(
    checks.map(async (check) => {
      const { status, output, seconds } = await runTool(check.package, check.bin, check.args);
      console.log(`${status === 0 ? "✓" : "✗"} ${check.name} (${seconds.toFixed(1)} s)${status === 0 ? "" : `\n${output.trim()}\n`}`);
      return status === 0;
    }),
  );
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await verify();
  process.exit(failed === 0 ? 0 : 1);
}
