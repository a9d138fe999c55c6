/**
 * What has to happen to a request before it can be sent, for endpoints that ask for it. The order is transformation,
 * authentication, signing: what is signed is what is sent. Other endpoints' requests never come here: to them one
 * look at the endpoint is all it costs.
 */
import type { EndpointSnapshot } from "../db/applications.ts";
import { log } from "../log.ts";
import { authenticationStep } from "./authenticate.ts";
import type { Failure } from "./failure.ts";
import type { Job } from "./lane.ts";
import type { Sender, Sending } from "./send.ts";

/** `cancelled`: the delivery is to end without a request. */
export type Prepared = { kind: "ready"; sending: Sending } | { kind: "cancelled" };

export type Step = {
  /** Cheap: asked before each attempt. */
  isNeeded: (endpoint: EndpointSnapshot) => boolean;
  /** Must end within a few seconds, well before the lease does. What fails answers `refused`. */
  run: (sending: Sending, endpoint: EndpointSnapshot, job: Job, sender: Sender) => Promise<Prepared>;
};

const steps: readonly Step[] = [authenticationStep];

export const needsPreparation = (endpoint: EndpointSnapshot): boolean => steps.some(({ isNeeded }) => isNeeded(endpoint));

/** Never throws. */
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

/** A request that will not be made: the attempt fails, says why, and is retried as any other. */
export const refused = (sending: Sending, failure: Failure): Prepared => ({
  kind: "ready",
  sending: { ...sending, target: { ok: false, failure } },
});
