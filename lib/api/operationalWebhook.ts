import {
  createOperationalWebhookEndpoint,
  deleteOperationalWebhookEndpoint,
  getOperationalWebhookEndpoint,
  getOperationalWebhookEndpointHeaders,
  getOperationalWebhookEndpointSecret,
  listOperationalWebhookEndpoints,
  putOperationalWebhookEndpoint,
  putOperationalWebhookEndpointHeaders,
  rotateOperationalWebhookEndpointSecret,
} from "../contract/operationalWebhook.ts";
import * as operationalWebhooks from "../services/operationalWebhook/operationalWebhooks.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const operationalWebhookRoutes = [
  route(listOperationalWebhookEndpoints, ({ actor, query }) => operationalWebhooks.list(actor, query)),
  route(createOperationalWebhookEndpoint, ({ actor, body }) => operationalWebhooks.create(actor, body)),
  route(getOperationalWebhookEndpoint, ({ actor, params }) => operationalWebhooks.get(actor, params.endpoint_id)),
  route(putOperationalWebhookEndpoint, async ({ actor, params, body }) => {
    const { created, endpoint } = await operationalWebhooks.put(actor, params.endpoint_id, body);
    return reply(created ? 201 : 200, endpoint);
  }),
  route(deleteOperationalWebhookEndpoint, ({ actor, params }) => operationalWebhooks.remove(actor, params.endpoint_id)),
  route(getOperationalWebhookEndpointSecret, ({ actor, params }) => operationalWebhooks.getSecret(actor, params.endpoint_id)),
  route(rotateOperationalWebhookEndpointSecret, ({ actor, params, body }) =>
    operationalWebhooks.rotateSecret(actor, params.endpoint_id, body),
  ),
  route(getOperationalWebhookEndpointHeaders, ({ actor, params }) => operationalWebhooks.getHeaders(actor, params.endpoint_id)),
  route(putOperationalWebhookEndpointHeaders, ({ actor, params, body }) =>
    operationalWebhooks.putHeaders(actor, params.endpoint_id, body.headers),
  ),
];
