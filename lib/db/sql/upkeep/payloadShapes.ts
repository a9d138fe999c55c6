/**
 * Sampling payloads for the shapes of event types (`payload_shape`). Each type has a moment at which it is read next: soon after
 * a reading that found something new, less often where nothing happens. A reading takes the newest messages since the last.
 */
import { pool } from "../../client.ts";
import { dueNow } from "../hot/keys.ts";
import { isOfType } from "../isOf.ts";

export type DueShape = {
  environmentId: string;
  eventType: string;
  shape: string | null;
  refusals: string | null;
  readUntil: Date;
  waitSeconds: number;
  /** The event type's, as they are stored. */
  schemas: string | null;
};

export type SampledMessage = { id: string; createdAt: Date; payloadBytes: number };
export type SampledPayload = SampledMessage & { payload: Buffer; contentType: string | null; sealedForward: Buffer | null };

/** Begins shapes of event types that have none yet. */
export async function begin(oldest: Date, limit: number): Promise<void> {
  await pool().query(
    `insert into payload_shape ("environmentId", "eventType", "readUntil", "nextReadAt")
     select t."environmentId", t."name", $1, ${dueNow} from event_type t
     where not exists (select from payload_shape s where s."environmentId" = t."environmentId" and s."eventType" = t."name") limit $2
     on conflict do nothing`,
    [oldest, limit],
  );
}

/** Those whose turn it is, the longest waiting first. */
export async function due(limit: number): Promise<DueShape[]> {
  const { rows } = await pool().query<DueShape>(
    `select s."environmentId", s."eventType", s."shape", s."refusals", s."readUntil", s."waitSeconds", t."schemas"
     from payload_shape s join event_type t on t."environmentId" = s."environmentId" and t."name" = s."eventType"
     where s."nextReadAt" <= now() order by s."nextReadAt" limit $1`,
    [limit],
  );
  return rows;
}

/** The newest messages since the last reading, the oldest first. */
export async function newestOf({ environmentId, eventType, readUntil }: DueShape, limit: number): Promise<SampledMessage[]> {
  const { rows } = await pool().query<SampledMessage>(
    `select m."id", m."createdAt", m."payloadBytes" from message m
     where ${isOfType("$1", "$2")} and m."createdAt" > $3 order by m."createdAt" desc limit $4`,
    [environmentId, eventType, readUntil, limit],
  );
  return rows.toReversed();
}

/** The payload, unless it has been deleted. */
export async function payloadOf({ id, createdAt }: SampledMessage): Promise<SampledPayload | null> {
  const { rows } = await pool().query<SampledPayload>(
    `select "id", "createdAt", "payloadBytes", "payload", "contentType", "sealedForward" from message
     where "id" = $1 and "createdAt" = $2 and "payload" is not null and ("payloadExpiresAt" is null or "payloadExpiresAt" > now())`,
    [id, createdAt],
  );
  return rows[0] ?? null;
}

type Reading = Pick<DueShape, "environmentId" | "eventType" | "shape" | "refusals" | "readUntil" | "waitSeconds"> & { seenAt: Date };

export async function store({ environmentId, eventType, shape, refusals, seenAt, readUntil, waitSeconds }: Reading): Promise<void> {
  await pool().query(
    `update payload_shape set "shape" = $3, "refusals" = $4, "seenAt" = $5, "readUntil" = $6, "waitSeconds" = $7::int,
       "nextReadAt" = now() + make_interval(secs => $7::int) where "environmentId" = $1 and "eventType" = $2`,
    [environmentId, eventType, shape, refusals, seenAt, readUntil, waitSeconds],
  );
}

/**
 * There was nothing to read. The next reading asks only for the days since, but for what may just be being stored: of many quiet
 * types, each would look into every day that is kept.
 */
export async function postpone({ environmentId, eventType }: DueShape, waitSeconds: number): Promise<void> {
  await pool().query(
    `update payload_shape set "waitSeconds" = $3::int, "nextReadAt" = now() + make_interval(secs => $3::int),
       "readUntil" = greatest("readUntil", now() - interval '1 minute')
     where "environmentId" = $1 and "eventType" = $2`,
    [environmentId, eventType, waitSeconds],
  );
}
