/** What a source has received and verified, for trying filters and transformations on. */
import { logPool } from "../../db/client.ts";
import { type ReceivedLogRow, receivedColumns, receivedFrom } from "../../db/sql/log/receivedLog.ts";
import type { SourceSnapshot } from "../../db/sources.ts";
import { type Verified, judge, maximumBytesOf } from "./judge.ts";
import { incomingOf } from "./pipeline.ts";
import type { CameIn } from "./receivedAcceptance.ts";
import { keptRequest } from "./release.ts";
import { isOf } from "../../db/sql/isOf.ts";

/** `kept` null: the request's body is gone. */
export type RecentRequest = { row: ReceivedLogRow; kept: { request: CameIn; verified: Verified } | null };

const requestsTogether = 50;
/** The size of all bodies together; requests beyond it are not looked at. */
const maximumBytes = 64 * 1024 * 1024;

/** The source's requests, the newest first. */
export async function* recentRequests(source: SourceSnapshot, limit: number): AsyncGenerator<RecentRequest> {
  let place = { createdAt: new Date("9999-01-01"), id: "" };
  let bytes = 0;
  for (let left = limit; left > 0; left -= requestsTogether) {
    const { rows } = await logPool().query<ReceivedLogRow>(
      `select ${receivedColumns} from ${receivedFrom}
       where ${isOf(`r."sourceId"`, "$1")} and (r."verdict" in ('accepted', 'released', 'filtered', 'pending') or r."reason" = 'transformation')
         and r."createdAt" <= $2 and (r."createdAt", r."id") < ($2, $3)
       order by r."createdAt" desc, r."id" desc limit $4`,
      [source.id, place.createdAt, place.id, Math.min(left, requestsTogether)],
    );
    for (const row of rows) {
      if (bytes > maximumBytes) return;
      const request = await keptRequest(row);
      bytes += request?.body.length ?? 0;
      yield { row, kept: request === null ? null : await understood(source, request) };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < requestsTogether) return;
    place = last;
  }
}

/** What the source makes of a request before its filter and its code. Null: it no longer takes it. */
export async function understood(source: SourceSnapshot, request: CameIn): Promise<RecentRequest["kept"]> {
  const incoming = incomingOf(request, maximumBytesOf(source));
  const verified = await judge(source, incoming, request.createdAt.getTime(), { signature: true, filter: true });
  return verified.kind === "verified" ? { request, verified } : null;
}
