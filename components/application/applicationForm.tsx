"use client";

import { useRouter } from "next/navigation";
import { useRef, useState, type FormEvent } from "react";
import { ApplicationIn, type ApplicationOut } from "../../lib/contract/application.ts";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { type Faults, faultsOf, faultsOfIssues, hasFaults } from "../form/faults.ts";
import { FaultSummary, focusFirstFault } from "../form/faultSummary.tsx";
import { PairRows } from "../form/pairRows.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { useCreateApplication, useUpdateApplication, type ApplicationChange } from "./queries.ts";

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
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Edit application">
      <ApplicationForm
        application={application}
        action="Save application"
        onCancel={() => onOpenChange(false)}
        onSave={async (input) => {
          await update.mutateAsync(input);
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

type FormProps = {
  application?: ApplicationOut;
  action: string;
  onSave: (input: ApplicationChange) => Promise<void>;
  onCancel: () => void;
};

function ApplicationForm({ application, action, onSave, onCancel }: FormProps) {
  const [name, setName] = useState(application?.name ?? "");
  const [uid, setUid] = useState(application?.uid ?? "");
  const [throttleRate, setThrottleRate] = useState(application?.throttleRate ? String(application.throttleRate) : "");
  const [metadata, setMetadata] = useState(Object.entries(application?.metadata ?? {}).map(([name, value]) => ({ name, value })));
  const [faults, setFaults] = useState<Faults>({});
  const [pending, setPending] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const fail = (found: Faults) => {
    setFaults(found);
    focusFirstFault(form);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    const input = {
      name: name.trim(),
      uid: uid.trim() === "" ? null : uid.trim(),
      throttleRate: throttleRate.trim() === "" ? null : Number(throttleRate),
      metadata: Object.fromEntries(metadata.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value])),
    };
    const found = faultsOf(ApplicationIn, input, advice);
    if (hasFaults(found)) return fail(found);
    setPending(true);
    setFaults({});
    try {
      await onSave(input);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fail(error.status === 409 ? { uid: error.detail } : error.issues.length > 0 ? faultsOfIssues(error.issues) : { "": error.detail });
    } finally {
      setPending(false);
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="space-y-5">
      <FaultSummary title="The application was not saved" faults={faults} />
      <Field
        label="Name"
        placeholder="Espresso Corner"
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faults["name"]}
      />
      <Field
        label="uid"
        placeholder="None"
        help="Your own identifier of this customer; it works in place of the id."
        autoComplete="off"
        spellCheck={false}
        value={uid}
        onChange={(event) => setUid(event.target.value)}
        error={faults["uid"]}
      />
      <Field
        label="Throttle"
        placeholder="No limit"
        inputMode="numeric"
        help="At most this many messages a second, over all endpoints."
        value={throttleRate}
        onChange={(event) => setThrottleRate(event.target.value)}
        error={faults["throttleRate"]}
      />
      <PairRows
        legend="Metadata"
        noun="entry"
        help="Your own notes, not sent anywhere."
        error={faults["metadata"]}
        rows={metadata}
        onChange={(rows) => setMetadata(rows)}
        empty={{ name: "", value: "" }}
      />
      <DialogActions>
        <Button variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" pending={pending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
