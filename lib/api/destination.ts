import {
  createDestination,
  deleteDestination,
  getDestination,
  getDestinationTransformation,
  listDestinations,
  patchDestination,
  patchDestinationTransformation,
  putDestination,
  rotateDestinationSecret,
  testDestinationTransformation,
} from "../contract/destination.ts";
import * as destinations from "../services/svix/destinations.ts";
import * as transformations from "../services/svix/destinationTransformations.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { route } from "./route.ts";

export const destinationRoutes = [
  route(listDestinations, ({ actor, params, query }) => destinations.list(actor, params.app_id, query)),
  route(createDestination, ({ actor, params, body }) => destinations.create(actor, params.app_id, body)),
  route(getDestination, ({ actor, params }) => destinations.get(actor, params.app_id, params.destination_id)),
  route(putDestination, ({ actor, params, body }) => destinations.put(actor, params.app_id, params.destination_id, body)),
  route(patchDestination, ({ actor, params, body }) => destinations.patch(actor, params.app_id, params.destination_id, body)),
  route(deleteDestination, ({ actor, params }) => destinations.remove(actor, params.app_id, params.destination_id)),
  route(rotateDestinationSecret, ({ actor, params, body }) => destinations.rotateSecret(actor, params.app_id, params.destination_id, body)),
  route(getDestinationTransformation, ({ actor, params }) => transformations.get(actor, params.app_id, params.destination_id)),
  route(patchDestinationTransformation, ({ actor, params, body }) =>
    transformations.patch(actor, params.app_id, params.destination_id, body),
  ),
  route(testDestinationTransformation, ({ actor, params, body, bytes }) =>
    transformations.test(actor, params.app_id, params.destination_id, body, fieldOf(bytes, "payload")),
  ),
];
