/** Runs the server from its bundle, as `npm start` does, but for the file .env: a test says all of its settings itself. */
import { prepare, root } from "../../bin/prepare.mjs";
import { program } from "../../bin/run.mjs";

await prepare({ pages: false, programs: true });
await program(root, "bin/server.ts", process.argv.slice(2));
