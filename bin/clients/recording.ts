/** The clients' requests, without ids, moments and secrets: kept in requests.json, and sent again by requests.test.ts. */
import type { Verdict } from "./judge.ts";
import { emptied, emptiedText, type Json } from "./text.ts";

export type RecordedRequest = {
  /** The operation's name in examples/. */
  operation: string;
  method: string;
  /** The path, with `{names}`, as everything here. */
  path: string;
  query?: [string, string][];
  /** The content type, where it is not plainly `application/json` with a body, or nothing without one. */
  contentType?: string;
  body?: Json;
  /** The clients that send it so. */
  by: string[];
};

type Run = { language: string; version: string; verdicts: Verdict[] };

/** Requests in the order of operations; what several clients send alike is there once. */
export function recordedRequests(runs: Run[]): RecordedRequest[] {
  const found = new Map<string, RecordedRequest>();
  for (const { language, version, verdicts } of runs)
    for (const verdict of verdicts) {
      const request = requestOf(verdict);
      if (request === null) continue;
      const key = JSON.stringify(request);
      const known = found.get(key) ?? { ...request, by: [] };
      if (!known.by.includes(`${language} ${version}`)) known.by.push(`${language} ${version}`);
      found.set(key, known);
    }
  return [...found.values()].toSorted((a, b) => (a.operation < b.operation ? -1 : Number(a.operation > b.operation)));
}

function requestOf({ kind, request, prepared }: Verdict): Omit<RecordedRequest, "by"> | null {
  if (request === null || prepared === null || (kind !== "works" && kind !== "refused")) return null;
  const { made } = prepared.fixtures;
  const [path = "", query = ""] = request.path.split("?");
  const pairs = [...new URLSearchParams(query)].map(([name, value]): [string, string] => [name, emptiedText(value, made)]);
  const hasBody = request.body.length > 0;
  const contentType = request.headers["content-type"];
  return {
    operation: prepared.name,
    method: request.method,
    path: emptiedText(decodeURIComponent(path), made),
    ...(pairs.length === 0 ? {} : { query: pairs.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))) }),
    ...(contentType === undefined || (hasBody && contentType === "application/json") ? {} : { contentType }),
    ...(hasBody ? { body: sorted(emptied(JSON.parse(request.body.toString()), made)) } : {}),
  };
}

/** The value with sorted members: their order is no difference. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}
