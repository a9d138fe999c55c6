/** The settings of traces: OpenTelemetry's own variables. */
import { optional, setting } from "./setting.ts";
import { anyText, decimal, flag, httpUrl, namedValues, oneOf } from "./settingKinds.ts";

const samplerNames = [
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
  "always_on",
  "always_off",
  "traceidratio",
] as const;

export const traceSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    httpUrl,
    "no traces",
    "The address at which a collector takes OTLP over HTTP; spans go to `/v1/traces` below it ([traces](operating/watching.md#traces)).",
    { example: "http://127.0.0.1:4318", bad: "127.0.0.1:4318" },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optional(namedValues, "none", "Headers for the collector, such as its key.", {
    example: "api-key=…",
    bad: "the key",
    secret: "all",
  }),
  OTEL_SERVICE_NAME: setting(anyText, "webster", "The name of the service in traces."),
  OTEL_RESOURCE_ATTRIBUTES: optional(namedValues, "none", "More attributes of the service in traces.", {
    example: "deployment.environment.name=production,service.namespace=hooks",
    bad: "production",
  }),
  OTEL_TRACES_SAMPLER: setting(
    oneOf(...samplerNames),
    "parentbased_always_on",
    "Which traces are recorded. With `parentbased_…` the sender's decision holds, and the rest of the name decides for traces that begin here; without it the sender's decision is ignored.",
    { bad: "sometimes" },
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(decimal(0, 1), "1", "The share of traces to record, for `…traceidratio`.", { bad: "10%" }),
  OTEL_SDK_DISABLED: setting(flag, "false", "`true` turns traces off, whatever else is set.", { bad: "yes" }),
};
