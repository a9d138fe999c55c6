"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { LinkOut, MemberOut } from "../../lib/contract/member.ts";
import { isAtLeast, type Role } from "../../lib/words/role.ts";
import { useMembership } from "../session/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { Menu } from "../ui/menu.tsx";
import { MenuItem } from "../ui/menuItems.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Select } from "../ui/select.tsx";
import { FilterBar, FilterText } from "../ui/filterBar.tsx";
import { ErrorState, NoMatch } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useNew } from "../ui/useNew.ts";
import { Invitations } from "./invitations.tsx";
import { LinkDialog } from "./linkDialog.tsx";
import { membersQuery, useChangeRole, useResetLink } from "./queries.ts";
import { givableRoles, roleWords } from "./roles.ts";
import { MoreHorizontalIcon } from "../ui/moreIcons.ts";
import { later } from "../ui/later.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";

const LeftBehind = later(() => import("./leftBehind.tsx").then((module) => module.LeftBehind));

const InviteDialog = whenOpened(
  () => import("./inviteDialog.tsx").then((module) => module.InviteDialog),
  (props) => props.open,
);
const ResetDialog = whenOpened(
  () => import("./memberDialogs.tsx").then((module) => module.ResetDialog),
  ({ member }) => member !== null,
);
const RemoveDialog = whenOpened(
  () => import("./memberDialogs.tsx").then((module) => module.RemoveDialog),
  ({ member }) => member !== null,
);

/** The people of the organization: their roles, and who is invited. */
export function Members() {
  const url = useUrlState();
  const iterator = url.get("cursor");
  const search = url.get("search") ?? "";
  const { data, error, refetch } = useQuery(membersQuery(iterator, search));
  const clear = () => url.set({ search: null, cursor: null, invitations: null });
  const { user, role, may } = useMembership();
  const [isInviting, setInviting] = useNew();
  const [removing, setRemoving] = useState<MemberOut | null>(null);
  const [resetting, setResetting] = useState<MemberOut | null>(null);
  const [link, setLink] = useState<LinkOut | null>(null);
  const resetLink = useResetLink();
  const showResetLink = ({ userId }: MemberOut) =>
    void resetLink.mutateAsync(userId).then(setLink, (error: Error) => toast.bad(error.message));

  const look: Look = {
    userId: user?.id ?? null,
    role,
    mayManage: may("admin"),
    onResetLink: showResetLink,
    onReset: setResetting,
    onRemove: setRemoving,
  };

  return (
    <>
      <PageHeader
        title="Members"
        lead="Who can sign in to this organization, and what they may do."
        actions={may("admin") && <Button onClick={() => setInviting(true)}>Invite member</Button>}
      />
      <FilterBar onClear={search === "" ? null : clear}>
        <FilterText
          label="Name or address"
          className="w-72 max-sm:w-full"
          value={search}
          onChange={(value, step) => url.set({ search: value, cursor: null, invitations: null }, step)}
        />
      </FilterBar>
      {error !== null && data === undefined ? (
        <ErrorState what="The members" error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 && search !== "" ? (
        <NoMatch what="members" onClear={clear} />
      ) : (
        <>
          <Table caption="Members" columns={columnsOf(look)} rows={data?.data} rowId={({ userId }) => userId} skeletonRows={3} />
          <Pages page={data} iterator={iterator} of="Members" inItsOrder />
        </>
      )}
      {may("admin") && <Invitations search={search} />}
      {may("admin") && <LeftBehind />}
      {may("admin") && <InviteDialog open={isInviting} onOpenChange={setInviting} />}
      <LinkDialog title="Password link" link={link} onClose={() => setLink(null)}>
        Whoever opens it within a day sets the new password. It works once and is not shown again.
      </LinkDialog>
      <ResetDialog member={resetting} onClose={() => setResetting(null)} />
      <RemoveDialog member={removing} isSelf={removing?.userId === user?.id} onClose={() => setRemoving(null)} />
    </>
  );
}

/** The viewer, and what they can begin. */
type Look = {
  userId: string | null;
  role: Role | null;
  mayManage: boolean;
  onResetLink: (member: MemberOut) => void;
  onReset: (member: MemberOut) => void;
  onRemove: (member: MemberOut) => void;
};

const reaches = ({ role, mayManage }: Look, member: MemberOut): boolean => role !== null && mayManage && isAtLeast(role, member.role);

const columnsOf = (look: Look): Column<MemberOut>[] => [
  { key: "person", header: "Person", cell: (member) => <Person member={member} isSelf={member.userId === look.userId} />, phone: "title" },
  {
    key: "role",
    header: "Role",
    width: "w-36",
    cell: (member) => <RoleCell member={member} own={reaches(look, member) ? look.role : null} isSelf={member.userId === look.userId} />,
    phone: "aside",
  },
  ...(look.mayManage ? [secondFactorColumn] : []),
  { key: "since", header: "Member since", width: "w-36", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "meta" },
  {
    key: "actions",
    header: "Actions",
    width: "w-20",
    align: "right",
    cell: (member) => <Actions member={member} look={look} />,
    phone: "meta",
  },
];

function Actions({ member, look }: { member: MemberOut; look: Look }) {
  const isSelf = member.userId === look.userId;
  if (!isSelf && !reaches(look, member)) return null;
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${member.email}`}>
          <MoreHorizontalIcon className="size-4" aria-hidden="true" />
        </IconButton>
      }
    >
      {look.role !== null && !isAtLeast(member.role, look.role) && (
        <MenuItem onSelect={() => look.onResetLink(member)}>Make a password link</MenuItem>
      )}
      {!isSelf && member.secondFactor === true && <MenuItem onSelect={() => look.onReset(member)}>Remove second factor</MenuItem>}
      <MenuItem danger onSelect={() => look.onRemove(member)}>
        {isSelf ? "Leave organization" : "Remove member"}
      </MenuItem>
    </Menu>
  );
}

const secondFactorColumn: Column<MemberOut> = {
  key: "secondFactor",
  header: "Second factor",
  width: "w-32",
  cell: ({ secondFactor }) => (secondFactor ? "Yes" : <span className="text-ink-muted">None</span>),
  phone: "hidden",
};

const Person = ({ member: { name, email }, isSelf }: { member: MemberOut; isSelf: boolean }) => (
  <span className="flex min-w-0 items-center gap-2">
    <span className="min-w-0 truncate" title={email}>
      {name ?? email}
      {name !== null && <span className="ml-2 text-ink-muted">{email}</span>}
    </span>
    {isSelf && <Badge>You</Badge>}
  </span>
);

/**
 * `own`: the role of who looks, if they may change this one. Each change is asked about: a lower role ends what they made, and the
 * arrow keys pass by higher ones.
 */
function RoleCell({ member, own, isSelf }: { member: MemberOut; own: Role | null; isSelf: boolean }) {
  const { userId, email, role } = member;
  const change = useChangeRole();
  const [asked, setAsked] = useState<Role | null>(null);
  if (own === null) return <>{roleWords[role].label}</>;
  const give = async (next: Role) => {
    await change.mutateAsync({ userId, role: next });
    toast.good(`${email} is ${roleWords[next].label.toLowerCase()} now`);
  };
  return (
    <>
      <Select
        aria-label={`Role of ${email}`}
        className="h-8! py-0! max-sm:h-11!"
        options={givableRoles(own)}
        value={change.isPending ? change.variables.role : role}
        disabled={change.isPending}
        onChange={(event) => setAsked(event.target.value as Role)}
      />
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={() => setAsked(null)}
        title={`Make ${isSelf ? "yourself" : "them"} ${asked === null ? "" : roleWords[asked].label.toLowerCase()}`}
        onConfirm={async () => asked !== null && give(asked)}
      >
        <p className="text-left wrap-anywhere whitespace-normal">
          {asked !== null && (isAtLeast(asked, role) ? `${email} may do more at once.` : whatEnds(asked, email, isSelf))}
        </p>
      </ConfirmDialog>
    </>
  );
}

/** What a lower role takes away. */
function whatEnds(lower: Role, email: string, isSelf: boolean): string {
  const they = isSelf ? "you" : "they";
  const less = `${isSelf ? "You" : email} may do less at once.`;
  return lower === "admin"
    ? `${less} Password links that ${they} made end, and invitations of owners.`
    : `${less} The invitations and links that ${they} made end. The keys that ${they} made go on for seven days, in which an admin can take them over.`;
}
