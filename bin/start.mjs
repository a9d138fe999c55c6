/**
 * `npm start`: makes a fresh clone ready (dependencies, Prisma client, pages), then runs Webster in this process.
 *   --dev         develop: Next.js rebuilds pages as they change, a change to lib/ restarts the rest
 *   --run FILE …  make ready without the pages, then run that program with the remaining arguments
 */
import { explainFewFiles } from "./fewFiles.mjs";

const required = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < required[0] || (major === required[0] && minor < required[1])) {
  console.error(`Webster needs Node.js ${required.join(".")} or newer; this is ${process.versions.node}.

What to do: install the current version from https://nodejs.org (or: nvm install --lts), then start again.`);
  process.exit(1);
}

const flags = process.argv.slice(2);
const mode = flags[0] === "--dev" ? "dev" : flags[0] === "--run" ? "run" : "start";

// These modules are loaded only now: an old Node.js would stop at their syntax before it could say why.
Promise.all([import("./prepare.mjs"), import("./flags.mjs")])
  .then(async ([{ prepare, root }, { requireKnownFlags }]) => {
    if (mode === "run") requireKnownFlags(flags[1], flags.slice(2));
    else requireKnownFlags("bin/server.ts", mode === "dev" ? flags.slice(1) : flags);
    process.env.NODE_ENV = mode === "dev" ? "development" : "production";
    process.env.NEXT_TELEMETRY_DISABLED = "1";
    await prepare({ pages: mode === "start" && !flags.includes("--no-pages"), programs: mode !== "dev" });
    const { loadEnvFile } = await import("./envFile.mjs");
    loadEnvFile(root);
    const run = await import("./run.mjs");
    if (mode === "dev") await run.develop(root);
    else if (mode === "run") await run.program(root, flags[1], flags.slice(2));
    else await run.program(root, "bin/server.ts", flags);
  })
  .catch((error) => {
    const told = error.remedy === undefined ? error.stack : `${error.message}\n\nWhat to do: ${error.remedy}`;
    console.error(`\n${explainFewFiles(error) || told}`);
    process.exit(1);
  });
