/**
 * What has to happen to a request before it can be sent, for endpoints that ask for it. The order is transformation,
 * authentication, signing: what is signed is what is sent. Requests of other endpoints never come here: a look at the
 * endpoint is all that they pay for it.
 */
import type { EndpointSnapshot } from "../db/applications.ts";
import { log } from "../log.ts";
import { authenticationStep } from "./authenticate.ts";
import type { Job } from "./lane.ts";
import { type Prepared, refused, type Step } from "./preparationStep.ts";
import type { Sender, Sending } from "./send.ts";
import { transformationStep } from "./transformation.ts";

const steps: readonly Step[] = [transformationStep, authenticationStep];

export const needsPreparation = (endpoint: EndpointSnapshot): boolean => steps.some(({ isNeeded }) => isNeeded(endpoint));

/** Runs the steps that the endpoint needs. Never throws. */
export async function prepare(sending: Sending, endpoint: EndpointSnapshot, job: Job, sender: Sender): Promise<Prepared> {
  let prepared: Prepared = { kind: "ready", sending };
  try {
    for (const step of steps) {
      if (!step.isNeeded(endpoint)) continue;
      prepared = await step.run(prepared.sending, endpoint, job, sender);
      if (prepared.kind === "cancelled" || !prepared.sending.target.ok) return prepared;
    }
    return prepared;
  } catch (error) {
    log.error({ endpointId: endpoint.id, error: (error as Error).message }, "delivery.prepare_failed");
    return refused(sending, { errorClass: "internal", detail: "Webster failed to prepare the request" });
  }
}
