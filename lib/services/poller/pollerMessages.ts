/** What a polling endpoint gives of a page of the feed: what its filter lets pass, as its transformation makes it. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import type { Poller } from "../../db/generated/client.ts";
import type { FeedPage, FeedRow } from "../../db/sql/hot/feed.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { env } from "../../env.ts";
import { AppError } from "../../errors.ts";
import { type Code, transform } from "../../sandbox/transform.ts";
import { messageSubject } from "../../webhooks/filterSubject.ts";
import { messageBody } from "../../webhooks/messageBody.ts";
import { noteBeyond } from "../shared/filterNotes.ts";
import { storedFilter } from "../shared/filterColumns.ts";
import { PageRoom } from "../shared/pages.ts";
import { stringify } from "../shared/rawJson.ts";
import { showMessage } from "../message/messageContent.ts";
import { noSandbox, openVariables } from "../transformation/transformations.ts";

/**
 * What the poller's filter lets pass of messages that its event types and channels have let pass. Others have their turn between
 * two: asking a filter of a large message takes its time.
 */
export function passing(poller: Pick<Poller, "id" | "filter">): (rows: FeedRow[]) => Promise<FeedRow[]> {
  const filter = storedFilter(poller);
  return async (rows) => {
    if (filter === null) return rows;
    const passed: FeedRow[] = [];
    for (const row of rows) {
      await turnOfOthers();
      const subject = messageSubject({ ...row, forward: openForward(row.id, row.sealedForward) }, env().maxPayloadBytes);
      if (filter.matches(subject)) passed.push(row);
      noteBeyond(subject.work, "poller", { pollerId: poller.id, messageId: row.id });
    }
    return passed;
  };
}

/** The poller's code, enabled or not; null: there is none. */
export const codeOf = ({ id, transformation, sealedVariables }: Poller): Code | null =>
  transformation === null ? null : { code: transformation, variables: openVariables(id, sealedVariables) };

type Given = ReturnType<typeof showMessage> & { headers: Record<string, string> | null };

/** Time for the code on one page; messages for which none is left come with the next call. */
const transformingMs = 5_000;

/**
 * The messages of a page as they are given. `place`: to go on after. A message that the code fails on ends the page before it,
 * so that none is lost; if it comes first, throws `conflict` with the reason.
 */
export async function give(poller: Poller, { rows, place, done }: FeedPage): Promise<{ data: Given[]; place: string; done: boolean }> {
  const code = poller.transformationEnabled ? codeOf(poller) : null;
  const room = new PageRoom();
  const data: Given[] = [];
  const startedMs = performance.now();
  let reached: string | null = null;
  for (const row of rows) {
    const isLate = performance.now() - startedMs > transformingMs;
    const make = () => (code === null ? asItIs(row) : run(poller, code, row, reached === null));
    const made = isLate && reached !== null ? null : await make();
    const isTooMuch = made?.kind === "given" && !room.take(bytesOf(row, made.message));
    if ((made === null || isTooMuch) && reached !== null) return { data, place: reached, done: false };
    if (made?.kind === "given") data.push(made.message);
    reached = row.place;
  }
  return { data, place, done };
}

const asItIs = (row: FeedRow) => ({ kind: "given", message: { ...showMessage(row, true), headers: null } }) as const;

/** What was not packed is as much as it was counted for. */
const bytesOf = ({ payload, sealedForward }: FeedRow, message: Given): number =>
  sealedForward === null ? payload.length : stringify(message).length;

/** Runs the code on one message. Null: it failed. Throws why if it is the `first`, because nothing else could be answered. */
async function run(
  { id: owner, applicationId }: Poller,
  code: Code,
  row: FeedRow,
  first: boolean,
): Promise<{ kind: "given"; message: Given } | { kind: "left out" } | null> {
  const { id, eventType, payload, contentType, sealedForward } = row;
  const whose = { tenant: applicationId, owner };
  const body = messageBody({ payload, contentType, forward: openForward(id, sealedForward) }, env().maxPayloadBytes);
  const made = await transform(code, { whose, url: null, headers: {}, eventType, payload, contentType, body });
  switch (made.kind) {
    case "ready": {
      // What the code wrote is packed in no way.
      const packing = made.payload === payload ? sealedForward : null;
      const content = { payload: made.payload, contentType: made.contentType, sealedForward: packing };
      const message = showMessage({ ...row, ...content, eventType: made.eventType }, true);
      return { kind: "given", message: { ...message, headers: Object.keys(made.headers).length > 0 ? made.headers : null } };
    }
    case "cancelled":
      return { kind: "left out" };
    case "failed":
      if (first) throw new AppError("conflict", `The transformation failed on ${row.id}: ${made.message}`);
      return null;
    case "unavailable":
      if (first) throw noSandbox();
      return null;
  }
}
