/** Trying out a URL before it is saved as an endpoint. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { EndpointSignatureIn } from "./signature.ts";

const stepStatus = z.enum(["ok", "failed", "skipped"]);
const detail = z.string().check(z.meta({ description: "What was found, in plain words; never an internal address." }));

export const EndpointProbeIn = z
  .object({ url: z.string().check(z.minLength(1), z.maxLength(65_536)), signature: z.nullish(EndpointSignatureIn) })
  .check(z.meta({ id: "EndpointProbeIn", examples: [{ url: "https://example.com/webhook/" }] }));

export const EndpointProbeOut = z
  .object({
    ok: z.boolean().check(z.meta({ description: "Every step went well, and the answer was 2xx." })),
    steps: z.array(
      z.object({
        name: z.enum(["url", "dns", "address", "tls", "response"]),
        status: stepStatus,
        detail,
        durationMs: z.nullable(z.int()),
      }),
    ),
    addressCount: z.nullable(z.int()).check(z.meta({ description: "How many addresses the name has." })),
    certificateExpiresAt: z.nullable(z.iso.datetime()),
    statusCode: z.nullable(z.int()),
    durationMs: z.int(),
  })
  .check(z.meta({ id: "EndpointProbeOut" }));

export type EndpointProbeIn = z.output<typeof EndpointProbeIn>;
export type EndpointProbeOut = z.output<typeof EndpointProbeOut>;

export const probeEndpoint = operation({
  operationId: "v1.endpoint.probe",
  method: "post",
  path: "/api/v1/endpoint-probe",
  tag: "Endpoint",
  summary: "Try out a URL before saving it",
  description:
    "Resolves the name, checks the address, connects, and sends a `webster.probe` message signed with a key made for it. " +
    "What the receiver answers is told only as its status.",
  access: "apiKey",
  waits: true,
  setsUp: "endpoints",
  body: EndpointProbeIn,
  responses: { 200: { description: "What was found", schema: EndpointProbeOut } },
});
