import { getEventTypeUsage, importOpenApi } from "../contract/eventTypeImport.ts";
import * as eventTypeImport from "../services/eventType/eventTypeImport.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { getUsage } from "../services/eventType/eventTypeUsage.ts";
import { route } from "./route.ts";

export const eventTypeImportRoutes = [
  route(importOpenApi, ({ actor, body, bytes }) => eventTypeImport.importOpenApi(actor, body, fieldOf(bytes, "spec"))),
  route(getEventTypeUsage, ({ actor, params }) => getUsage(actor, params.event_type_name)),
];
