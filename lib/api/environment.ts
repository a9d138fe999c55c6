import { createEnvironment, deleteEnvironment, listEnvironments, patchEnvironment } from "../contract/environment.ts";
import * as environments from "../services/environment/environments.ts";
import { route } from "./route.ts";

export const environmentRoutes = [
  route(listEnvironments, ({ actor, query }) => environments.list(actor, query)),
  route(createEnvironment, ({ actor, body }) => environments.create(actor, body)),
  route(patchEnvironment, ({ actor, params, body }) => environments.patch(actor, params.environment_id, body)),
  route(deleteEnvironment, ({ actor, params }) => environments.remove(actor, params.environment_id)),
];
