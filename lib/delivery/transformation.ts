/** An endpoint's own code, run on the stored payload before each attempt, retries included: a correction counts at once. */
import type { EndpointSnapshot } from "../db/applications.ts";
import { env } from "../env.ts";
import { transform } from "../sandbox/transform.ts";
import type { Forward } from "../webhooks/forward.ts";
import { checkHeaders } from "../webhooks/headers.ts";
import { messageBody } from "../webhooks/messageBody.ts";
import { mergeHeaders } from "../webhooks/transformation.ts";
import { forwarding } from "./forwarding.ts";
import type { Job } from "./lane.ts";
import { type Prepared, refused, type Step } from "./preparationStep.ts";
import { type Sending, targetOf, whoseOf } from "./send.ts";

export const transformationStep: Step = {
  isNeeded: (endpoint) => endpoint.transformation !== null,
  run: transformed,
};

async function transformed(sending: Sending, endpoint: EndpointSnapshot, job: Job): Promise<Prepared> {
  const { url } = endpoint;
  const whose = whoseOf(endpoint);
  const forward = job.forward ?? null;
  const { shown, kept } = splitForward(forward);
  // The code may see and change the received request's headers; the endpoint's own headers win over them.
  const headers = mergeHeaders(shown, endpoint.headers);
  if (endpoint.transformation === null || !sending.target.ok) return { kind: "ready", sending };
  const { payload, contentType } = sending;
  const made = await transform(endpoint.transformation, {
    whose,
    url,
    headers,
    eventType: job.eventType,
    payload,
    contentType,
    body: messageBody({ payload, contentType, forward }, env().maxPayloadBytes),
  });
  switch (made.kind) {
    case "cancelled":
      return { kind: "cancelled" };
    case "failed":
      return refused(sending, { errorClass: "transformation", detail: made.message });
    case "unavailable":
      return refused(sending, { errorClass: "internal", detail: "Webster had no time to run the endpoint's transformation" });
    case "ready": {
      const { isElsewhere, url: chosen } = made;
      const authentication = isElsewhere ? null : endpoint.authentication;
      const own = targetOf({ ...endpoint, url: chosen, headers: made.headers, authentication }, whose);
      const along = kept !== null && made.isChanged ? unpacked(kept) : kept;
      const target = along === null ? own : forwarding(own, along, endpoint);
      return {
        kind: "ready",
        sending: {
          ...sending,
          url: chosen,
          isElsewhere,
          target,
          method: made.method,
          payload: made.payload,
          contentType: made.contentType,
        },
      };
    }
  }
}

/** Drops the received Content-Encoding: the payload that the code made is no longer compressed. */
const unpacked = (forward: Forward): Forward => ({
  ...forward,
  headers: forward.headers.filter(([name]) => name !== "content-encoding"),
});

const shownHeaders = 30;

/** Splits a received request's headers: `shown` to the code; `kept`, which endpoints may not set themselves, sent along as they are. */
function splitForward(forward: Forward | null): { shown: Record<string, string>; kept: Forward | null } {
  if (forward === null) return { shown: {}, kept: null };
  const settable = forward.headers.filter(([name, value]) => checkHeaders({ [name]: value }).length === 0).slice(0, shownHeaders);
  const names = new Set(settable.map(([name]) => name));
  return { shown: Object.fromEntries(settable), kept: { ...forward, headers: forward.headers.filter(([name]) => !names.has(name)) } };
}
