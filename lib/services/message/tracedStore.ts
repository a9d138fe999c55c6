/** The storing of messages as spans, whose traces the messages keep for their deliveries. */
import type { Presentation } from "../../db/applications.ts";
import type { NewMessage } from "../../db/sql/hot/accept.ts";
import { type OpenSpan, tracing } from "../../tracing.ts";
import type { TraceContext } from "../../traceContext.ts";

type Told = { presentation: Presentation };

/**
 * To be called before a message is stored; what it answers, afterwards. `carried`: what led to the message, a span of ours or the
 * sender's. It is kept if anybody will ask for it: a collector, or a receiver that is told.
 */
function beginStoring(message: NewMessage, endpoints: readonly Told[], carried: TraceContext | null): (kind: string) => void {
  const span = tracing()?.begin(`create ${message.eventType}`, "producer", carried, attributesOf(message));
  const context = span?.context ?? carried;
  const isWanted = context !== null && ((span !== undefined && context.sampled) || endpoints.some(isTold));
  if (isWanted) message.trace = context;
  return span === undefined ? nothing : (kind) => end(span, kind);
}

const isTold = ({ presentation }: Told): boolean => presentation.traceHeaders;

const nothing = (): void => undefined;

const end = (span: OpenSpan, kind: string): void => span.end({ "webster.result": kind }, kind === "failed" ? kind : null);

const attributesOf = ({ id, applicationId, environmentId, eventType, endpointIds, payload }: NewMessage) => ({
  "messaging.system": "webster",
  "messaging.operation.name": "create",
  "messaging.operation.type": "create",
  "messaging.message.id": id,
  "messaging.message.body.size": payload.length,
  "messaging.destination.name": applicationId,
  "webster.environment.id": environmentId,
  "webster.event_type": eventType,
  "webster.deliveries": endpointIds.length,
});

/** Stores one message so. */
export function storeTraced<R extends { kind: string }>(
  message: NewMessage,
  endpoints: readonly Told[],
  carried: TraceContext | null,
  store: (message: NewMessage) => Promise<R>,
): Promise<R> {
  const ended = beginStoring(message, endpoints, carried);
  return ended === nothing ? store(message) : told(store(message), ended);
}

async function told<R extends { kind: string }>(storing: Promise<R>, ended: (kind: string) => void): Promise<R> {
  try {
    const result = await storing;
    ended(result.kind);
    return result;
  } catch (error) {
    ended("failed");
    throw error;
  }
}

type Traced = { message: NewMessage; endpoints: readonly Told[]; carried: TraceContext | null };

/** Stores many together so. Null: they can't be, and each is stored alone. */
export async function storeAllTraced<R extends { kind: string }>(
  all: readonly Traced[],
  store: () => Promise<R[] | null>,
): Promise<R[] | null> {
  const ends = all.map(({ message, endpoints, carried }) => beginStoring(message, endpoints, carried));
  try {
    const results = await store();
    for (const [i, ended] of ends.entries()) ended(results?.[i]?.kind ?? "again");
    return results;
  } catch (error) {
    for (const ended of ends) ended("failed");
    throw error;
  }
}
