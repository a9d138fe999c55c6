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
    "Where a collector takes OTLP over HTTP; spans go to `/v1/traces` below it ([traces](operating.md#traces)).",
    { example: "http://127.0.0.1:4318", bad: "127.0.0.1:4318" },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optional(namedValues, "none", "Headers for the collector, such as its key.", {
    example: "api-key=…",
    bad: "the key",
    secret: "all",
  }),
  OTEL_SERVICE_NAME: setting(anyText, "webster", "What the service is called in traces."),
  OTEL_RESOURCE_ATTRIBUTES: optional(namedValues, "none", "What else is said of it there.", {
    example: "deployment.environment.name=production,service.namespace=hooks",
    bad: "production",
  }),
  OTEL_TRACES_SAMPLER: setting(
    oneOf(...samplerNames),
    "parentbased_always_on",
    "Which traces are recorded. `parentbased_…`: those that the sender records, and of others what follows; else the sender's word does not count.",
    { bad: "sometimes" },
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(decimal(0, 1), "1", "The share that is recorded, for `…traceidratio`.", { bad: "10%" }),
  OTEL_SDK_DISABLED: setting(flag, "false", "No traces, whatever else is set.", { bad: "yes" }),
};
