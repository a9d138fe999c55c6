import { getPayloadShape } from "../contract/payloadShape.ts";
import { getShape } from "../services/eventType/payloadShape.ts";
import { route } from "./route.ts";

export const payloadShapeRoutes = [route(getPayloadShape, ({ actor, params }) => getShape(actor, params.event_type_name))];
