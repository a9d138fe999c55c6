/** What bin/processes/primary.ts starts for each process: runs the file named first as it was run in the primary. */
import { runFile } from "./run.mjs";

const [node, , file, ...args] = process.argv;
process.argv = [node, file, ...args];
await runFile(file);
