"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { InvitationOut } from "../../lib/contract/member.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { invitationsQuery, useRevokeInvitation } from "./queries.ts";
import { roleWords } from "./roles.ts";

/** Their iterator's name in the address, beside the members'. */
const cursor = "invitations";

/** The invitations that are open, of all or of those that are searched for; nothing while there is none. */
export function Invitations({ search }: { search: string }) {
  const iterator = useUrlState().get(cursor);
  const { data, error, refetch } = useQuery(invitationsQuery(iterator, search));
  const [revoking, setRevoking] = useState<InvitationOut | null>(null);
  const revoke = useRevokeInvitation();
  if (error !== null && data === undefined)
    return (
      <div className="mt-8">
        <ErrorState what="The invitations" error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (data === undefined || (data.data.length === 0 && iterator === null)) return null;
  return (
    <section className="mt-8">
      <h2 className="mb-2 font-semibold">Open invitations</h2>
      <Table caption="Open invitations" columns={columnsOf(setRevoking)} rows={data.data} rowId={({ id }) => id} />
      <Pages page={data} iterator={iterator} of="Open invitations" name={cursor} />
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={() => setRevoking(null)}
        title="Revoke invitation"
        onConfirm={async () => {
          if (revoking === null) return;
          await revoke.mutateAsync(revoking.id);
          toast.good(`The invitation of ${revoking.email} is revoked`);
        }}
      >
        <p>The link that {revoking?.email} has been given stops working at once.</p>
      </ConfirmDialog>
    </section>
  );
}

const columnsOf = (onRevoke: (invitation: InvitationOut) => void): Column<InvitationOut>[] => [
  { key: "email", header: "E-mail", cell: ({ email }) => email, phone: "title" },
  { key: "role", header: "Role", width: "w-24", cell: ({ role }) => roleWords[role].label, phone: "aside" },
  { key: "by", header: "Invited by", width: "w-40", cell: ({ invitedBy }) => invitedBy ?? "–", phone: "hidden" },
  { key: "expires", header: "Expires", width: "w-32", cell: ({ expiresAt }) => <Time at={expiresAt} ahead />, phone: "meta" },
  {
    key: "actions",
    header: "Actions",
    width: "w-28",
    align: "right",
    phone: "meta",
    cell: (invitation) => (
      <Button variant="quiet" size="small" aria-label={`Revoke the invitation of ${invitation.email}`} onClick={() => onRevoke(invitation)}>
        Revoke
      </Button>
    ),
  },
];
