/**
 * Hands deliveries from whoever stores them to the engine in the same process, without a detour through the database.
 * This is only a shortcut: what is not handed over is claimed when its lease has run out.
 */
import type { ApplicationSnapshot, EndpointSnapshot } from "../db/applications.ts";
import type { Forward } from "../webhooks/forward.ts";
import type { TraceContext } from "../traceContext.ts";
import { setSingleton, singleton } from "../singleton.ts";

export type HandedOver = {
  messageId: string;
  endpointId: string;
  /** When the message was made. */
  createdAt: Date;
  application: ApplicationSnapshot;
  endpoint: EndpointSnapshot;
  eventType: string;
  attemptCount: number;
  scheduledCount: number;
  manualQueued: number;
  /** The payload; null: the engine reads it. */
  payload: Buffer | null;
  contentType: string | null;
  /** What is sent along with the payload, as in Job. */
  forward?: Forward | null;
  trace?: TraceContext | null;
  /** The lease that the row was stored with. */
  leaseId: string;
  /** performance.now() before which the lease did not begin, as `accept` or `queueManual` answered. */
  leasedAtMs: number;
};

export type Taker = { leaseId: () => string | null; offer: (deliveries: HandedOver[]) => void };

export const handoff = {
  /** A lease to store deliveries with, which must then be offered. Null: there is no engine here, or it has enough to do. */
  leaseId: (): string | null => taker()?.leaseId() ?? null,
  /** Whether there is an engine in this process. */
  isTaken: (): boolean => taker() !== null,
  /** Hands deliveries over; returns at once. The engine frees those that it can't take for all workers. */
  offer: (deliveries: HandedOver[]): void => taker()?.offer(deliveries),
};

/** The engine of this process makes itself known; null when it stops. */
export const setTaker = (value: Taker | null): void => setSingleton("handoff", value ?? undefined);

const taker = (): Taker | null => singleton<Taker | null>("handoff", () => null);
