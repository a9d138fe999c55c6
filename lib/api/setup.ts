import { setup, showSetup } from "../contract/setup.ts";
import { createOwner, requireSetupToken } from "../services/team/bootstrap.ts";
import { route } from "./route.ts";

export const setupRoutes = [
  route(showSetup, ({ body }) => requireSetupToken(body.token)),
  route(setup, ({ body: { token, ...owner } }) => createOwner(token, owner)),
];
