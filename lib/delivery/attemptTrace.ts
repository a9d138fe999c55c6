/** An attempt as a span of the trace in which its message was accepted, the first as well as one after days. */
import type { Outcome } from "../webhooks/outcome.ts";
import { errorClassOf } from "../webhooks/outcome.ts";
import { logFieldsOf, type OpenSpan, tracing } from "../tracing.ts";
import { type TraceContext, traceHeadersOf } from "../traceContext.ts";
import type { Job } from "./lane.ts";
import { parseUrl } from "../words/url.ts";

export type AttemptTrace = {
  /** What a receiver may be told, names and values in turns. */
  headers: string[];
  /** For the line of the log. */
  logFields: ReturnType<typeof logFieldsOf>;
  end: (outcome: Outcome, verdict: string) => void;
};

/** Null: the message was accepted in no trace. `url`: the endpoint's, of which the span has the host alone. */
export function beginAttempt(job: Job, attemptId: string, url: string): AttemptTrace | null {
  const { trace } = job;
  if (!trace) return null;
  // What the sender does not record is passed on, and is no span of ours.
  const span = trace.sampled ? begin(trace, job, attemptId, url) : null;
  const context = span?.context ?? trace;
  return {
    headers: traceHeadersOf(context),
    logFields: logFieldsOf(context),
    end: (outcome, verdict) => {
      const fault = errorClassOf(outcome);
      const status = outcome.kind === "answered" ? { "http.response.status_code": outcome.statusCode } : {};
      span?.end(
        { ...status, "webster.verdict": verdict },
        fault === "status" && outcome.kind === "answered" ? String(outcome.statusCode) : fault,
      );
    },
  };
}

function begin(trace: TraceContext, job: Job, attemptId: string, url: string): OpenSpan | null {
  const tracer = tracing();
  if (tracer === null) return null;
  const { messageId, endpointId, applicationId, eventType, attemptCount } = job;
  return tracer.begin("POST webhook", "client", trace, {
    "http.request.method": "POST",
    ...serverOf(url),
    ...(attemptCount > 0 ? { "http.request.resend_count": attemptCount } : {}),
    "messaging.system": "webster",
    "messaging.operation.name": "deliver",
    "messaging.operation.type": "send",
    "messaging.message.id": messageId,
    "messaging.destination.name": endpointId,
    "webster.application.id": applicationId,
    "webster.event_type": eventType,
    "webster.attempt.id": attemptId,
    "webster.attempt.number": attemptCount + 1,
  });
}

function serverOf(text: string): { "server.address"?: string; "server.port"?: number; "url.scheme"?: string } {
  const url = parseUrl(text);
  if (url === null) return {};
  const { hostname, port, protocol } = url;
  const scheme = protocol.slice(0, -1);
  return { "server.address": hostname, "server.port": Number(port || (scheme === "http" ? 80 : 443)), "url.scheme": scheme };
}
