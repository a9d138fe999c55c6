/** A received request sent to a URL that is no endpoint, to see what it would answer there. */
import type { Actor } from "../../actor.ts";
import type { ReplayElsewhereIn, ReplayElsewhereOut, ReplayedResponse } from "../../contract/sourceTools.ts";
import { prisma } from "../../db/client.ts";
import { getSource } from "../../db/sources.ts";
import { env } from "../../env.ts";
import { AppError } from "../../errors.ts";
import type { Whose } from "../../names.ts";
import { forwardOf } from "../../webhooks/forward.ts";
import { hopsHeader } from "../../words/hops.ts";
import { recordAudit } from "../audit/audit.ts";
import { requireSendable } from "../endpoint/endpointUrls.ts";
import { fetchOutside } from "../shared/outbound.ts";
import { whoseOf } from "../shared/whose.ts";
import type { CameIn } from "./receivedAcceptance.ts";
import { withoutOwn } from "./receivedHead.ts";
import { receivedOf } from "./receivedRequests.ts";
import { keptRequest } from "./release.ts";
import { readLastAnswer } from "../../db/sql/log/attempts.ts";

const keptBytes = 20_000;

export async function replayElsewhere(actor: Actor, id: string, { url, against }: ReplayElsewhereIn): Promise<ReplayElsewhereOut> {
  const row = await receivedOf(actor, id);
  const target = await requireSendable(actor, url);
  const other = against ? await requireSendable(actor, against, ["body", "against"]) : null;
  const [kept, source] = await Promise.all([keptRequest(row), getSource(row.sourceId)]);
  const request = kept === null || source === null ? kept : { ...kept, head: withoutOwn(source, kept.head) };
  if (request === null) throw new AppError("bad_request", "Its body was not kept, so it can't be sent");
  await recordAudit(actor, prisma(), "receivedRequest.replayed", id, { url: target, ...(other === null ? {} : { against: other }) });
  const whose = whoseOf(actor);
  const [response, comparedWith] = await Promise.all([
    send(request, target, whose),
    other === null ? lastAttemptOf(row.messageId) : send(request, other, whose),
  ]);
  return { response, comparedWith, differences: comparedWith === null ? [] : differencesOf(response, comparedWith) };
}

async function send({ method, head, body, contentType, id }: CameIn, url: string, whose: Whose): Promise<ReplayedResponse> {
  const along = forwardOf({ headers: "all", names: [], path: false, query: false }, head, id);
  const headers = {
    ...Object.fromEntries(along.headers),
    [hopsHeader]: String(along.hops),
    "user-agent": "Webster (+webhooks; replay)",
    ...(contentType === null ? {} : { "content-type": contentType }),
  };
  const sent = body.length === 0 && (method === "GET" || method === "HEAD") ? null : body;
  const fetched = await fetchOutside({
    url,
    method,
    headers,
    body: sent,
    whose,
    deadlineMs: env().attemptTimeoutMs,
    maximumBytes: keptBytes,
  });
  const { durationMs } = fetched;
  if (!fetched.ok) return { url, status: null, headers: {}, body: "", error: fetched.reason, durationMs };
  return { url, status: fetched.status, headers: fetched.headers, body: fetched.body.toString(), error: null, durationMs };
}

async function lastAttemptOf(messageId: string | null): Promise<ReplayedResponse | null> {
  if (messageId === null) return null;
  const row = await readLastAnswer(messageId);
  if (row === undefined) return null;
  const { url, status, headers, response, errorClass, durationMs } = row;
  const answered = status > 0;
  return {
    url,
    durationMs,
    status: answered ? status : null,
    headers: headers ?? {},
    body: answered ? (response ?? "") : "",
    error: answered ? null : (response ?? errorClass),
  };
}

/** Headers whose difference says nothing. */
const untold = new Set(["date"]);

function differencesOf(one: ReplayedResponse, other: ReplayedResponse): ReplayElsewhereOut["differences"] {
  const names = [...new Set([...Object.keys(one.headers), ...Object.keys(other.headers)])].filter((name) => !untold.has(name)).toSorted();
  const rows: [string, string | null, string | null][] = [
    ["status", textOf(one.status), textOf(other.status)],
    ["error", one.error, other.error],
    ...names.map((name): [string, string | null, string | null] => [
      `header ${name}`,
      one.headers[name] ?? null,
      other.headers[name] ?? null,
    ]),
    ["body", one.body, other.body],
    ["duration", `${one.durationMs} ms`, `${other.durationMs} ms`],
  ];
  return rows.filter(([, value, otherValue]) => value !== otherValue).map(([what, value, otherValue]) => ({ what, value, otherValue }));
}

const textOf = (status: number | null): string | null => (status === null ? null : String(status));
