import {
  compareSourceTransformation,
  dryRunSourceFilter,
  getSourceTransformation,
  listSourceTransformationVersions,
  patchSourceTransformation,
  rollBackSourceTransformation,
  testSourceTransformation,
} from "../contract/sourceRules.ts";
import * as runs from "../services/receivedRequest/tryOuts.ts";
import { sourceOwner } from "../services/transformation/transformationOwners.ts";
import * as transformations from "../services/transformation/transformations.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { route } from "./route.ts";

export const sourceRulesRoutes = [
  route(dryRunSourceFilter, ({ actor, params, body }) => runs.dryRun(actor, params.source_id, body)),
  route(getSourceTransformation, async ({ actor, params }) => transformations.get(await sourceOwner(actor, params.source_id))),
  route(patchSourceTransformation, async ({ actor, params, body }) =>
    transformations.patch(actor, await sourceOwner(actor, params.source_id), body),
  ),
  route(listSourceTransformationVersions, async ({ actor, params }) =>
    transformations.listVersions(actor, await sourceOwner(actor, params.source_id)),
  ),
  route(rollBackSourceTransformation, async ({ actor, params, body }) =>
    transformations.rollBack(actor, await sourceOwner(actor, params.source_id), body.version),
  ),
  route(testSourceTransformation, ({ actor, params, body, bytes }) => runs.test(actor, params.source_id, body, fieldOf(bytes, "payload"))),
  route(compareSourceTransformation, ({ actor, params, body }) => runs.compare(actor, params.source_id, body)),
];
