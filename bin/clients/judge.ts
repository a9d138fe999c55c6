/** The verdict on each operation of a client: what its program says, held against what came through the proxy. */
import type { Called } from "./client.ts";
import { known } from "./known.ts";
import type { Prepared } from "./plan.ts";
import type { Recorded } from "./recorder.ts";

/** `refused`: `not_offered`, on purpose. `impossible`: the SDK can't, whatever the server says. */
export type Kind = "works" | "refused" | "impossible" | "failed";

export type Verdict = { operation: string; kind: Kind; detail: string; request: Recorded | null; prepared: Prepared | null };

export function judge(language: string, called: Called[], prepared: Map<string, Prepared>, recorded: Recorded[]): Verdict[] {
  const left = [...recorded];
  return called.map((line) => {
    const one = prepared.get(line.operation) ?? null;
    const index = one === null ? -1 : left.findIndex((request) => isOf(request, one));
    const request = index < 0 ? null : (left.splice(index, 1)[0] ?? null);
    const { kind, detail } = kindOf(language, line, one, request);
    return { operation: line.operation, kind, detail, request, prepared: one };
  });
}

function kindOf(language: string, { operation, ok, error }: Called, one: Prepared | null, request: Recorded | null) {
  const reason = known[language]?.[operation];
  const failed = (detail: string): { kind: Kind; detail: string } =>
    reason === undefined ? { kind: "failed", detail } : { kind: "impossible", detail: reason };
  if (one === null || request === null) return failed(error ?? "it made no such request");
  if (one.path.includes("/stream")) {
    const isRefused = !ok && request.status === 404 && request.answer.includes('"not_offered"');
    return isRefused ? { kind: "refused" as const, detail: "" } : failed(`${request.status} instead of not_offered`);
  }
  if (!ok || request.status > 299) return failed(`${request.status}: ${error ?? request.answer.toString()}`);
  return { kind: "works" as const, detail: "" };
}

/** A slash at the end is some clients' way to write a path. */
function isOf({ method, path }: Recorded, { example, path: planned }: Prepared): boolean {
  const [address = "", query = ""] = path.split("?");
  const [wanted = "", wantedQuery = ""] = planned.split("?");
  return (
    example.request.startsWith(`${method} `) && decodeURIComponent(address).replace(/\/$/, "") === wanted && query.includes(wantedQuery)
  );
}
