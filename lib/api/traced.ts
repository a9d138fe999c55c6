/** A request as a span, from its head to its answer; and the trace of which it says that it is a part. */
import { logFieldsOf, tracing } from "../tracing.ts";
import { readTraceContext, type TraceContext } from "../traceContext.ts";
import type { Asked } from "./asked.ts";

/** For what a request leads to: its own span, or what its headers say; null: neither. */
export type TraceOfRequest = { context: () => TraceContext | null; logFields: { trace_id?: string; span_id?: string } };

type Answer = { status: number };

/** Answers a request. `path`: with names in place of ids and tokens, as the span has it. */
export function traced<T extends Answer>(c: Asked, path: string, answer: (trace: TraceOfRequest) => Promise<T>): Promise<T> {
  const carried = (): TraceContext | null => readTraceContext(c.req.header("traceparent"), c.req.header("tracestate"));
  return tracing() === null ? answer({ context: carried, logFields: noFields }) : asSpan(c, path, carried(), answer);
}

const noFields = {};

async function asSpan<T extends Answer>(
  c: Asked,
  path: string,
  parent: TraceContext | null,
  answer: (trace: TraceOfRequest) => Promise<T>,
): Promise<T> {
  const { method } = c.req;
  const attributes = { "http.request.method": method, "http.route": path };
  const span = tracing()?.begin(`${method} ${path}`, "server", parent, attributes);
  if (span === undefined) return answer({ context: () => parent, logFields: noFields });
  try {
    const given = await answer({ context: () => span.context, logFields: logFieldsOf(span.context) });
    span.end({ "http.response.status_code": given.status }, given.status >= 500 ? String(given.status) : null);
    return given;
  } catch (error) {
    span.end({}, error instanceof Error ? error.name : "error");
    throw error;
  }
}
