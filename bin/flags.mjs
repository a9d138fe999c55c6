/**
 * Which flags programs take that look at all of theirs at once. Said before anything is done: with a flag mistyped, a secret was rotated
 * that was only to be looked at, and a server started at another port than was meant.
 */
const settings = "Everything else is a setting: PORT=4000 npm start, or a line in .env; docs/settings.md has them all.";
/** There is neither npm nor .env. */
const settingsInImage = "Everything else is a setting of the environment, such as PORT=4000; docs/settings.md has them all.";

const programs = {
  "bin/server.ts": { command: "npm start", flags: ["--no-pages", "--no-fast-lane"], more: settings },
  "bin/worker.ts": { command: "npm run worker", flags: [], more: settings },
  "bin/demo.ts": { command: "npm run demo", flags: [], more: "WEBSTER_URL and WEBSTER_API_KEY say which Webster it is to talk to." },
  "bin/examples.ts": { command: "npm run examples", flags: [] },
  "bin/migrateDatabase.ts": { command: "npm run migrate", flags: [], more: settings },
  "bin/rotateSecret.ts": { command: "npm run rotate-secret", flags: ["--status", "--forget"] },
};

/**
 * Throws for what the program does not take, with what it does. `file`: as `--run` names it. `calledInImage`: what it was called by
 * in an image.
 */
export function requireKnownFlags(file, given, calledInImage = null) {
  if (!Object.hasOwn(programs, file)) return;
  const { flags } = programs[file];
  const command = calledInImage ?? programs[file].command;
  const more = calledInImage !== null && programs[file].more === settings ? settingsInImage : programs[file].more;
  const unknown = given.find((flag) => !flags.includes(flag));
  if (unknown === undefined) return;
  const taken = flags.length === 0 ? `${command} takes no arguments.` : `${command} takes ${flags.join(" and ")}.`;
  throw Object.assign(new Error(`${command} does not know ${unknown}.`), { remedy: more === undefined ? taken : `${taken} ${more}` });
}
