"use client";

import { useState } from "react";
import type { PasskeyListedOut } from "../../lib/contract/secondFactor.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useAddPasskey, useRemovePasskey, useRenamePasskey } from "./queries.ts";

type Prove = <T>(work: () => Promise<T>) => Promise<T>;

/** The passkeys that there are. */
export function PasskeyTable({ passkeys, prove }: { passkeys: readonly PasskeyListedOut[]; prove: Prove }) {
  const [renaming, setRenaming] = useState<PasskeyListedOut | null>(null);
  const [removing, setRemoving] = useState<PasskeyListedOut | null>(null);
  const remove = useRemovePasskey();
  return (
    <>
      <Table caption="Passkeys" columns={columnsOf(setRenaming, setRemoving)} rows={passkeys} rowId={({ id }) => id} />
      <RenameDialog key={renaming?.id} passkey={renaming} onClose={() => setRenaming(null)} />
      <ConfirmDialog
        open={removing !== null}
        onOpenChange={() => setRemoving(null)}
        title="Remove passkey"
        onConfirm={async () => {
          if (removing === null) return;
          await prove(() => remove.mutateAsync(removing.id));
          toast.good(`${removing.name} was removed`);
        }}
      >
        <p>{removing?.name} signs you in no more. Your device may go on offering it, until you remove it there too.</p>
      </ConfirmDialog>
    </>
  );
}

const columnsOf = (onRename: (one: PasskeyListedOut) => void, onRemove: (one: PasskeyListedOut) => void): Column<PasskeyListedOut>[] => [
  { key: "name", header: "Passkey", cell: ({ name }) => <span className="block truncate">{name}</span>, phone: "title" },
  { key: "added", header: "Added", width: "w-32", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "hidden" },
  {
    key: "used",
    header: "Last used",
    width: "w-32",
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="text-ink-muted">Never</span> : <Time at={lastUsedAt} />),
    phone: "meta",
  },
  {
    key: "actions",
    header: "Actions",
    width: "w-44",
    align: "right",
    phone: "meta",
    cell: (passkey) => (
      <>
        <Button variant="quiet" size="small" aria-label={`Rename ${passkey.name}`} onClick={() => onRename(passkey)}>
          Rename
        </Button>
        <Button variant="quiet" size="small" aria-label={`Remove ${passkey.name}`} onClick={() => onRemove(passkey)}>
          Remove
        </Button>
      </>
    ),
  },
];

function RenameDialog({ passkey, onClose }: { passkey: PasskeyListedOut | null; onClose: () => void }) {
  const rename = useRenamePasskey();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/secondFactor.ts")).PasskeyPatch,
    initial: { name: passkey?.name ?? "" },
    save: async ({ name }) => {
      await rename.mutateAsync({ id: passkey?.id ?? "", name });
      onClose();
    },
  });
  return (
    <Dialog open={passkey !== null} onOpenChange={onClose} title="Rename passkey">
      <Form form={form} className="space-y-4">
        <TextField name="name" label="Name" autoComplete="off" />
        <DialogActions>
          <Button variant="secondary" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" pending={form.isSubmitting}>
            Rename passkey
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

type AddDialogProps = { open: boolean; onClose: () => void; prove: Prove; onDone: (codes: string[] | null) => void };

/** Names a passkey, then asks the browser for it. */
export function AddPasskeyDialog({ open, onClose, prove, onDone }: AddDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onClose} title="Add passkey" lead="Your device, browser, password manager or security key.">
      <AddForm onClose={onClose} prove={prove} onDone={onDone} />
    </Dialog>
  );
}

function AddForm({ onClose, prove, onDone }: Omit<AddDialogProps, "open">) {
  const add = useAddPasskey();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/secondFactor.ts")).PasskeyPatch,
    initial: { name: "" },
    save: async ({ name }) => {
      const added = await prove(() => add.mutateAsync(name));
      if (added === null) throw new Error("No passkey was made: it was cancelled, took too long, or this device has one already.");
      toast.good("Passkey added");
      onDone(added.recoveryCodes);
    },
  });
  return (
    <Form form={form} className="space-y-4">
      <TextField
        name="name"
        label="Name"
        autoComplete="off"
        placeholder="Laptop"
        help="A name to recognise it by. Your browser asks for the rest."
      />
      <DialogActions>
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Add passkey
        </Button>
      </DialogActions>
    </Form>
  );
}
