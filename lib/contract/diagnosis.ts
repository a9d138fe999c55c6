/** What the signature doctor says of a rejected request. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";

/** What the doctor of lib/webhooks can find (a test holds them together). */
export const causes = [
  "verifies_now",
  "source_incomplete",
  "clock",
  "secret_form",
  "other_secret",
  "body_changed",
  "url_changed",
  "header_renamed",
  "settings",
  "other_provider",
  "not_signed",
  "certificate",
  "unknown_secret",
] as const;

export const FindingOut = z
  .object({
    cause: z.enum(causes),
    explanation: z.string(),
    fix: z.string(),
    reproduced: z
      .boolean()
      .check(z.meta({ description: "True: with this change undone the signature holds. False: what is left to suspect." })),
  })
  .check(z.meta({ id: "FindingOut" }));
export type FindingOut = z.output<typeof FindingOut>;

export const DiagnosisOut = z
  .object({ findings: z.array(FindingOut).check(z.meta({ description: "The likeliest first; never empty." })) })
  .check(z.meta({ id: "DiagnosisOut" }));
export type DiagnosisOut = z.output<typeof DiagnosisOut>;

export const diagnoseReceivedRequest = operation({
  operationId: "v1.received-request.diagnose",
  method: "post",
  path: "/api/v1/received-request/{request_id}/diagnose",
  tag: "Received Request",
  summary: "Find out why a request's signature does not hold",
  description:
    "Undoes, one at a time, what usually goes wrong (the secret's form, a body that was rewritten, a URL behind a proxy, the clock, another source's secret, another provider), and says what makes it hold. Changes nothing.",
  access: "apiKey",
  responses: { 200: { description: "What was found", schema: DiagnosisOut } },
});
