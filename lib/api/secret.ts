import { expireEndpointSecrets, listEndpointSecrets } from "../contract/secret.ts";
import * as secrets from "../services/endpoint/secrets.ts";
import { route } from "./route.ts";

export const secretRoutes = [
  route(listEndpointSecrets, ({ actor, params }) => secrets.list(actor, params.app_id, params.endpoint_id)),
  route(expireEndpointSecrets, ({ actor, params, body }) => secrets.expire(actor, params.app_id, params.endpoint_id, body)),
];
