import { createEventType, deleteEventType, getEventType, listEventTypes, patchEventType, putEventType } from "../contract/eventType.ts";
import * as eventTypes from "../services/eventTypes.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const eventTypeRoutes = [
  route(listEventTypes, ({ actor, query }) => eventTypes.list(actor, query)),
  route(createEventType, ({ actor, body }) => eventTypes.create(actor, body)),
  route(getEventType, ({ actor, params }) => eventTypes.get(actor, params.event_type_name)),
  route(putEventType, async ({ actor, params, body }) => {
    const { created, eventType } = await eventTypes.put(actor, params.event_type_name, body);
    return reply(created ? 201 : 200, eventType);
  }),
  route(patchEventType, ({ actor, params, body }) => eventTypes.patch(actor, params.event_type_name, body)),
  route(deleteEventType, ({ actor, params, query }) => eventTypes.remove(actor, params.event_type_name, query.expunge)),
];
