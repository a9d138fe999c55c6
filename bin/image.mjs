#!/usr/bin/env node
/**
 * The programs as `npm run ship` has put them, in an image: started as they were built, without a look at whether anything is to be
 * built anew. `server` and `worker` run Webster, `healthy` tells whether the one in this container is ready, and everything that is
 * none of these is a command of `webster`.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { explainFewFiles } from "./fewFiles.mjs";
import { requireKnownFlags } from "./flags.mjs";
import { program } from "./run.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const programs = {
  server: "bin/server.ts",
  worker: "bin/worker.ts",
  migrate: "bin/migrateDatabase.ts",
  seed: "bin/seed.ts",
  "migrate-svix": "bin/migrateSvix.ts",
  "reset-link": "bin/resetLink.ts",
  "rotate-secret": "bin/rotateSecret.ts",
};

process.env.NODE_ENV = "production";
// What people are told to type depends on it: lib/commands.ts.
process.env.IN_IMAGE_OF_WEBSTER = "1";
process.env.NEXT_TELEMETRY_DISABLED = "1";
// Files that a command names are meant from where it was called.
process.env.INIT_CWD ??= process.cwd();
process.chdir(root);

const [name = "server", ...args] = process.argv.slice(2);
try {
  if (name === "healthy") process.exitCode = await healthy();
  else if (Object.hasOwn(programs, name)) {
    requireKnownFlags(programs[name], args, `webster ${name}`);
    await program(root, programs[name], args);
  } else await program(root, "bin/cli.mjs", [name, ...args]);
} catch (error) {
  const told = error.remedy === undefined ? error.stack : `${error.message}\n\nWhat to do: ${error.remedy}`;
  console.error(`\n${explainFewFiles(error) ?? told}`);
  process.exitCode = 1;
}

/** 0 if the process that serves in this container is ready to, 1 if not. */
async function healthy() {
  const { HOST: host = "", PORT: port, WEBSTER_OPERATIONS_PORT: operationsPort } = process.env;
  const at = ["", "0.0.0.0", "::"].includes(host) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${at}:${operationsPort || port || 3000}/health/ready`, { signal: AbortSignal.timeout(4_000) });
    console.log(answer.ok ? "ready" : await answer.text());
    return answer.ok ? 0 : 1;
  } catch (error) {
    console.log(error.cause?.message ?? error.message);
    return 1;
  }
}
