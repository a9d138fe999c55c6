import {
  createSource,
  deleteSource,
  expireSourceTokens,
  getSource,
  getSourceConfig,
  listSources,
  patchSource,
  rotateSourceSecret,
  rotateSourceToken,
} from "../contract/source.ts";
import {
  compareSourceTransformation,
  dryRunSourceFilter,
  getSourceTransformation,
  listSourceTransformationVersions,
  patchSourceTransformation,
  rollBackSourceTransformation,
  testSourceTransformation,
} from "../contract/sourceRules.ts";
import { listSourceProviders, testSource } from "../contract/sourceTools.ts";
import { sendTest } from "../receiving/sendTest.ts";
import { listProviders } from "../services/source/sourceConfig.ts";
import * as runs from "../services/receivedRequest/tryOuts.ts";
import * as sources from "../services/source/sources.ts";
import * as tokens from "../services/source/sourceTokens.ts";
import { sourceOwner } from "../services/transformation/transformationOwners.ts";
import * as transformations from "../services/transformation/transformations.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { route } from "./route.ts";

export const sourceRoutes = [
  route(listSources, ({ actor, query }) => sources.list(actor, query)),
  route(createSource, ({ actor, body }) => sources.create(actor, body)),
  route(getSource, ({ actor, params }) => sources.get(actor, params.source_id)),
  route(patchSource, ({ actor, params, body }) => sources.patch(actor, params.source_id, body)),
  route(deleteSource, ({ actor, params }) => sources.remove(actor, params.source_id)),
  route(getSourceConfig, ({ actor, params }) => tokens.reveal(actor, params.source_id)),
  route(rotateSourceToken, ({ actor, params, body }) => tokens.rotate(actor, params.source_id, body.gracePeriodSeconds)),
  route(expireSourceTokens, ({ actor, params }) => tokens.expire(actor, params.source_id)),
  route(rotateSourceSecret, ({ actor, params, body }) => tokens.rotateSecret(actor, params.source_id, body)),
  route(testSource, ({ actor, params, body }) => sendTest(actor, params.source_id, body)),
  route(dryRunSourceFilter, ({ actor, params, body }) => runs.dryRun(actor, params.source_id, body)),
  route(getSourceTransformation, async ({ actor, params }) => transformations.get(await sourceOwner(actor, params.source_id))),
  route(patchSourceTransformation, async ({ actor, params, body }) =>
    transformations.patch(actor, await sourceOwner(actor, params.source_id), body),
  ),
  route(listSourceTransformationVersions, async ({ actor, params }) =>
    transformations.listVersions(await sourceOwner(actor, params.source_id)),
  ),
  route(rollBackSourceTransformation, async ({ actor, params, body }) =>
    transformations.rollBack(actor, await sourceOwner(actor, params.source_id), body.version),
  ),
  route(testSourceTransformation, ({ actor, params, body, bytes }) => runs.test(actor, params.source_id, body, fieldOf(bytes, "payload"))),
  route(compareSourceTransformation, ({ actor, params, body }) => runs.compare(actor, params.source_id, body)),
  route(listSourceProviders, () => ({ data: listProviders() })),
];
