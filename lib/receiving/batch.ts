/**
 * A request that holds several events, as CloudEvents send them in batched content mode: each becomes a received request and a
 * message of its own, all stored before the answer. A sender that is not answered 2xx sends the whole again; what was stored of
 * it is then known by each event's source and id.
 */
import type { SourceSnapshot } from "../db/sources.ts";
import { newId } from "../ids.ts";
import { elementsOf } from "../services/shared/jsonSlices.ts";
import type { CameIn } from "../services/receivedRequest/receivedAcceptance.ts";
import { mediaTypeOf } from "../webhooks/body/body.ts";
import { isJsonObject } from "../webhooks/body/json.ts";
import { type IncomingRequest, bodyOf } from "../webhooks/verification.ts";

/**
 * A batch's media type:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#33-batched-content-mode
 */
const batchType = "application/cloudevents-batch+json";
const eventType = "application/cloudevents+json";

/** A batch of more events becomes one message: each event would be a row and a delivery. */
const maximumEvents = 1_000;

/**
 * The events of a batch, in their order. Null: the request is no batch, or is to be taken whole, as where a header tells
 * duplicates: it speaks of the whole.
 */
export function eventsOf(source: SourceSnapshot, request: CameIn, incoming: IncomingRequest): CameIn[] | null {
  if (source.provider !== "cloudevents" || mediaTypeOf(request.contentType ?? "") !== batchType || source.dedupe.by === "header")
    return null;
  const { kind, value: events, text } = bodyOf(incoming);
  if (
    kind !== "json" ||
    text === null ||
    !Array.isArray(events) ||
    events.length === 0 ||
    events.length > maximumEvents ||
    !events.every(isJsonObject)
  )
    return null;
  const { "content-encoding": _, "content-length": __, ...headers } = request.head.headers;
  const head = { ...request.head, headers: { ...headers, "content-type": eventType } };
  const ids = events.map(() => newId("receivedRequest", request.createdAt.getTime())).toSorted((one, other) => (one < other ? -1 : 1));
  // Events stay as they are written: `100.00` and a name given twice are the sender's business.
  return elementsOf(Buffer.from(text)).map((body, at) => ({ ...request, id: ids[at] ?? "", head, contentType: eventType, body }));
}
