/** Made-up messages and what became of them: each attempt meets its receiver as that is at the attempt's moment. */
import { newId } from "../../lib/ids.ts";
import { defaultScheduleSeconds } from "../../lib/webhooks/retry.ts";
import { minuteMs } from "../../lib/words/duration.ts";
import { jittered } from "../../lib/words/retryWaits.ts";
import { drawEventType, payloadOf } from "./eventTypes.ts";
import { weighted } from "./random.ts";
import { type Answer, answerOf } from "./receivers.ts";

export type Target = { endpointId: string; key: string; url: string; eventTypes: string[]; latencyMs: number };
export type Sender = { applicationId: string; weight: number; targets: Target[] };

export type MadeMessage = {
  id: string;
  createdMs: number;
  applicationId: string;
  eventType: string;
  payload: string;
  deliveries: MadeDelivery[];
};

export type MadeDelivery = {
  target: Target;
  status: "pending" | "succeeded" | "failed" | "cancelled";
  nextAttemptMs: number | null;
  attempts: MadeAttempt[];
};

export type MadeAttempt = Answer & { id: string; startedMs: number };

const cancelledShare = 0.05;
/** Before that nothing is due: while somebody looks around, the receivers, of which none exists, are not asked by themselves. */
const quietMs = 30 * minuteMs;

/** Makes messages, each of the sender whose turn it is. The same number gives the same one, but for its ids and times. */
export function messageMaker(senders: Sender[], nowMs: number, random: () => number): (n: number, createdMs: number) => MadeMessage {
  const drawSender = weighted(senders.map((sender) => [sender.weight, sender] as const));
  return (n, createdMs) => {
    const { applicationId, targets } = drawSender(random());
    const eventType = drawEventType(n, random);
    const payload = payloadOf(eventType, n, createdMs, random);
    const wanting = targets.filter(({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(eventType));
    const deliveries = wanting.map((target) => deliver(target, eventType, createdMs, nowMs, random));
    return { id: newId("message", createdMs), createdMs, applicationId, eventType, payload, deliveries };
  };
}

/** The delivery as it stands now: what lies in the future has not happened yet. */
function deliver(target: Target, eventType: string, createdMs: number, nowMs: number, random: () => number): MadeDelivery {
  const attempts: MadeAttempt[] = [];
  let startedMs = createdMs + 2;
  for (let tries = 0; tries <= defaultScheduleSeconds.length; tries++) {
    if (startedMs >= nowMs - minuteMs && tries > 0) {
      if (random() < cancelledShare) return { target, status: "cancelled", nextAttemptMs: null, attempts };
      const nextAttemptMs = Math.round(Math.max(startedMs, nowMs + quietMs * (1 + random())));
      return { target, status: "pending", nextAttemptMs, attempts };
    }
    const answer = answerOf(target, eventType, startedMs, nowMs, random);
    const at = Math.floor(startedMs);
    attempts.push({ ...answer, id: newId("attempt", at), startedMs: at });
    if (answer.errorClass === null) return { target, status: "succeeded", nextAttemptMs: null, attempts };
    startedMs += answer.durationMs + jittered((defaultScheduleSeconds[tries] ?? 0) * 1000, random());
  }
  return { target, status: "failed", nextAttemptMs: null, attempts };
}
