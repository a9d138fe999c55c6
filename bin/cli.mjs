/** `webster`, once what it needs is there: what the terminal gives, what it gets, and the exit status. */
import { main } from "./cli/main.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop.abort());
let isText = true;
process.stdout.on("error", ({ code }) => {
  // Whoever read it has had enough. Of what is no text, a part is worth nothing.
  if (code === "EPIPE" && isText) process.exit(0);
  const remedy = code === "EPIPE" ? "See why the program that reads it ended early." : "Make room where it goes, or send it elsewhere.";
  process.stderr.write(`The output can't be written: ${code}.\n\nWhat to do: ${remedy}\n`);
  process.exit(1);
});
process.exitCode = await main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  get stdout() {
    isText = false;
    return process.stdout;
  },
  stdin: process.stdin,
  environment: process.env,
  // npm runs scripts in the clone, wherever they were asked for; files are meant from there.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stop: stop.signal,
});
