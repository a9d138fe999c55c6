import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  getEndpointHeaders,
  getEndpointMissed,
  getEndpointSecret,
  listAllEndpoints,
  listEndpoints,
  patchEndpoint,
  patchEndpointHeaders,
  putEndpoint,
  putEndpointHeaders,
  rotateEndpointSecret,
} from "../contract/endpoint.ts";
import * as endpoints from "../services/endpoint/endpoints.ts";
import * as endpointsOfEnvironment from "../services/endpoint/acrossApplications.ts";
import * as headers from "../services/endpoint/headers.ts";
import { countMissed } from "../services/endpoint/missingMessages.ts";
import * as secrets from "../services/endpoint/secrets.ts";
import { reply } from "./reply.ts";
import { read, route } from "./route.ts";
import { isSdkOfVersion1 } from "./sdkVersion.ts";

export const endpointRoutes = [
  read(listEndpoints, ({ actor, params, query }) => endpoints.list(actor, params.app_id, query)),
  route(createEndpoint, ({ actor, params, query, body }) => endpoints.create(actor, params.app_id, body, { formerId: query.id })),
  read(getEndpoint, ({ actor, params }) => endpoints.get(actor, params.app_id, params.endpoint_id)),
  route(putEndpoint, async ({ actor, params, body }) => {
    const { created, endpoint } = await endpoints.put(actor, params.app_id, params.endpoint_id, body);
    return reply(created ? 201 : 200, endpoint);
  }),
  route(patchEndpoint, ({ actor, params, body }) => endpoints.patch(actor, params.app_id, params.endpoint_id, body)),
  route(deleteEndpoint, ({ actor, params }) => endpoints.remove(actor, params.app_id, params.endpoint_id)),
  route(getEndpointSecret, ({ actor, params }) => secrets.get(actor, params.app_id, params.endpoint_id)),
  route(rotateEndpointSecret, async ({ actor, params, body, client }) => {
    const secret = await secrets.rotate(actor, params.app_id, params.endpoint_id, body);
    return isSdkOfVersion1(client()) ? reply(204, undefined) : secret;
  }),
  route(getEndpointHeaders, ({ actor, params }) => headers.get(actor, params.app_id, params.endpoint_id)),
  route(putEndpointHeaders, ({ actor, params, body }) => headers.put(actor, params.app_id, params.endpoint_id, body.headers)),
  route(patchEndpointHeaders, ({ actor, params, body }) => headers.patch(actor, params.app_id, params.endpoint_id, body)),
  route(listAllEndpoints, ({ actor, query }) => endpointsOfEnvironment.list(actor, query)),
  route(getEndpointMissed, ({ actor, params, query }) => countMissed(actor, params.app_id, params.endpoint_id, query.since)),
];
