/**
 * Traces, as the rest of Webster sees them: spans that begin and end. Without a collector there is none, which costs a look and no
 * more; OpenTelemetry is loaded only with one (lib/tracingSdk.ts).
 */
import { setSingleton, singleton } from "./singleton.ts";
import type { TraceContext } from "./traceContext.ts";

/** `server`: a request that came. `producer`: a message that is stored. `client`: a request of ours. */
export type SpanKind = "server" | "producer" | "client";

/** Never a payload, a secret, or more of a receiver's URL than its host: paths and queries hold credentials. */
export type Attributes = Record<string, string | number | boolean>;

export type OpenSpan = {
  context: TraceContext;
  /** Adds attributes and ends the span. `fault`: what went wrong, a class of error. */
  end: (attributes?: Attributes, fault?: string | null) => void;
};

export type Tracing = {
  /** Begins a span. `parent` null: it is the first of a trace. */
  begin: (name: string, kind: SpanKind, parent: TraceContext | null, attributes: Attributes) => OpenSpan;
  /** Sends what has not been sent, for so long at most. */
  stop: (withinMs: number) => Promise<void>;
};

/** Null: nobody traces. */
export const tracing = (): Tracing | null => singleton<Tracing | null>("tracing", none);

const none = (): null => null;

export const setTracing = (value: Tracing | null): void => setSingleton("tracing", value ?? undefined);

/** For a line of the log: fields as OpenTelemetry names them in JSON. */
export const logFieldsOf = ({ traceId, spanId }: TraceContext): { trace_id: string; span_id: string } => ({
  trace_id: traceId,
  span_id: spanId,
});
