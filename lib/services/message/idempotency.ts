/**
 * A POST with an Idempotency-Key is carried out once: whoever repeats it, also at the same time, gets the first one's
 * answer, whatever the repetition says: applications build a payload anew at each retry, and a refusal would have them
 * record a failure of what went out. Kept for 12 hours, and only if it succeeded. The row's states: under way (status null) → answered.
 * A row under way whose process died runs out, and the next request takes it over.
 */
import { createHash } from "node:crypto";
import type { Actor } from "../../actor.ts";
import { pool } from "../../db/client.ts";
import { invalid } from "../../errors.ts";
import { log } from "../../log.ts";
import { sealer } from "../../seal.ts";
import { singleton } from "../../singleton.ts";

/** Hashes of who asks for what, and of what exactly. */
export type Idempotency = { keyHash: Buffer<ArrayBuffer>; requestHash: Buffer<ArrayBuffer> };

export type Answer = { status: number; text: string | null };

const keptSeconds = 12 * 3600;
const underWaySeconds = 30;
const pollMs = 100;
const maximumKeyLength = 256;

/** The hashes of a request; null without a key. `url` with its query. */
export function idempotencyOf(actor: Actor, key: string | undefined, url: string, body: Uint8Array): Idempotency | null {
  if (key === undefined || key === "") return null;
  if (key.length > maximumKeyLength) throw invalid(["header", "idempotency-key"], `The key is longer than ${maximumKeyLength} characters`);
  const keyHash = createHash("sha256").update(`${actor.environmentId}\n${actor.id}\n${url}\n${key}`).digest();
  return { keyHash, requestHash: createHash("sha256").update(body).digest() };
}

/** The hashes of a part of a request, such as one message of a batch. `body`: the part's. */
export function partOf(whole: Idempotency, position: number, body: Uint8Array): Idempotency {
  const keyHash = createHash("sha256").update(whole.keyHash).update(`#${position}`).digest();
  return { keyHash, requestHash: createHash("sha256").update(body).digest() };
}

/** The hashes of a request about this endpoint alone, and not about another that has its uid later. */
export function ofEndpoint({ keyHash, requestHash }: Idempotency, endpointId: string): Idempotency {
  return { keyHash: createHash("sha256").update(keyHash).update(endpointId).digest(), requestHash };
}

/** Whether the key came again with another body, which is then in the log: it is no fault, but may be one of the caller's. */
export function noteOtherRequest(first: Uint8Array, now: Idempotency): boolean {
  if (Buffer.compare(first, now.requestHash) === 0) return false;
  log.info({ key: now.keyHash.toString("hex").slice(0, 12) }, "idempotency.other_request");
  return true;
}

/** Lets go of a key that has this answer, as it is stored: the next request with it is the first again. */
export async function giveBack(keyHash: Uint8Array, response: Uint8Array | null): Promise<void> {
  await pool().query({
    name: "give_back_idempotency",
    text: `delete from idempotency where "keyHash" = $1 and status is not null and response is not distinct from $2`,
    values: [keyHash, response],
  });
}

type UnderWay = { requestHash: Buffer; done: Promise<unknown> };
const here = (): Map<string, UnderWay> => singleton("idempotency", () => new Map<string, UnderWay>());

/** What a request is about, as its URL names it, by ids or uids. `within`: the endpoint or destination. */
export type About = { actor: Actor; application?: string | undefined; source?: string | undefined; within?: string | undefined };

/**
 * Answers a repeated request with the first one's answer, else runs. Answers other than 2xx are not kept, and what was answered of
 * something that was deleted is none of what has its uid now.
 */
export async function once(request: Idempotency, run: () => Promise<Answer>, about: About | null = null): Promise<Answer> {
  const key = request.keyHash.toString("base64");
  for (;;) {
    // A request that is under way in this process is waited for without asking the database.
    const first = here().get(key);
    if (first !== undefined) {
      noteOtherRequest(first.requestHash, request);
      await first.done.catch(() => undefined);
      continue;
    }
    const attempt = claimAndRun(request, run, about);
    here().set(key, { requestHash: request.requestHash, done: attempt });
    try {
      const answer = await attempt;
      if (answer !== "elsewhere") return answer;
    } finally {
      here().delete(key);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Runs the request unless somebody has. "elsewhere": another process is at it. */
async function claimAndRun(request: Idempotency, run: () => Promise<Answer>, about: About | null): Promise<Answer | "elsewhere"> {
  const claimedAt = await claim(request);
  if (claimedAt === null) return replay(request, about);
  let answer: Answer;
  try {
    answer = await run();
  } catch (error) {
    await release(request, claimedAt).catch(() => undefined);
    throw error;
  }
  if (answer.status < 200 || answer.status > 299) await release(request, claimedAt);
  else await keep(request, claimedAt, answer);
  return answer;
}

/** The claim's moment, as text, which tells it from others' claims of the same key. */
async function claim({ keyHash, requestHash }: Idempotency): Promise<string | null> {
  const { rows } = await pool().query<{ claimedAt: string }>({
    name: "claim_idempotency",
    text: `insert into idempotency as i ("keyHash", "requestHash", "createdAt", "expiresAt")
           values ($1, $2, clock_timestamp(), now() + make_interval(secs => $3))
           on conflict ("keyHash") do update
             set "requestHash" = excluded."requestHash", status = null, response = null,
                 "createdAt" = excluded."createdAt", "expiresAt" = excluded."expiresAt"
             where i."expiresAt" <= now()
           returning "createdAt"::text as "claimedAt"`,
    values: [keyHash, requestHash, underWaySeconds],
  });
  return rows[0]?.claimedAt ?? null;
}

type Kept = { requestHash: Buffer; status: number | null; response: Buffer | null; answeredAt: Date };

async function replay(request: Idempotency, about: About | null): Promise<Answer | "elsewhere"> {
  const { keyHash } = request;
  const { rows } = await pool().query<Kept>({
    name: "replay_idempotency",
    text: `select "requestHash", status, response, "expiresAt" - make_interval(secs => $2) as "answeredAt"
           from idempotency where "keyHash" = $1`,
    values: [keyHash, keptSeconds],
  });
  const row = rows[0];
  // The row is gone: the first request failed, so it is our turn.
  if (row === undefined) return "elsewhere";
  if (row.status === null) return "elsewhere";
  if (about !== null && (await isYounger(about, row.answeredAt))) {
    await giveBack(keyHash, row.response);
    return "elsewhere";
  }
  noteOtherRequest(row.requestHash, request);
  return { status: row.status, text: row.response === null ? null : sealer().open(sealId(keyHash), row.response).toString() };
}

/** Whether something that the URL names was made after this moment. Without an application or a source it is about operational webhooks. */
async function isYounger({ actor, application, source, within }: About, moment: Date): Promise<boolean> {
  const { rows } = await pool().query<{ isYounger: boolean }>({
    name: "younger_than_idempotency",
    text: `with holder as (
             select id, "createdAt" from application
             where "environmentId" = $1 and "deletedAt" is null and (id = $2 or uid = $2)
             union all
             select "applicationId", "createdAt" from source where "environmentId" = $1 and (id = $3 or uid = $3)
             union all
             select a.id, a."createdAt" from application a join environment e on e.id = a."environmentId"
             where e."operationalOfId" = $1 and a."deletedAt" is null and $2::text is null and $3::text is null
           )
           select coalesce(max("createdAt") > $5, false) as "isYounger" from (
             select "createdAt" from holder
             union all
             select n."createdAt" from holder join endpoint n on n."applicationId" = holder.id and n.uid = $4 and n."deletedAt" is null
             union all
             select n."createdAt" from holder join poller n on n."applicationId" = holder.id and n.uid = $4
           ) named`,
    values: [actor.environmentId, application ?? null, source ?? null, within ?? null, moment],
  });
  return rows[0]?.isYounger ?? false;
}

// Answers may hold keys and tokens, which must not lie in the database in the clear.
async function keep({ keyHash }: Idempotency, claimedAt: string, { status, text }: Answer): Promise<void> {
  await pool().query({
    name: "keep_idempotency",
    text: `update idempotency set status = $3, response = $4, "expiresAt" = now() + make_interval(secs => $5)
           where "keyHash" = $1 and "createdAt" = $2::timestamptz and status is null`,
    values: [keyHash, claimedAt, status, text === null ? null : sealer().seal(sealId(keyHash), text), keptSeconds],
  });
}

async function release({ keyHash }: Idempotency, claimedAt: string): Promise<void> {
  await pool().query({
    name: "release_idempotency",
    text: `delete from idempotency where "keyHash" = $1 and "createdAt" = $2::timestamptz and status is null`,
    values: [keyHash, claimedAt],
  });
}

const sealId = (keyHash: Buffer): string => `idempotency:${keyHash.toString("hex")}`;
