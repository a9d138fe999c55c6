"use client";

import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { formToGenerate } from "./generatedSecret.ts";
import { GenerateSecret } from "./generateSecret.tsx";
import { useAddSecret, usePatchSource } from "./queries.ts";

const overlaps = [
  { value: "86400", label: "1 day" },
  { value: "172800", label: "2 days" },
  { value: "604800", label: "7 days" },
  { value: "3600", label: "1 hour" },
];

type ChangeProps = { source: SourceOut; provider: SourceProviderOut; kind: "add" | "replace"; close: () => void };
type ChangeSecretProps = Omit<ChangeProps, "kind"> & { /** Null: it is closed. */ kind: ChangeProps["kind"] | null };

/** add: the old ones count for a while. replace: they are gone at once. */
export function ChangeSecret({ source, provider, kind, close }: ChangeSecretProps) {
  if (kind === null) return null;
  const title = kind === "add" ? "Add secret" : "Replace secrets";
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={title}
      lead={
        kind === "add"
          ? "It counts from now on, and the old ones for a while yet: change it at the provider in between."
          : "It alone counts from now on. What was rejected can be verified again with it."
      }
    >
      <Change source={source} provider={provider} kind={kind} close={close} title={title} />
    </Dialog>
  );
}

function Change({ source, provider, kind, close, title }: ChangeProps & { title: string }) {
  const field = provider.fields.find(({ name }) => name === "secret");
  const chosenAs = field === undefined ? null : formToGenerate(field, provider, source.settings);
  const label = field?.label ?? "Secret";
  const add = useAddSecret(source.id);
  const patch = usePatchSource(source.id);
  const form = useApiForm({
    initial: { secret: "", overlap: "86400" },
    title: kind === "add" ? "The secret was not added" : "The secrets were not replaced",
    fieldOf: () => "secret",
    check: ({ secret }) => (secret.trim() === "" ? { secret: "Enter it as the provider shows it" } : {}),
    save: async ({ secret, overlap }) => {
      await (kind === "add" ? add.mutateAsync({ secret, gracePeriodSeconds: Number(overlap) }) : patch.mutateAsync({ secrets: [secret] }));
      toast.good(kind === "add" ? "Secret added; the old ones count for now" : "Secret replaced");
      close();
    },
  });
  return (
    <Form form={form} className="space-y-4">
      <div>
        <TextField name="secret" label={label} help={field?.help} autoComplete="off" spellCheck={false} />
        {chosenAs !== null && (
          <GenerateSecret form={chosenAs} label={label} value={form.draft.secret} onChange={(secret) => form.set({ secret })} />
        )}
      </div>
      {kind === "add" && (
        <LabelledSelect
          label="The old ones stay valid for"
          options={overlaps}
          value={form.draft.overlap}
          onChange={(overlap) => form.set({ overlap })}
        />
      )}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {title}
        </Button>
      </DialogActions>
    </Form>
  );
}
