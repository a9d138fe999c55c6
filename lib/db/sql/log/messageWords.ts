/**
 * Messages by words of their payloads (`message_search`). A word is kept as eight bytes of a hash of environment and word: no
 * environment's words are another's, and the index knows no texts.
 */
import { createHash } from "node:crypto";
import { AppError } from "../../../errors.ts";
import { logPool } from "../../client.ts";
import { plainArray } from "../parameters.ts";

/** Words as they are kept: whole numbers of 64 bits, as text. */
export const searchKeys = (environmentId: string, words: readonly string[]): string[] =>
  words.map((word) => createHash("sha256").update(`${environmentId}\0${word}`).digest().readBigInt64BE(0).toString());

export type FoundMessage = { createdAt: Date; id: string };

type Reach = {
  since: Date;
  /** Excluded. */
  until: Date;
  /** Only messages beyond that one, in the direction of reading. Null: all. */
  beyond: FoundMessage | null;
  down: boolean;
  limit: number;
};

/** How long one look at the index may take. */
const searchTimeoutMs = 5_000;

/** Messages that have all of the words, and their payload still. Throws `bad_request` where words are too common for so many days. */
export async function findByWords(keys: readonly string[], { since, until, beyond, down, limit }: Reach): Promise<FoundMessage[]> {
  const [compare, way] = down ? ["<", "desc"] : [">", "asc"];
  const place = beyond === null ? "" : `and (s."createdAt", s."messageId") ${compare} ($5::timestamptz, $6::text)`;
  const client = await logPool().connect();
  let broken = true;
  try {
    await client.query(`begin read only; set local statement_timeout = ${searchTimeoutMs}`);
    // Words are hashed with their environment, which is not asked for beside them: that would let the planner walk along its key.
    const { rows } = await client.query<FoundMessage>(
      `select s."createdAt", s."messageId" as "id" from message_search s
       where s."words" @> $1::bigint[] and s."createdAt" >= $2 and s."createdAt" < $3 ${place} and exists (
         select from message m where m."id" = s."messageId" and m."createdAt" = s."createdAt" and m."payload" is not null
           and (m."payloadExpiresAt" is null or m."payloadExpiresAt" > now()))
       order by s."createdAt" ${way}, s."messageId" ${way} limit $4`,
      [plainArray(keys), since, until, limit, ...(beyond === null ? [] : [beyond.createdAt, beyond.id])],
    );
    await client.query("commit");
    broken = false;
    return rows;
  } catch (error) {
    throw (error as { code?: unknown }).code === "57014" ? tooCommon() : error;
  } finally {
    // A connection inside a transaction that failed must not go back.
    client.release(broken);
  }
}

const tooCommon = (): AppError =>
  new AppError("bad_request", "Too many messages have these words: search for more or rarer ones, or in fewer days");
