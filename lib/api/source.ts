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
import * as sources from "../services/source/sources.ts";
import * as tokens from "../services/source/sourceTokens.ts";
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
];
