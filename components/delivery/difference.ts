/** What differs between two attempts. */
import type { DeliveryDetailOut } from "../../lib/contract/delivery.ts";

export type Attempt = DeliveryDetailOut["attempts"][number];

export type Difference = { what: string; before: string; after: string };

export function differenceOf(before: Attempt, after: Attempt): Difference[] {
  const rows: [string, string, string][] = [
    ["URL", before.url, after.url],
    ["Status", statusOf(before), statusOf(after)],
    ["Duration", `${before.durationMs} ms`, `${after.durationMs} ms`],
    ["Trigger", before.trigger, after.trigger],
    ...headerRows("Request header", requestHeaders(before), requestHeaders(after)),
    ...headerRows("Response header", before.responseHeaders ?? {}, after.responseHeaders ?? {}),
    ["Response", before.response ?? "deleted", after.response ?? "deleted"],
  ];
  return rows.filter(([, one, other]) => one !== other).map(([what, one, other]) => ({ what, before: one, after: other }));
}

export const statusOf = ({ responseStatusCode, errorClass }: Attempt): string =>
  responseStatusCode === 0 ? (errorClass ?? "no answer") : String(responseStatusCode);

const requestHeaders = ({ requestHeaders: headers }: Attempt): Record<string, string> =>
  Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value ?? "hidden"]));

const absent = "–";

function headerRows(kind: string, before: Record<string, string>, after: Record<string, string>): [string, string, string][] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.map((name) => [`${kind} ${name}`, before[name] ?? absent, after[name] ?? absent]);
}
