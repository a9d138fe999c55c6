/** What `npm start` makes before it runs anything: in a clone whose dependencies and Next.js are stand-ins. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { temporaryDirectory } from "../lib/testing/program.ts";

const removals: (() => void)[] = [];
afterAll(() => removals.forEach((remove) => remove()));

/** A build in two steps, which notes that it has begun. What it does between them is for the test to say. */
const nextBuild = `
  const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
  for (const part of ["server", "static"]) mkdirSync(".next/" + part, { recursive: true });
  appendFileSync("builds", "x");
  writeFileSync(".next/BUILD_ID", String(process.pid));
  if (process.env.WHO_IS_KILLED === "build") process.kill(process.pid, "SIGKILL");
  if (process.env.WHO_IS_KILLED === "both") { process.kill(process.ppid, "SIGKILL"); process.kill(process.pid, "SIGKILL"); }
  writeFileSync(".next/server/page.js", "");
`;

function newClone(): string {
  const [root, remove] = temporaryDirectory();
  removals.push(remove);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const name of readdirSync("bin").filter((file) => file.endsWith(".mjs"))) cpSync(join("bin", name), join(root, "bin", name));
  for (const path of ["package-lock.json", "node_modules/.package-lock.json"]) write(path, `{"packages":{}}`);
  write("prisma/schema.prisma", "");
  write("lib/db/generated/client.ts", "");
  write("node_modules/prisma/package.json", "{}");
  write("node_modules/prisma/build/index.js", "");
  write("node_modules/next/dist/bin/next", nextBuild);
  write("app/page.tsx", "first");
  return root;
}

/** Makes the clone ready, and answers how many builds were begun in it by then. */
function start(root: string, whoIsKilled = "nobody"): { failed: boolean; builds: number } {
  const { status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", `(await import("./bin/prepare.mjs")).prepare({ pages: true })`],
    {
      cwd: root,
      env: { ...process.env, WHO_IS_KILLED: whoIsKilled },
      encoding: "utf8",
    },
  );
  const builds = existsSync(join(root, "builds")) ? readFileSync(join(root, "builds"), "utf8").length : 0;
  return { failed: status !== 0, builds };
}

it.each(["build", "both"])(
  "after a kill (%s) in the midst of a build, the next start builds anew, and the one after takes that",
  (whoIsKilled) => {
    const root = newClone();
    expect(start(root)).toEqual({ failed: false, builds: 1 });
    expect(start(root)).toEqual({ failed: false, builds: 1 });
    writeFileSync(join(root, "app/page.tsx"), "second");
    expect(start(root, whoIsKilled)).toEqual({ failed: true, builds: 2 });
    // As it was when the build before was made, of which parts are left.
    writeFileSync(join(root, "app/page.tsx"), "first");
    expect(start(root)).toEqual({ failed: false, builds: 3 });
    expect(start(root)).toEqual({ failed: false, builds: 3 });
  },
);
