import { createApiKey, listApiKeys, patchApiKey, revokeApiKey } from "../contract/apiKey.ts";
import * as apiKeys from "../services/team/apiKeys.ts";
import { route } from "./route.ts";

export const apiKeyRoutes = [
  route(listApiKeys, ({ actor, query }) => apiKeys.list(actor, query)),
  route(createApiKey, ({ actor, body }) => apiKeys.create(actor, body)),
  route(patchApiKey, ({ actor, params, body }) => apiKeys.patch(actor, params.key_id, body)),
  route(revokeApiKey, ({ actor, params }) => apiKeys.revoke(actor, params.key_id)),
];
