"use client";

import { useRouter } from "next/navigation";
import type { ApplicationOut } from "../../lib/contract/application.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { changesOf } from "../form/changes.ts";
import { faultsOf } from "../form/faults.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { PairRows } from "../form/pairRows.tsx";
import { type Pair, pairsOf, recordOf } from "../form/pairs.ts";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { applicationQuery, useCreateApplication, useUpdateApplication, type ApplicationChange } from "./queries.ts";

type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** Creates an application, and goes to it. */
export function ApplicationDialog({ open, onOpenChange }: DialogProps) {
  const create = useCreateApplication();
  const router = useRouter();
  const path = useEnvironmentPath();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create application" lead="One customer of yours.">
      <ApplicationForm
        action="Create application"
        onCancel={() => onOpenChange(false)}
        onSave={async (input) => {
          const { id, name } = await create.mutateAsync(input);
          onOpenChange(false);
          toast.good(`Application ${name} created`);
          router.push(path(`/applications/${id}`));
        }}
      />
    </Dialog>
  );
}

export function EditApplicationDialog({ application, open, onOpenChange }: DialogProps & { application: ApplicationOut }) {
  const update = useUpdateApplication(application.id);
  const ask = useAskAnew();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Edit application">
      <ApplicationForm
        application={application}
        fresh={async () => draftOf(await ask(applicationQuery(application.id)))}
        action="Save application"
        onCancel={() => onOpenChange(false)}
        onSave={async (input, kept) => {
          await update.mutateAsync(changesOf(kept, input));
          onOpenChange(false);
          toast.good("Application saved");
        }}
      />
    </Dialog>
  );
}

const advice = {
  name: "Enter a name.",
  uid: "Letters, digits, - _ and . only; it must not start with app_, ep_ or msg_.",
  throttleRate: "A whole number from 1 to 65535, or nothing.",
  metadata: "At most 4096 bytes in all.",
};

type ApplicationDraft = { name: string; uid: string; throttleRate: string; metadata: Pair[] };

const draftOf = (application: ApplicationOut | undefined): ApplicationDraft => ({
  name: application?.name ?? "",
  uid: application?.uid ?? "",
  throttleRate: application?.throttleRate ? String(application.throttleRate) : "",
  metadata: pairsOf(application?.metadata ?? null),
});

type FormProps = {
  application?: ApplicationOut;
  fresh?: () => Promise<ApplicationDraft>;
  action: string;
  /** `kept`: what was there before. */
  onSave: (input: ApplicationChange, kept: ApplicationChange) => Promise<void>;
  onCancel: () => void;
};

const inputOf = ({ name, uid, throttleRate, metadata }: ApplicationDraft): ApplicationChange => ({
  name: name.trim(),
  uid: uid.trim() === "" ? null : uid.trim(),
  throttleRate: throttleRate.trim() === "" ? null : Number(throttleRate),
  metadata: recordOf(metadata),
});

function ApplicationForm({ application, fresh, action, onSave, onCancel }: FormProps) {
  const form = useApiForm({
    initial: draftOf(application),
    ...(fresh && { fresh }),
    title: "The application was not saved",
    conflict: "uid",
    check: (draft) => faultsOf(async () => (await import("../../lib/contract/application.ts")).ApplicationIn, inputOf(draft), advice),
    save: (draft, kept) => onSave(inputOf(draft), inputOf(kept)),
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" placeholder="Espresso Corner" autoComplete="off" />
      <TextField
        name="uid"
        label="uid"
        placeholder="None"
        help="Your own identifier of this customer; it works in place of the id."
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        name="throttleRate"
        label="Throttle"
        placeholder="No limit"
        inputMode="numeric"
        help="At most this many messages a second, over all endpoints."
      />
      <PairRows
        legend="Metadata"
        noun="entry"
        help="Your own notes, not sent anywhere."
        error={form.faults["metadata"]}
        rows={form.draft.metadata}
        onChange={(metadata) => form.set({ metadata })}
        empty={{ name: "", value: "" }}
      />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          {action}
        </Button>
      </DialogActions>
    </Form>
  );
}
