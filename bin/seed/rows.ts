/** Made-up deliveries, like those of a SaaS that has sent for two weeks: most succeed at once, some late, some never. */
import { newId } from "../../lib/ids.ts";
import { minuteMs } from "../../lib/words/duration.ts";

const nouns = "invoice order payment customer subscription shipment refund dispute".split(" ");
const verbs = ["created", "updated", "closed"];
export const eventTypes = nouns.flatMap((noun) => verbs.map((verb) => `${noun}.${verb}`));
/** The event type of a handful of messages in a million. */
export const rareEventType = "audit.alarm";

export type Target = { endpointId: string; applicationId: string; url: string };

export type MadeDelivery = {
  messageId: string;
  createdMs: number;
  target: Target;
  eventType: string;
  status: "pending" | "succeeded" | "failed" | "cancelled";
  nextAttemptMs: number | null;
  attempts: MadeAttempt[];
};

export type MadeAttempt = {
  id: string;
  startedMs: number;
  statusCode: number;
  errorClass: string | null;
  durationMs: number;
  response: string;
};

type Failure = [statusCode: number, errorClass: string, response: string];

/** The shares of failures: the first number is how many of a hundred. */
const shares: [number, Failure][] = [
  [40, [500, "status", "Internal Server Error"]],
  [25, [503, "status", "Service Unavailable"]],
  [10, [404, "status", "Not Found"]],
  [6, [429, "status", "Too Many Requests"]],
  [12, [0, "timeout", "No complete answer within 15 s"]],
  [5, [0, "refused", "The connection was refused"]],
  [1, [0, "dns", "The name does not exist"]],
  [1, [0, "tls", "The certificate has expired"]],
];
const failures = shares.flatMap(([share, failure]) => Array.from({ length: share }, () => failure));

const waitsMs = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map((seconds) => seconds * 1000);

/** Makes a delivery. The same number gives the same one, but for its id and time. `random`: 0 to 1, below 1. */
export function makeDelivery(n: number, createdMs: number, nowMs: number, targets: Target[], random: () => number): MadeDelivery {
  const target = pick(targets, random() ** 2);
  const eventType = n % 100_000 === 99_999 ? rareEventType : pick(eventTypes, random() ** 2);
  const common = { messageId: newId("message", createdMs), createdMs, target, eventType };
  const fate = random();
  if (fate < 0.86) return { ...common, status: "succeeded", nextAttemptMs: null, attempts: attemptsOf(1, true, createdMs, random) };
  if (fate < 0.91) {
    const attempts = attemptsOf(2 + Math.floor(random() * 3), true, createdMs, random);
    return settled(common, "succeeded", attempts, nowMs);
  }
  if (fate < 0.97) return settled(common, "failed", attemptsOf(8, false, createdMs, random), nowMs);
  if (fate < 0.98) return { ...common, status: "cancelled", nextAttemptMs: null, attempts: [] };
  return settled(common, "failed", attemptsOf(3, false, createdMs, random), nowMs);
}

type Common = Pick<MadeDelivery, "messageId" | "createdMs" | "target" | "eventType">;

/** The delivery as it stands now: what lies in the future has not happened yet. */
function settled(common: Common, status: "succeeded" | "failed", attempts: MadeAttempt[], nowMs: number): MadeDelivery {
  const made = attempts.filter(({ startedMs }) => startedMs < nowMs - minuteMs);
  const next = attempts[made.length];
  if (next === undefined) return { ...common, status, nextAttemptMs: null, attempts };
  return { ...common, status: "pending", nextAttemptMs: Math.max(next.startedMs, nowMs + minuteMs), attempts: made };
}

function attemptsOf(count: number, succeedsLast: boolean, createdMs: number, random: () => number): MadeAttempt[] {
  const failure = pick(failures, random());
  let startedMs = createdMs + 2;
  return Array.from({ length: count }, (_, i) => {
    if (i > 0) startedMs += waitsMs[i - 1] ?? 0;
    const id = newId("attempt", startedMs);
    const durationMs = Math.round(20 + 400 * random() ** 6);
    if (succeedsLast && i === count - 1)
      return { id, startedMs, statusCode: random() < 0.1 ? 204 : 200, errorClass: null, durationMs, response: "ok" };
    const [statusCode, errorClass, response] = failure;
    return { id, startedMs, statusCode, errorClass, durationMs: errorClass === "timeout" ? 15_000 : durationMs, response };
  });
}

const pick = <T>(values: T[], place: number): T => values[Math.floor(place * values.length)] as T;

/** Random numbers that are the same every time (mulberry32). */
export function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
