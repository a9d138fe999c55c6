/** What made-up receivers answer: mostly 200, now and then a failure that passes, and in an outage what the outage says. */
import type { ErrorClass } from "../../lib/words/errorClass.ts";
import { hourMs } from "../../lib/words/duration.ts";
import { pick, weighted } from "./random.ts";

export type Answer = {
  statusCode: number;
  errorClass: ErrorClass | null;
  durationMs: number;
  /** The body; without an answer, the reason. */
  response: string;
  contentType: string | null;
  server: string | null;
  timings: { dnsMs: number | null; tcpMs: number | null; tlsMs: number | null; firstByteMs: number | null };
};

export type Failure = Pick<Answer, "statusCode" | "errorClass" | "response" | "contentType" | "server">;

const nginx = (line: string): string =>
  `<html>\r\n<head><title>${line}</title></head>\r\n<body>\r\n<center><h1>${line}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
const page = { contentType: "text/html", server: "nginx" };
const json = { contentType: "application/json", server: null };
const silent = { statusCode: 0, contentType: null, server: null };

export const failures = {
  crashed: { statusCode: 500, errorClass: "status", response: '{"error":"internal_error","message":"connection pool exhausted"}', ...json },
  badGateway: { statusCode: 502, errorClass: "status", response: nginx("502 Bad Gateway"), ...page },
  maintenance: {
    statusCode: 503,
    errorClass: "status",
    response: '{"error":"maintenance","message":"Back soon: database upgrade."}',
    ...json,
  },
  unprocessable: {
    statusCode: 422,
    errorClass: "status",
    response: '{"errors":[{"field":"refund.reason","message":"is not in the list"}]}',
    ...json,
  },
  tooMany: { statusCode: 429, errorClass: "status", response: '{"error":"rate_limited","retry_after":30}', ...json },
  timeout: { ...silent, errorClass: "timeout", response: "No complete answer within 15 s" },
  refused: { ...silent, errorClass: "refused", response: "The connection was refused: nothing listens at this port" },
  reset: { ...silent, errorClass: "reset", response: "The connection broke off" },
  certificate: { ...silent, errorClass: "tls", response: "The certificate has expired" },
  unknownHost: { ...silent, errorClass: "dns", response: "The host name does not exist, or has no address" },
} as const satisfies Record<string, Failure>;

export type Outage = {
  /** Keys of endpoints. */
  of: string[];
  fromHoursAgo: number;
  /** 0: it goes on. */
  untilHoursAgo: number;
  failure: Failure;
  /** The share of attempts that fail. */
  share: number;
  /** Only of these event types. */
  eventType?: string;
};

const hosted = ["maple-street-books/main", "harbour-pine/main", "velvet-cinema/main", "lantern-games/main", "olive-thyme/main"];

export const outages: Outage[] = [
  { of: ["kestrel-freight/main"], fromHoursAgo: 2.7, untilHoursAgo: 0, failure: failures.maintenance, share: 1 },
  { of: ["quill-co/main"], fromHoursAgo: 33, untilHoursAgo: 0, failure: failures.certificate, share: 1 },
  { of: ["wren-insurance/books"], fromHoursAgo: 8.2, untilHoursAgo: 0, failure: failures.unknownHost, share: 1 },
  { of: ["lumen-energy/main"], fromHoursAgo: 5.6, untilHoursAgo: 4.5, failure: failures.tooMany, share: 0.6 },
  { of: ["sparrow-post/main"], fromHoursAgo: 20.5, untilHoursAgo: 19.7, failure: failures.refused, share: 1 },
  { of: ["atlas-fitness/main"], fromHoursAgo: 53, untilHoursAgo: 49, failure: failures.crashed, share: 0.8 },
  { of: ["papaya-pay/books"], fromHoursAgo: 78, untilHoursAgo: 71.5, failure: failures.timeout, share: 0.9 },
  { of: hosted, fromHoursAgo: 124.4, untilHoursAgo: 122.8, failure: failures.badGateway, share: 1 },
  {
    of: ["orchard-health/main"],
    fromHoursAgo: 2_400,
    untilHoursAgo: 0,
    failure: failures.unprocessable,
    share: 1,
    eventType: "refund.created",
  },
];

/** What goes wrong anywhere, and is gone a moment later. */
const passing = weighted<Failure>([
  [35, failures.crashed],
  [25, failures.badGateway],
  [25, failures.timeout],
  [15, failures.reset],
]);
const passingShare = 0.009;

type Receiver = { key: string; latencyMs: number };

const outagesOf = new Map<string, Outage[]>();
for (const outage of outages) for (const key of outage.of) outagesOf.set(key, [...(outagesOf.get(key) ?? []), outage]);

export function answerOf({ key, latencyMs }: Receiver, eventType: string, atMs: number, nowMs: number, random: () => number): Answer {
  const hoursAgo = (nowMs - atMs) / hourMs;
  const outage = outagesOf
    .get(key)
    ?.find((one) => hoursAgo < one.fromHoursAgo && hoursAgo >= one.untilHoursAgo && (one.eventType ?? eventType) === eventType);
  const fails = random() < (outage?.share ?? passingShare);
  const usualMs = latencyMs * Math.exp(0.9 * (random() + random() + random() - 1.5));
  if (!fails) return timed({ statusCode: 200, errorClass: null, ...pick(thanks, random()) }, usualMs, random);
  return timed(outage?.failure ?? passing(random()), usualMs, random);
}

const thanks = [
  { response: '{"received":true}', ...json },
  { response: "ok", contentType: "text/plain", server: null },
  { response: "", contentType: null, server: "nginx" },
];

/** How long the steps of an attempt took: most find a connection that is open already. */
function timed(answer: Failure, usualMs: number, random: () => number): Answer {
  const steps = { dnsMs: 1 + Math.round(9 * random()), tcpMs: 6 + Math.round(22 * random()), tlsMs: 14 + Math.round(26 * random()) };
  const reused = { dnsMs: null, tcpMs: null, tlsMs: null };
  const opened = steps.dnsMs + steps.tcpMs + steps.tlsMs;
  const isNew = random() < 0.25;
  const answerMs = Math.round(usualMs);
  if (answer.errorClass === "dns")
    return { ...answer, durationMs: steps.dnsMs, timings: { ...reused, dnsMs: steps.dnsMs, firstByteMs: null } };
  if (answer.errorClass === "timeout") return { ...answer, durationMs: 15_000, timings: { ...steps, firstByteMs: null } };
  if (answer.errorClass === "refused")
    return { ...answer, durationMs: steps.dnsMs + steps.tcpMs, timings: { ...steps, tlsMs: null, firstByteMs: null } };
  if (answer.errorClass === "tls") return { ...answer, durationMs: opened, timings: { ...steps, firstByteMs: null } };
  const firstByteMs = answer.errorClass === "reset" ? null : answerMs;
  return { ...answer, durationMs: answerMs + 1 + (isNew ? opened : 0), timings: { ...(isNew ? steps : reused), firstByteMs } };
}
