/** Sending an example, so that a receiver can be tried out. */
import type { Actor } from "../actor.ts";
import type { EventExampleIn } from "../contract/message.ts";
import { type Accepted, acceptMessage } from "./acceptance.ts";
import { exampleOf } from "./eventTypes.ts";
import { endpointOf } from "./scope.ts";

/** The event type of which every endpoint can be sent an example. */
const ping = "svix.ping";
const pingPayload = { success: true };

/** To that endpoint alone, whatever its filters say. */
export async function send(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, input: EventExampleIn): Promise<Accepted> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  const { eventType } = input;
  const example = eventType === ping ? pingPayload : await exampleOf(actor, eventType, input.exampleIndex ?? 0);
  const payload = Buffer.from(JSON.stringify(example));
  return acceptMessage(actor, application.id, { message: { eventType, payload: example }, payload }, null, (current) =>
    current.endpoints.filter(({ id }) => id === endpoint.id),
  );
}
