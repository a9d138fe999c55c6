/** Runs a program from its bundle, as `npm start` does, but for the file .env: a test says all of its settings itself. */
import { buildPrograms, programsAreCurrent } from "../../bin/bundle.mjs";
import { root } from "../../bin/prepare.mjs";
import { program } from "../../bin/run.mjs";

const [file, ...args] = process.argv.slice(2);
process.chdir(root);
if (!programsAreCurrent()) await buildPrograms();
await program(root, file, args);
