import { setup } from "../contract/setup.ts";
import { createOwner } from "../services/team/bootstrap.ts";
import { route } from "./route.ts";

export const setupRoutes = [route(setup, ({ body: { token, ...owner } }) => createOwner(token, owner))];
