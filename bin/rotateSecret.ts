/**
 * Rotates the master secret: `npm run rotate-secret`. Whatever was broken off goes on from where it was.
 *   --status   says how many values each key seals, and changes nothing
 *   --forget   removes generated secrets of which nothing is left now, rather than when all sessions that they signed are over
 */
import { commandOf } from "../lib/commands.ts";
import { addSecret, lockOwner, readOrCreateSecrets, writeSecrets } from "../lib/db/dataDirectory.ts";
import { type Ground, prepareDatabase } from "../lib/db/prepare.ts";
import { listKeys, type SealKey } from "../lib/db/sealKeys.ts";
import { reseal } from "../lib/db/sql/upkeep/reseal.ts";
import { StartError } from "../lib/db/startError.ts";
import { type Env, env, setEnv } from "../lib/env.ts";
import { keyIdOf } from "../lib/seal.ts";
import { setSingleton } from "../lib/singleton.ts";
import { explain, say } from "./lifecycle.ts";

/** The settings as they were given, and whether the embedded database is another process's. */
let given: Env;
let isRunning = false;

try {
  given = env();
  isRunning = given.databaseUrl === null && lockOwner(given.dataDir) !== null;
  const flags = new Set(process.argv.slice(2));
  if (flags.has("--status")) await onGround(true, showStatus);
  else if (flags.has("--forget")) await onGround(true, forget);
  else await rotate();
  process.exit(0);
} catch (error) {
  console.error(`\n${explain(error)}`);
  process.exit(1);
}

async function rotate(): Promise<void> {
  if (given.databaseUrl !== null || given.secret !== null) {
    if (given.otherSecrets.length === 0)
      throw new StartError(
        "There is one secret, so there is none to rotate to.",
        "Make another (openssl rand -base64 32). Set WEBSTER_SECRET to it and WEBSTER_OTHER_SECRETS to the one of now, and run this again. Where several processes run, docs/operating/access.md says in which order.",
      );
    await onGround(false, sealAnew);
    return;
  }
  const isUnfinished = await onGround(true, (ground) =>
    ground.secretsIn === null ? Promise.resolve(false) : isUnderWay(ground.secretsIn),
  );
  if (!isUnfinished) addSecret(given.dataDir);
  if (isRunning)
    say(
      `\nA new secret is ready. Start Webster and its workers again: it seals from then on, and what the old one sealed is sealed anew in the background.\nSee how far it is: ${commandOf("rotate-secret", "--status")}\n`,
    );
  else await onGround(false, sealAnew);
}

/** Prepares the database for some work, as if for the first time. */
async function onGround<T>(onlyLook: boolean, work: (ground: Ground) => Promise<T>): Promise<T> {
  setEnv(given);
  setSingleton("sealer", undefined);
  const ground = await prepareDatabase({ attach: isRunning, onlyLook, onProgress: say });
  try {
    return await work(ground);
  } finally {
    await ground.stop();
  }
}

/** Whether a generated secret waits for the next start, or has not sealed everything yet. */
async function isUnderWay(dataDir: string): Promise<boolean> {
  const keys = await listKeys();
  const newest = keys.find((key) => key.newest);
  if (newest === undefined) return false;
  const [first] = readOrCreateSecrets(dataDir);
  return keyIdOf(first).toString("hex") !== newest.id || keys.some((key) => !key.newest && key.retiredAt === null);
}

async function sealAnew(): Promise<void> {
  let shown = -1;
  const done = await reseal({
    wait: true,
    onProgress: (sealed, total) => {
      const percent = Math.floor((100 * sealed) / total);
      if (percent > shown) say(`Sealed anew: ${sealed} of ${total}`);
      shown = Math.max(shown, percent);
    },
  });
  if (done !== null && done.unreadable > 0) say(`Damaged, and readable with no key: ${done.unreadable} values, named in the log above`);
  await showStatus();
}

async function showStatus(): Promise<void> {
  const keys = await listKeys();
  say(`\n${keys.map(line).join("\n")}\n`);
  if (keys.some((key) => !key.newest && key.retiredAt === null))
    say(
      "Keep the earlier secrets until they seal nothing. A process that seals with one has to be started again with the new one first.\n",
    );
}

function line({ id, newest, remaining, resealed, createdAt, retiredAt }: SealKey): string {
  const since = createdAt.toISOString().slice(0, 10);
  if (newest) return `  key ${id}, since ${since}: seals`;
  if (retiredAt !== null)
    return `  key ${id}, since ${since}: seals nothing since ${retiredAt.toISOString()}. Its secret can be dropped; members who have not been here since the rotation then sign in again. Backups of before need it`;
  return `  key ${id}, since ${since}: ${remaining === null ? "not counted yet" : `${remaining} values to go`}, ${resealed} sealed anew. Its secret is needed`;
}

async function forget({ secretsIn }: Ground): Promise<void> {
  if (secretsIn === null)
    throw new StartError("The secrets are yours, not generated.", "Take those that are not needed out of WEBSTER_OTHER_SECRETS.");
  const retired = new Set((await listKeys()).filter(({ retiredAt }) => retiredAt !== null).map(({ id }) => id));
  const all = readOrCreateSecrets(secretsIn);
  const kept = all.filter((secret) => !retired.has(keyIdOf(secret).toString("hex")));
  if (kept.length < all.length) writeSecrets(secretsIn, kept);
  say(`\nForgotten: ${all.length - kept.length}; kept: ${kept.length}.\n`);
}
