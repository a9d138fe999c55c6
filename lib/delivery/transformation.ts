/** The endpoint's own code, run on the stored payload before each attempt, retries included: a correction counts at once. */
import type { EndpointSnapshot } from "../db/applications.ts";
import { transform } from "../sandbox/transform.ts";
import type { Job } from "./lane.ts";
import { type Prepared, refused, type Step } from "./preparationStep.ts";
import { type Sending, targetOf } from "./send.ts";

export const transformationStep: Step = {
  isNeeded: (endpoint) => endpoint.transformation !== null,
  run: transformed,
};

async function transformed(sending: Sending, endpoint: EndpointSnapshot, job: Job): Promise<Prepared> {
  const { id, url, headers } = endpoint;
  if (endpoint.transformation === null || !sending.target.ok) return { kind: "ready", sending };
  const { payload, contentType } = sending;
  const made = await transform(endpoint.transformation, { owner: id, url, headers, eventType: job.eventType, payload, contentType });
  switch (made.kind) {
    case "cancelled":
      return { kind: "cancelled" };
    case "failed":
      return refused(sending, { errorClass: "transformation", detail: made.message });
    case "unavailable":
      return refused(sending, { errorClass: "internal", detail: "Webster had no time to run the endpoint's transformation" });
    case "ready": {
      const target = targetOf({ ...endpoint, url: made.url, headers: made.headers });
      return {
        kind: "ready",
        sending: { ...sending, url: made.url, target, method: made.method, payload: made.payload, contentType: made.contentType },
      };
    }
  }
}
