"use client";

import { EnvironmentIn, type EnvironmentOut } from "../../lib/contract/organization.ts";
import { Button } from "../ui/button.tsx";
import { Form, useApiForm } from "../ui/form.tsx";
import { TextField } from "../ui/formFields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useCreateEnvironment, useRenameEnvironment } from "./queries.ts";

export function CreateEnvironmentDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create environment">
      <CreateForm close={() => onOpenChange(false)} />
    </Dialog>
  );
}

export function RenameEnvironmentDialog({ environment, onClose }: { environment: EnvironmentOut | null; onClose: () => void }) {
  return (
    <Dialog open={environment !== null} onOpenChange={onClose} title="Rename environment">
      {environment !== null && <RenameForm environment={environment} close={onClose} />}
    </Dialog>
  );
}

function CreateForm({ close }: { close: () => void }) {
  const create = useCreateEnvironment();
  const save = async (input: EnvironmentIn) => {
    const { name } = await create.mutateAsync(input);
    toast.good(`${name} is created`);
    close();
  };
  return <NameForm action="Create environment" name="" save={save} close={close} />;
}

function RenameForm({ environment: { id, name }, close }: { environment: EnvironmentOut; close: () => void }) {
  const rename = useRenameEnvironment(id);
  const save = async (input: EnvironmentIn) => {
    await rename.mutateAsync(input);
    toast.good(`${name} is ${input.name} now`);
    close();
  };
  return <NameForm action="Rename environment" name={name} save={save} close={close} />;
}

type NameFormProps = { action: string; name: string; save: (input: EnvironmentIn) => Promise<void>; close: () => void };

function NameForm({ action, name, save, close }: NameFormProps) {
  const form = useApiForm({ schema: EnvironmentIn, defaultValues: { name }, submit: save });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" help="Such as Staging." />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {action}
        </Button>
      </DialogActions>
    </Form>
  );
}
