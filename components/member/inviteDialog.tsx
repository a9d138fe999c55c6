"use client";

import { useState } from "react";
import type { InvitationCreatedOut } from "../../lib/contract/member.ts";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { SelectField, TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { LinkDialog } from "./linkDialog.tsx";
import { useInvite } from "./queries.ts";
import { givableRoles, roleWords } from "./roles.ts";

/** Asks whom to invite as what, then shows the link, once. */
export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [invitation, setInvitation] = useState<InvitationCreatedOut | null>(null);
  const done = (created: InvitationCreatedOut) => {
    onOpenChange(false);
    setInvitation(created);
  };
  return (
    <>
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title="Invite member"
        lead="They join with a link, which works once within seven days. An earlier link for the same address stops working."
      >
        <InviteForm onDone={done} onCancel={() => onOpenChange(false)} />
      </Dialog>
      <LinkDialog title={`Invitation for ${invitation?.email ?? ""}`} link={invitation} onClose={() => setInvitation(null)}>
        Whoever opens this link joins. It is not shown again.
      </LinkDialog>
    </>
  );
}

function InviteForm({ onDone, onCancel }: { onDone: (created: InvitationCreatedOut) => void; onCancel: () => void }) {
  const { role } = useMembership();
  const invite = useInvite();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/member.ts")).InvitationIn,
    initial: { email: "", role: "member" },
    save: async (input) => onDone(await invite.mutateAsync(input)),
  });
  const roles = givableRoles(role).map(({ value, label }) => ({ value, label: `${label}: ${roleWords[value].does}` }));
  return (
    <Form form={form}>
      <TextField name="email" label="E-mail" type="email" autoComplete="off" />
      <SelectField name="role" label="Role" options={roles} help="It can be changed later." />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Invite member
        </Button>
      </DialogActions>
    </Form>
  );
}
