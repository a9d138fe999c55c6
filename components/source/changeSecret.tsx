"use client";

import { useState, type FormEvent } from "react";
import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { ApiError } from "../api.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { LabelledSelect } from "../form/labelledSelect.tsx";
import { useAddSecret, usePatchSource } from "./queries.ts";

const overlaps = [
  { value: "86400", label: "1 day" },
  { value: "172800", label: "2 days" },
  { value: "604800", label: "7 days" },
  { value: "3600", label: "1 hour" },
];

type ChangeSecretProps = { source: SourceOut; provider: SourceProviderOut; kind: "add" | "replace"; close: () => void };

/** add: the old ones count for a while. replace: they are gone at once. */
export function ChangeSecret({ source, provider, kind, close }: ChangeSecretProps) {
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

function Change({ source, provider, kind, close, title }: ChangeSecretProps & { title: string }) {
  const field = provider.fields.find(({ name }) => name === "secret");
  const [secret, setSecret] = useState("");
  const [overlap, setOverlap] = useState("86400");
  const [missing, setMissing] = useState(false);
  const add = useAddSecret(source.id);
  const patch = usePatchSource(source.id);
  const pending = add.isPending || patch.isPending;
  const error = add.error ?? patch.error;
  const fault = error instanceof ApiError ? error.issues[0]?.msg : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setMissing(secret.trim() === "");
    if (secret.trim() === "") return;
    const onSuccess = () => {
      toast.good(kind === "add" ? "Secret added; the old ones count for now" : "Secret replaced");
      close();
    };
    if (kind === "add") add.mutate({ secret, gracePeriodSeconds: Number(overlap) }, { onSuccess });
    else patch.mutate({ secrets: [secret] }, { onSuccess });
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      {error && fault === undefined && <Alert tone="bad" live title={error.message} />}
      <Field
        label={field?.label ?? "Secret"}
        help={field?.help ?? ""}
        error={missing ? "Enter it as the provider shows it" : fault}
        autoComplete="off"
        spellCheck={false}
        value={secret}
        onChange={(event) => {
          setSecret(event.target.value);
          add.reset();
          patch.reset();
        }}
      />
      {kind === "add" && (
        <LabelledSelect label="The old ones go on counting for" options={overlaps} value={overlap} onChange={setOverlap} />
      )}
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={pending}>
          {title}
        </Button>
      </DialogActions>
    </form>
  );
}
