/** The people of an organization, and who is invited to join them. */
import * as z from "zod/mini";
import { email, newPassword, personName } from "./account.ts";
import { operation } from "./operation.ts";
import { role } from "./role.ts";
import { deleted, pageOf, paging } from "./shared.ts";

export const MemberOut = z
  .object({
    userId: z.string(),
    email: z.string(),
    name: z.nullable(z.string()),
    role,
    createdAt: z.iso.datetime(),
    secondFactor: z
      .nullable(z.boolean())
      .check(z.meta({ description: "Whether they have set one up. Null unless the caller is an admin." })),
  })
  .check(z.meta({ id: "MemberOut" }));

export const MemberPatch = z.object({ role }).check(z.meta({ id: "MemberPatch" }));

export const LinkOut = z.object({ url: z.string(), mailed: z.boolean(), expiresAt: z.iso.datetime() }).check(z.meta({ id: "LinkOut" }));

export const InvitationIn = z.object({ email, role }).check(z.meta({ id: "InvitationIn" }));

const invitation = {
  id: z.string(),
  email: z.string(),
  role,
  invitedBy: z.nullable(z.string()).check(z.meta({ description: "Whoever invited: the name." })),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
};
export const InvitationOut = z.object(invitation).check(z.meta({ id: "InvitationOut" }));
export const InvitationCreatedOut = z
  .object({
    ...invitation,
    url: z.string().check(z.meta({ description: "The link to join by; it is not shown again." })),
    mailed: z.boolean().check(z.meta({ description: "Whether the link was mailed too." })),
  })
  .check(z.meta({ id: "InvitationCreatedOut" }));

const token = z.string().check(z.minLength(1), z.maxLength(256));
export const InvitationTokenIn = z.object({ token }).check(z.meta({ id: "InvitationTokenIn" }));
export const InvitationShownOut = z
  .object({
    organizationName: z.string(),
    email: z.string(),
    role,
    hasAccount: z.boolean().check(z.meta({ description: "True: sign in, then join. False: accept with a new password." })),
  })
  .check(z.meta({ id: "InvitationShownOut" }));
export const InvitationAcceptIn = z.object({ token, name: personName, password: newPassword }).check(z.meta({ id: "InvitationAcceptIn" }));
export const InvitationAcceptedOut = z
  .object({ email: z.string(), organizationId: z.string() })
  .check(z.meta({ id: "InvitationAcceptedOut" }));

export type MemberOut = z.output<typeof MemberOut>;
export type MemberPatch = z.output<typeof MemberPatch>;
export type LinkOut = z.output<typeof LinkOut>;
export type InvitationIn = z.output<typeof InvitationIn>;
export type InvitationOut = z.output<typeof InvitationOut>;
export type InvitationCreatedOut = z.output<typeof InvitationCreatedOut>;
export type InvitationShownOut = z.output<typeof InvitationShownOut>;
export type InvitationAcceptIn = z.output<typeof InvitationAcceptIn>;

const tag = "Member";
const search = (what: string) => z.nullish(z.string().check(z.maxLength(256))).check(z.meta({ description: `Part of ${what}.` }));
const access = "member";

export const listMembers = operation({
  operationId: "v1.member.list",
  method: "get",
  path: "/api/v1/member",
  tag,
  summary: "List the organization's members",
  access,
  query: z.object({ ...paging, search: search("name or address; or an id") }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_MemberOut_", MemberOut) } },
});

export const patchMember = operation({
  operationId: "v1.member.patch",
  method: "patch",
  path: "/api/v1/member/{user_id}",
  tag,
  summary: "Change a member's role",
  description: "Nobody can give a role above their own or change somebody above them, and the last owner stays.",
  access,
  role: "admin",
  body: MemberPatch,
  responses: { 200: { description: "The member", schema: MemberOut } },
});

export const removeMember = operation({
  operationId: "v1.member.remove",
  method: "delete",
  path: "/api/v1/member/{user_id}",
  tag,
  summary: "Remove a member; oneself too",
  description:
    "Removing others takes an admin. Invitations, reset links and portal links that they made end at once; keys that they made are listed as left behind, and stop in seven days unless an admin takes them over.",
  access,
  role: "viewer",
  query: z.object({
    stop_keys: z
      ._default(z.boolean(), false)
      .check(z.meta({ description: "True: the keys stop at once, until an admin takes them over." })),
  }),
  responses: deleted,
});

export const createResetLink = operation({
  operationId: "v1.member.create-reset-link",
  method: "post",
  path: "/api/v1/member/{user_id}/reset-link",
  tag,
  summary: "Make a link with which a member sets a new password",
  description: "Only for a member below the caller who belongs to no other organization. It ends when its maker leaves.",
  access,
  waits: true,
  role: "admin",
  responses: { 201: { description: "The link", schema: LinkOut } },
});

export const listInvitations = operation({
  operationId: "v1.invitation.list",
  method: "get",
  path: "/api/v1/invitation",
  tag,
  summary: "List the invitations that are open",
  access,
  role: "admin",
  query: z.object({ ...paging, search: search("the address") }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_InvitationOut_", InvitationOut) } },
});

export const createInvitation = operation({
  operationId: "v1.invitation.create",
  method: "post",
  path: "/api/v1/invitation",
  tag,
  summary: "Invite someone; an open invitation of the address ends",
  access,
  waits: true,
  role: "admin",
  body: InvitationIn,
  responses: { 201: { description: "The invitation and its link", schema: InvitationCreatedOut } },
});

export const revokeInvitation = operation({
  operationId: "v1.invitation.revoke",
  method: "delete",
  path: "/api/v1/invitation/{invitation_id}",
  tag,
  summary: "Revoke an invitation, at once",
  access,
  role: "admin",
  responses: deleted,
});

export const showInvitation = operation({
  operationId: "v1.invitation.show",
  method: "post",
  path: "/api/v1/invitation/show",
  tag,
  summary: "What an invitation's link invites to",
  access: "public",
  body: InvitationTokenIn,
  responses: { 200: { description: "The invitation", schema: InvitationShownOut } },
});

export const acceptInvitation = operation({
  operationId: "v1.invitation.accept",
  method: "post",
  path: "/api/v1/invitation/accept",
  tag,
  summary: "Accept an invitation as someone new",
  access: "public",
  body: InvitationAcceptIn,
  responses: { 201: { description: "Joined; sign in now", schema: InvitationAcceptedOut } },
  refusals: [409],
});

export const joinByInvitation = operation({
  operationId: "v1.invitation.join",
  method: "post",
  path: "/api/v1/invitation/join",
  tag,
  summary: "Accept an invitation with the account that is signed in",
  access: "user",
  body: InvitationTokenIn,
  responses: { 200: { description: "Joined", schema: InvitationAcceptedOut } },
});
