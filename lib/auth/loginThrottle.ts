/**
 * Guesses at passwords, counted for one account and one network, for one account from everywhere, and for one network at all
 * accounts. After a number of them each costs a wait that doubles. A guess is counted before the password is looked at, so
 * that many at the same time gain nothing; the right password takes its own guess back.
 */
import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { pool } from "../db/client.ts";
import { networkOf } from "../networks.ts";

const firstWaitSeconds = 30;
const longestWaitSeconds = { pair: 15 * 60, account: 15 * 60, network: 15 * 60, code: 3600 } as const;

/** `free`: guesses without a wait. One is forgotten every `forgetSeconds`; those of `pair` all at once, when there was none for so long. */
const limits = {
  pair: { free: 5, forgetSeconds: 24 * 3600, atOnce: true },
  account: { free: 50, forgetSeconds: 600, atOnce: false },
  network: { free: 100, forgetSeconds: 60, atOnce: false },
  // Of the million codes of six digits three are right at a time: 34 guesses in the first day, then 24 a day.
  code: { free: 10, forgetSeconds: 3600, atOnce: false },
} as const;

type Kind = keyof typeof limits;
type Subject = { kind: Kind; of: string };

/** Counts a guess, and answers the seconds to wait; 0: go on. */
export async function countSignIn(email: string, ip: string | null): Promise<number> {
  const network = ip !== null && ipaddr.isValid(ip) ? networkOf(ip) : null;
  // The network is looked at first and counted last: while it must wait, it adds no rows.
  const held = network === null ? 0 : await waitOf({ kind: "network", of: network });
  if (held > 0) return held;
  const pair = await count({ kind: "pair", of: `${email}\n${network ?? ""}` });
  if (pair > 0) return pair;
  // Guesses from elsewhere must not lock people out of an account to which they are signed in from this network.
  const account = (await isKnown(email, ip)) ? 0 : await count({ kind: "account", of: email });
  if (account > 0) return account;
  return network === null ? 0 : count({ kind: "network", of: network });
}

/** Takes a guess back, because the password was right. */
export async function forgiveSignIn(email: string, ip: string | null): Promise<void> {
  const network = ip !== null && ipaddr.isValid(ip) ? networkOf(ip) : null;
  await pool().query(`delete from login_failure where "keyHash" = $1`, [hashOf({ kind: "pair", of: `${email}\n${network ?? ""}` })]);
  const others = [hashOf({ kind: "account", of: email }), ...(network === null ? [] : [hashOf({ kind: "network", of: network })])];
  await pool().query(`update login_failure set count = greatest(0, count - 1) where "keyHash" = any($1)`, [others]);
}

/** `waitSeconds`: 0: go on. `isLastFree`: this guess is the last one before each costs a wait. */
type CountedCode = { waitSeconds: number; isLastFree: boolean };

/** Counts a code that somebody gives who knows the password, or is signed in. */
export async function countCode(userId: string, ip: string | null): Promise<CountedCode> {
  const network = ip !== null && ipaddr.isValid(ip) ? networkOf(ip) : null;
  const held = network === null ? 0 : await waitOf({ kind: "network", of: network });
  if (held > 0) return { waitSeconds: held, isLastFree: false };
  const pair = await counted({ kind: "pair", of: `code\n${userId}\n${network ?? ""}` });
  if (pair.waitSeconds > 0) return pair;
  const { rows } = await pool().query<{ email: string }>(`select email from "user" where id = $1`, [userId]);
  const account = (await isKnown(rows[0]?.email ?? "", ip)) ? goOn : await counted({ kind: "code", of: userId });
  if (account.waitSeconds > 0) return account;
  const waitSeconds = network === null ? 0 : await count({ kind: "network", of: network });
  return { waitSeconds, isLastFree: pair.isLastFree || account.isLastFree };
}

const goOn: CountedCode = { waitSeconds: 0, isLastFree: false };

/** Takes a code back, because it was right. */
export async function forgiveCode(userId: string, ip: string | null): Promise<void> {
  const network = ip !== null && ipaddr.isValid(ip) ? networkOf(ip) : null;
  await pool().query(`delete from login_failure where "keyHash" = $1`, [hashOf({ kind: "pair", of: `code\n${userId}\n${network ?? ""}` })]);
  const others = [hashOf({ kind: "code", of: userId }), ...(network === null ? [] : [hashOf({ kind: "network", of: network })])];
  await pool().query(`update login_failure set count = greatest(0, count - 1) where "keyHash" = any($1)`, [others]);
}

/** Counts a guess that only a signed-in person can make, and answers the seconds to wait; 0: go on. */
export const countGuess = (of: string): Promise<number> => count({ kind: "pair", of });

export async function forgetGuesses(of: string): Promise<void> {
  await pool().query(`delete from login_failure where "keyHash" = $1`, [hashOf({ kind: "pair", of })]);
}

const count = async (subject: Subject): Promise<number> => (await counted(subject)).waitSeconds;

async function counted(subject: Subject): Promise<CountedCode> {
  const { free, forgetSeconds, atOnce } = limits[subject.kind];
  const { rows } = await pool().query<{ count: number }>({
    name: "count_guess",
    text: `insert into login_failure as f ("keyHash", count, "lastAt", "blockedUntil") values ($1, 1, now(), null)
           on conflict ("keyHash") do update set (count, "lastAt", "blockedUntil") = (
             select n, now(), case when n >= $2 then now() + make_interval(secs => least($4, $3 * power(2, least(n - $2, 20)))) end
             from (select 1 + case
               when $6 then case when f."lastAt" < now() - make_interval(secs => $5) then 0 else f.count end
               else greatest(0, f.count - floor(extract(epoch from now() - f."lastAt") / $5)::int) end) as counted(n))
           where f."blockedUntil" is null or f."blockedUntil" <= now()
           returning f.count`,
    values: [hashOf(subject), free, firstWaitSeconds, longestWaitSeconds[subject.kind], forgetSeconds, atOnce],
  });
  const [row] = rows;
  return row === undefined
    ? { waitSeconds: Math.max(1, await waitOf(subject)), isLastFree: false }
    : { waitSeconds: 0, isLastFree: row.count === free };
}

async function waitOf(subject: Subject): Promise<number> {
  const { rows } = await pool().query<{ seconds: number | null }>({
    name: "wait_of_guesser",
    text: `select ceil(extract(epoch from "blockedUntil" - now()))::int as seconds from login_failure where "keyHash" = $1 and "blockedUntil" > now()`,
    values: [hashOf(subject)],
  });
  return rows[0]?.seconds ?? 0;
}

/** Whether the account is signed in from this network. */
async function isKnown(email: string, ip: string | null): Promise<boolean> {
  if (ip === null || !ipaddr.isValid(ip)) return false;
  const { rows } = await pool().query<{ ip: string }>(
    `select distinct s.ip from session s join "user" u on u.id = s."userId" where u.email = $1 and s.ip is not null and s."expiresAt" > now() limit 100`,
    [email],
  );
  return rows.some((row) => ipaddr.isValid(row.ip) && networkOf(row.ip) === networkOf(ip));
}

const hashOf = ({ kind, of }: Subject): Buffer => createHash("sha256").update(`${kind}\n${of}`).digest();
