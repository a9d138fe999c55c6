import {
  compareTransformation,
  getEndpointTransformation,
  listTransformationVersions,
  patchEndpointTransformation,
  rollBackTransformation,
  testTransformation,
} from "../contract/transformation.ts";
import { endpointOwner } from "../services/transformation/transformationOwners.ts";
import * as runs from "../services/transformation/transformationRuns.ts";
import * as transformations from "../services/transformation/transformations.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { route } from "./route.ts";

export const transformationRoutes = [
  route(getEndpointTransformation, async ({ actor, params }) =>
    transformations.get(await endpointOwner(actor, params.app_id, params.endpoint_id)),
  ),
  route(patchEndpointTransformation, async ({ actor, params, body }) =>
    transformations.patch(actor, await endpointOwner(actor, params.app_id, params.endpoint_id), body),
  ),
  route(listTransformationVersions, async ({ actor, params }) =>
    transformations.listVersions(actor, await endpointOwner(actor, params.app_id, params.endpoint_id)),
  ),
  route(rollBackTransformation, async ({ actor, params, body }) =>
    transformations.rollBack(actor, await endpointOwner(actor, params.app_id, params.endpoint_id), body.version),
  ),
  route(testTransformation, ({ actor, params, body, bytes }) =>
    runs.test(actor, params.app_id, params.endpoint_id, body, fieldOf(bytes, "payload")),
  ),
  route(compareTransformation, ({ actor, params, body }) => runs.compare(actor, params.app_id, params.endpoint_id, body)),
];
