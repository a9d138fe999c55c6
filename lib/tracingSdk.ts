/**
 * Spans by OpenTelemetry, to a collector by OTLP over HTTP. To be loaded only if there is one: it takes memory and time at a start.
 * A collector that is slow or away costs spans, and nothing else: they wait in a queue with a bound.
 */
import { setTimeout as after } from "node:timers/promises";
import { ROOT_CONTEXT, SpanKind as Kind, SpanStatusCode, createTraceState, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import packageJson from "../package.json" with { type: "json" };
import type { TraceSettings } from "./env.ts";
import { log } from "./log.ts";
import type { OpenSpan, SpanKind, Tracing } from "./tracing.ts";
import type { TraceContext } from "./traceContext.ts";

const kinds: Record<SpanKind, Kind> = { server: Kind.SERVER, producer: Kind.PRODUCER, client: Kind.CLIENT };

/** By the names of OTEL_TRACES_SAMPLER. */
const samplers: Record<TraceSettings["sampler"], (ratio: number) => Sampler> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};

const exportTimeoutMs = 5_000;
const sayEveryMs = 60_000;

export function openTracing({ endpoint, headers, serviceName, resource, sampler, ratio }: TraceSettings): Tracing {
  const exporter = saying(new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers, timeoutMillis: exportTimeoutMs }));
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.version": packageJson.version, ...resource, "service.name": serviceName }),
    sampler: samplers[sampler](ratio),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: exportTimeoutMs })],
  });
  const tracer = provider.getTracer("webster", packageJson.version);
  return {
    begin: (name, kind, parent, attributes): OpenSpan => {
      const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remoteOf(parent));
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, context);
      const { traceId, spanId, traceFlags, traceState } = span.spanContext();
      return {
        context: { traceId, spanId, sampled: (traceFlags & 1) === 1, state: traceState?.serialize() ?? "" },
        end: (more = {}, fault = null) => {
          span.setAttributes(more);
          if (fault !== null) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute("error.type", fault);
          span.end();
        },
      };
    },
    stop: (withinMs) => Promise.race([provider.shutdown().catch(() => undefined), after(withinMs, undefined, { ref: false })]),
  };
}

const remoteOf = ({ traceId, spanId, sampled, state }: TraceContext) => ({
  traceId,
  spanId,
  traceFlags: sampled ? 1 : 0,
  isRemote: true,
  ...(state === "" ? {} : { traceState: createTraceState(state) }),
});

/** Tells in the log, once a minute at most, that spans are lost. */
function saying(exporter: SpanExporter): SpanExporter {
  let lost = 0;
  let saidMs = -sayEveryMs;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          lost += spans.length;
          if (performance.now() - saidMs >= sayEveryMs) {
            log.warn({ spans: lost, error: result.error.message }, "traces.lost");
            [lost, saidMs] = [0, performance.now()];
          }
        }
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
