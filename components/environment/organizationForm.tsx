"use client";

import { OrganizationPatch } from "../../lib/contract/organization.ts";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { toast } from "../ui/toast.tsx";
import { useRenameOrganization } from "./queries.ts";

/** The organization's name, which owners can change. */
export function OrganizationForm() {
  const { organization } = useMembership();
  return (
    <section className="mt-8 border-t border-line pt-5">
      <h2 className="mb-3 font-semibold">Organization</h2>
      {organization !== null && <NameForm key={organization.id} name={organization.name} />}
    </section>
  );
}

function NameForm({ name }: { name: string }) {
  const rename = useRenameOrganization();
  const form = useApiForm({
    schema: OrganizationPatch,
    initial: { name },
    save: async (input) => {
      await rename.mutateAsync(input);
      toast.good("Organization renamed");
    },
  });
  return (
    <Form form={form} className="max-w-md space-y-4">
      <TextField name="name" label="Organization name" autoComplete="organization" />
      <Button type="submit" variant="secondary" pending={form.isSubmitting}>
        Rename organization
      </Button>
    </Form>
  );
}
