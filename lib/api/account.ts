import { changePassword, forgotPassword, resetPassword, signOutEverywhere, updateProfile } from "../contract/account.ts";
import { listAuditEntries } from "../contract/auditEntry.ts";
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
import { createEnvironment, deleteEnvironment, listEnvironments, patchEnvironment, patchOrganization } from "../contract/organization.ts";
import { getSession } from "../contract/session.ts";
import * as accounts from "../services/team/accounts.ts";
import * as auditLog from "../services/audit/auditLog.ts";
import * as environments from "../services/environment/environments.ts";
import * as invitations from "../services/team/invitations.ts";
import * as members from "../services/team/members.ts";
import * as organizations from "../services/team/organizations.ts";
import { route } from "./route.ts";

export const accountRoutes = [
  route(getSession, ({ actor }) => accounts.getSession(actor)),
  route(updateProfile, ({ actor, body }) => accounts.updateProfile(actor, body)),
  route(changePassword, ({ actor, body }) => accounts.changePassword(actor, body)),
  route(signOutEverywhere, ({ actor }) => accounts.signOutEverywhere(actor)),
  route(forgotPassword, ({ body }) => accounts.forgotPassword(body)),
  route(resetPassword, ({ body, client }) => accounts.resetPassword(body, client())),
  route(listMembers, ({ actor, query }) => members.list(actor, query)),
  route(patchMember, ({ actor, params, body }) => members.changeRole(actor, params.user_id, body)),
  route(removeMember, ({ actor, params }) => members.remove(actor, params.user_id)),
  route(createResetLink, ({ actor, params }) => accounts.createResetLink(actor, params.user_id)),
  route(listInvitations, ({ actor, query }) => invitations.list(actor, query)),
  route(createInvitation, ({ actor, body }) => invitations.create(actor, body)),
  route(revokeInvitation, ({ actor, params }) => invitations.revoke(actor, params.invitation_id)),
  route(showInvitation, ({ body }) => invitations.showByToken(body.token)),
  route(acceptInvitation, ({ body, client }) => invitations.accept(body, client())),
  route(joinByInvitation, ({ actor, body }) => invitations.joinByToken(actor, body.token)),
  route(patchOrganization, ({ actor, body }) => organizations.patch(actor, body)),
  route(listEnvironments, ({ actor, query }) => environments.list(actor, query)),
  route(createEnvironment, ({ actor, body }) => environments.create(actor, body)),
  route(patchEnvironment, ({ actor, params, body }) => environments.patch(actor, params.environment_id, body)),
  route(deleteEnvironment, ({ actor, params }) => environments.remove(actor, params.environment_id)),
  route(listAuditEntries, ({ actor, query }) => auditLog.list(actor, query)),
];
