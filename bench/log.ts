/**
 * How long the log takes, for a grid of filters and depths, asked of a running Webster one request at a time:
 *   npm run seed -- --deliveries 1000000
 *   npm start, and in another terminal: node bin/start.mjs --run bench/log.ts --key wk_… [--url http://127.0.0.1:3000] [--requests 10]
 */
import { parseArgs } from "node:util";
import { Agent, setGlobalDispatcher } from "undici";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:3000" },
    key: { type: "string", default: "" },
    requests: { type: "string", default: "10" },
  },
});
const requests = Number(values.requests);
const depths = [0, 0.3, 0.6, 0.9];
const dayMs = 86_400_000;

setGlobalDispatcher(new Agent({ connections: 1 }));

type Row = { messageId: string; endpointId: string; applicationId: string; eventType: string; createdAt: string };
type Page = { data: Row[]; iterator: string | null; done: boolean };

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${values.url}/api/v1${path}`, { headers: { authorization: `Bearer ${values.key}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function timed(path: string): Promise<number> {
  const startedMs = performance.now();
  await ask(path);
  return performance.now() - startedMs;
}

const quantile = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The newest rows, of which `extremes` gives the most frequent value and the rarest. */
async function samples(): Promise<{ rows: Row[]; extremes: (of: (row: Row) => string) => [string, string] }> {
  const rows: Row[] = [];
  let iterator = "";
  for (let i = 0; i < 8; i++) {
    const page = await ask<Page>(`/delivery?limit=250${iterator}`);
    rows.push(...page.data);
    iterator = `&iterator=${page.iterator}`;
  }
  const extremes = (of: (row: Row) => string): [string, string] => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(of(row), (counts.get(of(row)) ?? 0) + 1);
    const sorted = [...counts].sort((one, other) => other[1] - one[1]).map(([name]) => name);
    return [sorted[0] ?? "", sorted.at(-1) ?? ""];
  };
  return { rows, extremes };
}

async function filters(): Promise<string[]> {
  const { rows, extremes } = await samples();
  const [endpoint, quietEndpoint] = extremes(({ endpointId }) => endpointId);
  const [application, quietApplication] = extremes(({ applicationId }) => applicationId);
  const [type, rareType] = extremes(({ eventType }) => eventType);
  const yesterday = encodeURIComponent(new Date(Date.now() - dayMs).toISOString());
  const single = [
    "",
    ...["succeeded", "failed", "pending", "cancelled", "failed,pending"].map((status) => `status=${status}`),
    ...["200", "204", "503", "429", "5xx", "0", "418"].map((code) => `http_status=${code}`),
    ...["timeout", "tls", "internal"].map((name) => `error_class=${name}`),
    ...[2, 8, 100].map((count) => `min_attempts=${count}`),
    ...[type, rareType, "audit.alarm", "never.seen"].map((name) => `event_types=${name}`),
    ...[endpoint, quietEndpoint].map((id) => `endpoint_id=${id}`),
    ...[application, quietApplication].map((id) => `application_id=${id}`),
    `message_id=${rows[0]?.messageId}`,
    `after=${yesterday}`,
  ];
  const combined = [
    `event_types=${rareType}&status=failed`,
    `event_types=${type}&http_status=429`,
    `event_types=audit.alarm&status=failed`,
    `event_types=${rareType},${type}&status=succeeded`,
    `event_types=${rareType}&http_status=204`,
    `event_types=${rareType}&status=pending`,
    `endpoint_id=${endpoint}&status=failed&error_class=tls`,
    `endpoint_id=${endpoint}&event_types=audit.alarm`,
    `endpoint_id=${endpoint}&event_types=${rareType}&http_status=204`,
    `endpoint_id=${quietEndpoint}&status=failed`,
    `application_id=${application}&event_types=${rareType}`,
    `application_id=${application}&status=failed&http_status=404`,
    `application_id=${quietApplication}&error_class=dns`,
    `status=succeeded&min_attempts=4`,
    `status=pending&min_attempts=1&error_class=refused`,
    `status=cancelled&event_types=${rareType}`,
    `status=succeeded&event_types=never.seen`,
    `http_status=204&status=pending`,
  ];
  return [...single, ...combined];
}

type Measured = { name: string; sorted: number[] };

async function measure(filter: string): Promise<Measured[]> {
  const oldest = await ask<Page>(`/delivery?limit=1&iterator=`);
  const newestMs = Date.parse(oldest.data[0]?.createdAt ?? "");
  const measured: Measured[] = [];
  for (const depth of depths) {
    const before = encodeURIComponent(new Date(newestMs - depth * spanMs).toISOString());
    const start =
      depth === 0 ? null : (await ask<Page>(`/delivery?limit=1&${filter}${filter.includes("after=") ? "" : `&before=${before}`}`)).iterator;
    if (depth > 0 && start === null) continue;
    const path = `/delivery?limit=50&${filter}${start === null ? "" : `&iterator=${start}`}`;
    measured.push({ name: `${filter || "everything"} @${depth}`, sorted: await repeat(path) });
  }
  measured.push({ name: `count ${filter || "everything"}`, sorted: await repeat(`/delivery/count?${filter}`) });
  return measured;
}

async function repeat(path: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < requests; i++) times.push(await timed(path));
  return times.sort((one, other) => one - other);
}

const spanMs = 14 * dayMs;
const all: Measured[] = [];
for (const filter of await filters()) all.push(...(await measure(filter)));
for (const { name, sorted } of all)
  console.log(
    `${quantile(sorted, 0).toFixed(1).padStart(8)} ${quantile(sorted, 0.5).toFixed(1).padStart(8)} ${quantile(sorted, 0.95).toFixed(1).padStart(8)}  ${name}`,
  );
const lists = all
  .filter(({ name }) => !name.startsWith("count"))
  .flatMap(({ sorted }) => sorted)
  .sort((one, other) => one - other);
const counts = all
  .filter(({ name }) => name.startsWith("count"))
  .flatMap(({ sorted }) => sorted)
  .sort((one, other) => one - other);
// On a machine that does other things too, each case's quickest answer says most about the statement.
const best = all
  .filter(({ name }) => !name.startsWith("count"))
  .map(({ sorted }) => quantile(sorted, 0))
  .sort((one, other) => one - other);
const bestCounts = all
  .filter(({ name }) => name.startsWith("count"))
  .map(({ sorted }) => quantile(sorted, 0))
  .sort((one, other) => one - other);
console.log(`\nms                    p50      p95      p99      max`);
for (const [name, sorted] of [
  ["pages", lists],
  ["counts", counts],
  ["pages, quickest", best],
  ["counts, quickest", bestCounts],
] as const)
  console.log([name.padEnd(18), ...[0.5, 0.95, 0.99, 1].map((share) => quantile(sorted, share).toFixed(1).padStart(6))].join("   "));
