import {
  createApiToken,
  createManagedEnvironment,
  deleteManagedEnvironment,
  expireApiToken,
  getManagedEnvironment,
  getManagementSettings,
  listApiTokens,
  listManagedEnvironments,
  patchApiToken,
  patchManagementSettings,
  updateManagedEnvironment,
} from "../contract/management.ts";
import * as environments from "../services/environment/environments.ts";
import * as management from "../services/svix/management.ts";
import * as managementSettings from "../services/svix/managementSettings.ts";
import { route } from "./route.ts";

export const managementRoutes = [
  route(listManagedEnvironments, ({ actor, query }) => management.listEnvironments(actor, query)),
  route(createManagedEnvironment, ({ actor, body }) => management.createEnvironment(actor, body)),
  route(getManagedEnvironment, ({ actor, params }) => management.getEnvironment(actor, params.environment_id)),
  route(updateManagedEnvironment, ({ actor, params, body }) => management.renameEnvironment(actor, params.environment_id, body)),
  route(deleteManagedEnvironment, ({ actor, params }) => environments.remove(actor, params.environment_id)),
  route(listApiTokens, ({ actor, params, query }) => management.listApiTokens(actor, params.environment_id, query)),
  route(createApiToken, ({ actor, params, body }) => management.createApiToken(actor, params.environment_id, body)),
  route(patchApiToken, ({ actor, params, body }) => management.patchApiToken(actor, params.environment_id, params.key_id, body)),
  route(expireApiToken, ({ actor, params, body }) => management.expireApiToken(actor, params.environment_id, params.key_id, body.expiry)),
  route(getManagementSettings, ({ actor }) => managementSettings.get(actor)),
  route(patchManagementSettings, ({ actor, body }) => managementSettings.patch(actor, body)),
];
