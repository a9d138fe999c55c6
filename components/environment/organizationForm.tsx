"use client";

import { useState } from "react";
import { useProof } from "../secondFactor/proof.tsx";
import { sessionQuery, useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { TextField } from "../form/fields.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { toast } from "../ui/toast.tsx";
import { usePatchOrganization } from "./queries.ts";

/** The organization's name, and whether it requires a second factor, which owners can change. */
export function OrganizationForm() {
  const { organization } = useMembership();
  return (
    <section className="mt-8 border-t border-line pt-5">
      <h2 className="mb-3 font-semibold">Organization</h2>
      {organization !== null && (
        <div className="space-y-6">
          <NameForm key={organization.id} organization={organization} />
          <SecondFactorRule required={organization.secondFactorRequired} />
        </div>
      )}
    </section>
  );
}

type Named = { id: string; name: string };

function NameForm({ organization: { id, name } }: { organization: Named }) {
  const patch = usePatchOrganization();
  const ask = useAskAnew();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/organization.ts")).OrganizationPatch,
    initial: { name },
    fresh: async () => ({ name: (await ask(sessionQuery)).organizations.find((one) => one.id === id)?.name ?? name }),
    save: async (input) => {
      await patch.mutateAsync(input);
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

function SecondFactorRule({ required }: { required: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const { prove, dialog } = useProof();
  const patch = usePatchOrganization();
  const title = required ? "No longer require a second factor" : "Require a second factor";
  return (
    <div className="max-w-prose space-y-3">
      <h3 className="font-medium">Second factor</h3>
      <p className="text-sm text-ink-muted">
        {required
          ? "Members get in only with a second factor. Who has none is led to set one up, and sees nothing else."
          : "Members may set one up under Profile. If you require it, who has none is led to set one up, and sees nothing else until then."}{" "}
        API keys are not concerned.
      </p>
      <Button variant="secondary" onClick={() => setAsking(true)}>
        {title}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={title}
        onConfirm={async () => {
          await prove(() => patch.mutateAsync({ secondFactorRequired: !required }));
          toast.good(required ? "A second factor is no longer required" : "A second factor is required from now on");
        }}
      >
        <p>
          {required
            ? "A password alone opens the organization again, for those who have no second factor."
            : "Members who have shown none in their browser are out at once, until they do. Members shows who has one."}
        </p>
      </ConfirmDialog>
      {dialog}
    </div>
  );
}
