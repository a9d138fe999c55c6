/** `webster tail`: the log as it changes, with the dashboard's filters. */
import { setTimeout as wait } from "node:timers/promises";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import type { DeliveryChanged, ReceivedRequestChanged } from "../../lib/contract/eventStream.ts";
import type { ReceivedRequestOut } from "../../lib/contract/receivedRequest.ts";
import { isId } from "../../lib/ids.ts";
import { anotherServer, ask, type Call, clientOf, isForGood, refused } from "./client.ts";
import { CliError, type Io, plain, print, say } from "./io.ts";
import { type DeliveryFilters, isForServer, isShown, queryOf } from "./tailFilters.ts";
import { targetOf, type Target, type TargetOptions } from "./target.ts";

export type TailOptions = TargetOptions &
  DeliveryFilters & { lines: number; json?: boolean; received?: boolean; source?: string; verdict?: string[] };

const waitsMs = [250, 1_000, 5_000];
const maximumRemembered = 10_000;

export async function tail(options: TailOptions, io: Io): Promise<void> {
  const target = targetOf(options, io);
  const call = clientOf(target);
  const shown = new Map<string, string>();
  // When the newest of the rows that were seen was changed: what is older and was not shown is not news.
  let newest: string | null = null;
  const show = (rows: (DeliveryOut | ReceivedRequestOut)[]): void => {
    for (const row of rows) {
      if (newest === null || momentOf(row) > newest) newest = momentOf(row);
      const [key, state] = stateOf(row);
      if (shown.get(key) === state) continue;
      shown.delete(key);
      shown.set(key, state);
      for (const oldest of shown.keys()) if (shown.size > maximumRemembered) shown.delete(oldest);
      print(io, options.json === true ? JSON.stringify(row) : lineOf(row));
    }
  };
  const begin = async (): Promise<void> => {
    const rows = await rowsOf(call, options, Math.max(options.lines, 1));
    newest = rows.map(momentOf).toSorted().at(-1) ?? "";
    if (options.lines > 0) show(rows);
    else for (const row of rows) shown.set(...stateOf(row));
  };
  const latest = async (): Promise<void> => {
    const since = newest ?? "";
    show((await rowsOf(call, options, 100)).filter((row) => shown.has(stateOf(row)[0]) || momentOf(row) >= since));
  };
  for (let failures = 0; !io.stop.aborted;) {
    try {
      await follow(target, io.stop, async (event, data) => {
        failures = 0;
        if (event === "ready") {
          await (newest === null ? begin() : latest());
        } else if (event === "delivery.changed" && options.received !== true) {
          const { deliveries, more } = JSON.parse(data) as DeliveryChanged;
          if (!isForServer(options)) show(deliveries.filter((row) => isShown(row, options)));
          if (more || isForServer(options)) await latest();
        } else if (event === "received-request.changed" && options.received === true) {
          const { receivedRequests, more } = JSON.parse(data) as ReceivedRequestChanged;
          const isAsked = options.source !== undefined && !isId("source", options.source);
          if (!isAsked) show(receivedRequests.filter((row) => isReceivedShown(row, options)));
          if (more || isAsked) await latest();
        }
      });
    } catch (error) {
      if (io.stop.aborted) return;
      if (isForGood(error) || (failures === 0 && newest === null && error instanceof CliError)) throw error;
    }
    if (io.stop.aborted) return;
    const waitMs = waitsMs[Math.min(failures++, waitsMs.length - 1)] ?? 0;
    say(io, `The connection was lost: connecting again in ${waitMs / 1000} s.`);
    await wait(waitMs, undefined, { signal: io.stop }).catch(() => undefined);
  }
}

const isReceivedShown = ({ source, verdict }: ReceivedRequestOut, options: TailOptions): boolean =>
  (options.source === undefined || options.source === source.id) && (options.verdict === undefined || options.verdict.includes(verdict));

/** The rows of the log, the oldest first. */
async function rowsOf(call: Call, options: TailOptions, limit: number): Promise<(DeliveryOut | ReceivedRequestOut)[]> {
  const query = options.received === true ? receivedQuery(options) : queryOf(options);
  query.set("limit", String(limit));
  const path = options.received === true ? "/received-request" : "/delivery";
  const { data } = await call<{ data: (DeliveryOut | ReceivedRequestOut)[] }>("GET", `${path}?${query}`);
  return data.toReversed();
}

function receivedQuery({ source, verdict }: TailOptions): URLSearchParams {
  const query = new URLSearchParams();
  if (source !== undefined) query.set("source_id", source);
  if (verdict !== undefined) query.set("verdict", verdict.join(","));
  return query;
}

/** Server-sent events, until the stream ends. `take` is called for one after the other. */
async function follow(
  { url, apiKey, newKey }: Target,
  stop: AbortSignal,
  take: (event: string, data: string) => Promise<void>,
): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey ?? ""}`, accept: "text/event-stream" };
  const response = await ask(`${url}/api/v1/event-stream`, { headers, signal: stop, redirect: "manual" });
  if (response.status === 404)
    throw new CliError(`${url} has no live log.`, "tail follows a Webster; at Svix, use its own dashboard or `svix message-attempt`.");
  if (!response.ok || response.body === null) throw refused(url, response.status, await response.text(), { newKey });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    await response.body.cancel().catch(() => undefined);
    throw anotherServer(url);
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split(/\r?\n\r?\n/);
    text = events.pop() ?? "";
    for (const event of events) await take(fieldOf(event, "event"), fieldOf(event, "data"));
  }
}

const fieldOf = (event: string, name: string): string =>
  event
    .split(/\r?\n/)
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trimStart())
    .join("\n");

const isDelivery = (row: DeliveryOut | ReceivedRequestOut): row is DeliveryOut => "endpointId" in row;

const momentOf = (row: DeliveryOut | ReceivedRequestOut): string =>
  isDelivery(row) ? (row.lastAttemptAt ?? row.createdAt) : row.createdAt;

/** The key by which a row is known, and the part of it that is news. */
function stateOf(row: DeliveryOut | ReceivedRequestOut): [key: string, state: string] {
  if (!isDelivery(row)) return [row.id, row.verdict];
  return [`${row.messageId} ${row.endpointId}`, `${row.status} ${row.attemptCount}`];
}

function lineOf(row: DeliveryOut | ReceivedRequestOut): string {
  const cells = isDelivery(row)
    ? [
        timeOf(momentOf(row)),
        row.status.padEnd(9),
        resultOf(row).padEnd(10),
        row.eventType,
        row.messageId,
        row.applicationName,
        row.endpointUrl,
      ]
    : [timeOf(momentOf(row)), row.verdict.padEnd(9), row.eventType ?? "-", row.id, row.source.name, row.detail ?? ""];
  return plain(cells.join("  ")).trimEnd();
}

const timeOf = (moment: string): string => moment.slice(11, 19);

function resultOf({ lastStatusCode, lastErrorClass, attemptCount, maxAttempts }: DeliveryOut): string {
  if (lastStatusCode === null) return "-";
  const result = lastStatusCode === 0 ? (lastErrorClass ?? "no answer") : String(lastStatusCode);
  return attemptCount > 1 ? `${result} ${attemptCount}/${maxAttempts}` : result;
}
