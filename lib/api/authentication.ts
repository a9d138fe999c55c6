import { deleteEndpointAuthentication, getEndpointAuthentication, putEndpointAuthentication } from "../contract/authentication.ts";
import * as authentication from "../services/endpoint/authentication.ts";
import { route } from "./route.ts";

export const authenticationRoutes = [
  route(getEndpointAuthentication, ({ actor, params }) => authentication.get(actor, params.app_id, params.endpoint_id)),
  route(putEndpointAuthentication, ({ actor, params, body }) => authentication.put(actor, params.app_id, params.endpoint_id, body)),
  route(deleteEndpointAuthentication, ({ actor, params }) => authentication.remove(actor, params.app_id, params.endpoint_id)),
];
