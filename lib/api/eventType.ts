import { createEventType, deleteEventType, getEventType, listEventTypes, patchEventType, putEventType } from "../contract/eventType.ts";
import * as eventTypes from "../services/eventType/eventTypes.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const eventTypeRoutes = [
  route(listEventTypes, ({ actor, query }) => eventTypes.list(actor, query)),
  route(createEventType, ({ actor, body, bytes }) => eventTypes.create(actor, body, fieldOf(bytes, "schemas"))),
  route(getEventType, ({ actor, params }) => eventTypes.get(actor, params.event_type_name)),
  route(putEventType, async ({ actor, params, body, bytes }) => {
    const { created, eventType } = await eventTypes.put(actor, params.event_type_name, body, fieldOf(bytes, "schemas"));
    return reply(created ? 201 : 200, eventType);
  }),
  route(patchEventType, ({ actor, params, body, bytes }) =>
    eventTypes.patch(actor, params.event_type_name, body, fieldOf(bytes, "schemas")),
  ),
  route(deleteEventType, ({ actor, params, query }) => eventTypes.remove(actor, params.event_type_name, query.expunge)),
];
