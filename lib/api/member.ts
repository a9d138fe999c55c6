import {
  acceptInvitation,
  createInvitation,
  createResetLink,
  joinByInvitation,
  listInvitations,
  listMembers,
  patchMember,
  removeMember,
  revokeInvitation,
  showInvitation,
} from "../contract/member.ts";
import * as accounts from "../services/team/accounts.ts";
import * as invitations from "../services/team/invitations.ts";
import * as members from "../services/team/members.ts";
import { route } from "./route.ts";

export const memberRoutes = [
  route(listMembers, ({ actor, query }) => members.list(actor, query)),
  route(patchMember, ({ actor, params, body }) => members.changeRole(actor, params.user_id, body)),
  route(removeMember, ({ actor, params, query }) => members.remove(actor, params.user_id, query.stop_keys)),
  route(createResetLink, ({ actor, params }) => accounts.createResetLink(actor, params.user_id)),
  route(listInvitations, ({ actor, query }) => invitations.list(actor, query)),
  route(createInvitation, ({ actor, body }) => invitations.create(actor, body)),
  route(revokeInvitation, ({ actor, params }) => invitations.revoke(actor, params.invitation_id)),
  route(showInvitation, ({ body }) => invitations.showByToken(body.token)),
  route(acceptInvitation, ({ body, client }) => invitations.accept(body, client())),
  route(joinByInvitation, ({ actor, body }) => invitations.joinByToken(actor, body.token)),
];
