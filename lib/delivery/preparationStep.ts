/** A step of what happens to a request before it is sent: see preparation.ts. */
import type { EndpointSnapshot } from "../db/applications.ts";
import type { Failure } from "./failure.ts";
import type { Job } from "./lane.ts";
import type { Sender, Sending } from "./send.ts";

/** `cancelled`: the delivery is to end without a request. */
export type Prepared = { kind: "ready"; sending: Sending } | { kind: "cancelled" };

export type Step = {
  /** Whether an endpoint needs the step. Must be cheap: it is asked before each attempt. */
  isNeeded: (endpoint: EndpointSnapshot) => boolean;
  /** Prepares a request. Must end within seconds, well before the lease does. A step that fails answers `refused`. */
  run: (sending: Sending, endpoint: EndpointSnapshot, job: Job, sender: Sender) => Promise<Prepared>;
};

/** A request that will not be made: the attempt fails, says why, and is retried as any other. */
export const refused = (sending: Sending, failure: Failure): Prepared => ({
  kind: "ready",
  sending: { ...sending, target: { ok: false, failure } },
});
