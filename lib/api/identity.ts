import { endSession, listIdentities, listSessions, unlinkIdentity } from "../contract/identity.ts";
import * as identities from "../services/team/identities.ts";
import * as sessions from "../services/team/sessions.ts";
import { route } from "./route.ts";

export const identityRoutes = [
  route(listIdentities, ({ actor }) => identities.list(actor)),
  route(unlinkIdentity, ({ actor, params }) => identities.unlink(actor, params.identity_id)),
  route(listSessions, ({ actor, query }) => sessions.listSessions(actor, query)),
  route(endSession, ({ actor, params }) => sessions.endSession(actor, params.session_id)),
];
