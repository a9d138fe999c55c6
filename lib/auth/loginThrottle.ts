/**
 * Failed sign-ins of one account from one address: after a few, each costs a wait that doubles. An attempt is counted
 * before the password is looked at, so that many at the same time gain nothing; a success forgets them.
 */
import { createHash } from "node:crypto";
import { pool } from "../db/client.ts";

const freeAttempts = 5;
const firstWaitSeconds = 30;
const longestWaitSeconds = 15 * 60;
const forgottenAfterSeconds = 24 * 3600;

/** Seconds to wait; 0: go on. */
export async function countAttempt(email: string, ip: string | null): Promise<number> {
  const keyHash = keyOf(email, ip);
  const { rowCount } = await pool().query({
    name: "count_login_attempt",
    text: `insert into login_failure as f ("keyHash", count, "lastAt", "blockedUntil") values ($1, 1, now(), null)
           on conflict ("keyHash") do update set
             count = case when f."lastAt" < now() - make_interval(secs => $5) then 1 else f.count + 1 end,
             "lastAt" = now(),
             "blockedUntil" = case
               when f."lastAt" < now() - make_interval(secs => $5) or f.count + 1 < $2 then null
               else now() + make_interval(secs => least($4, $3 * power(2, least(f.count + 1 - $2, 20)))) end
           where f."blockedUntil" is null or f."blockedUntil" <= now()`,
    values: [keyHash, freeAttempts, firstWaitSeconds, longestWaitSeconds, forgottenAfterSeconds],
  });
  if (rowCount !== 0) return 0;
  const { rows } = await pool().query<{ seconds: number }>(
    `select ceil(extract(epoch from "blockedUntil" - now()))::int as seconds from login_failure where "keyHash" = $1`,
    [keyHash],
  );
  return Math.max(1, rows[0]?.seconds ?? 1);
}

export async function forgetAttempts(email: string, ip: string | null): Promise<void> {
  await pool().query(`delete from login_failure where "keyHash" = $1 or "lastAt" < now() - make_interval(secs => $2)`, [
    keyOf(email, ip),
    forgottenAfterSeconds,
  ]);
}

const keyOf = (email: string, ip: string | null): Buffer =>
  createHash("sha256")
    .update(`${email}\n${ip ?? ""}`)
    .digest();
