import {
  createIngestEndpoint,
  createIngestSource,
  deleteIngestEndpoint,
  deleteIngestSource,
  getIngestEndpoint,
  getIngestEndpointHeaders,
  getIngestEndpointSecret,
  getIngestEndpointTransformation,
  getIngestSource,
  ingestPortalAccess,
  listIngestEndpoints,
  listIngestSources,
  patchIngestEndpointTransformation,
  putIngestEndpoint,
  putIngestEndpointHeaders,
  putIngestSource,
  rotateIngestEndpointSecret,
  rotateIngestToken,
} from "../contract/ingest.ts";
import * as ingest from "../services/svix/ingest.ts";
import * as sources from "../services/source/sources.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const ingestRoutes = [
  route(listIngestSources, ({ actor, query }) => ingest.list(actor, query)),
  route(createIngestSource, ({ actor, body }) => ingest.create(actor, body)),
  route(getIngestSource, ({ actor, params }) => ingest.get(actor, params.source_id)),
  route(putIngestSource, async ({ actor, params, body }) => {
    const { created, source } = await ingest.put(actor, params.source_id, body);
    return reply(created ? 201 : 200, source);
  }),
  route(deleteIngestSource, ({ actor, params }) => sources.remove(actor, params.source_id)),
  route(rotateIngestToken, ({ actor, params }) => ingest.rotateToken(actor, params.source_id)),
  route(ingestPortalAccess, ({ actor, params, body }) => ingest.letIn(actor, params.source_id, body)),
  route(listIngestEndpoints, ({ actor, params, query }) => ingest.listEndpoints(actor, params.source_id, query)),
  route(createIngestEndpoint, ({ actor, params, body }) => ingest.createEndpoint(actor, params.source_id, body)),
  route(getIngestEndpoint, ({ actor, params }) => ingest.getEndpoint(actor, params.source_id, params.endpoint_id)),
  route(putIngestEndpoint, async ({ actor, params, body }) => {
    const { created, endpoint } = await ingest.putEndpoint(actor, params.source_id, params.endpoint_id, body);
    return reply(created ? 201 : 200, endpoint);
  }),
  route(deleteIngestEndpoint, ({ actor, params }) => ingest.removeEndpoint(actor, params.source_id, params.endpoint_id)),
  route(getIngestEndpointSecret, ({ actor, params }) => ingest.getEndpointSecret(actor, params.source_id, params.endpoint_id)),
  route(rotateIngestEndpointSecret, ({ actor, params, body }) =>
    ingest.rotateEndpointSecret(actor, params.source_id, params.endpoint_id, body),
  ),
  route(getIngestEndpointHeaders, ({ actor, params }) => ingest.getEndpointHeaders(actor, params.source_id, params.endpoint_id)),
  route(putIngestEndpointHeaders, ({ actor, params, body }) =>
    ingest.putEndpointHeaders(actor, params.source_id, params.endpoint_id, body.headers),
  ),
  route(getIngestEndpointTransformation, ({ actor, params }) =>
    ingest.getEndpointTransformation(actor, params.source_id, params.endpoint_id),
  ),
  route(patchIngestEndpointTransformation, ({ actor, params, body }) =>
    ingest.patchEndpointTransformation(actor, params.source_id, params.endpoint_id, body),
  ),
];
