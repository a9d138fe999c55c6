import { patchOrganization } from "../contract/organization.ts";
import * as organizations from "../services/team/organizations.ts";
import { route } from "./route.ts";

export const organizationRoutes = [route(patchOrganization, ({ actor, body }) => organizations.patch(actor, body))];
