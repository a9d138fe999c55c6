"use client";

import type { EnvironmentOut } from "../../lib/contract/environment.ts";
import { Button } from "../ui/button.tsx";
import { changesOf } from "../form/changes.ts";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { CheckboxField, TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { toast } from "../ui/toast.tsx";
import { environmentsQuery, useCreateEnvironment, usePatchEnvironment } from "./queries.ts";

export function CreateEnvironmentDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create environment">
      <CreateForm close={() => onOpenChange(false)} />
    </Dialog>
  );
}

export function EditEnvironmentDialog({ environment, onClose }: { environment: EnvironmentOut | null; onClose: () => void }) {
  return (
    <Dialog open={environment !== null} onOpenChange={onClose} title="Edit environment">
      {environment !== null && <EditForm environment={environment} close={onClose} />}
    </Dialog>
  );
}

const draftOf = ({ name, svixHeaders, userAgent, idHeader, traceHeaders }: EnvironmentOut) => ({
  name,
  svixHeaders,
  userAgent,
  idHeader,
  traceHeaders,
});

function EditForm({ environment, close }: { environment: EnvironmentOut; close: () => void }) {
  const patch = usePatchEnvironment(environment.id);
  const ask = useAskAnew();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/environment.ts")).EnvironmentPatch,
    initial: draftOf(environment),
    fresh: async () => draftOf((await ask(environmentsQuery(null))).data.find(({ id }) => id === environment.id) ?? environment),
    save: async (input, kept) => {
      const saved = await patch.mutateAsync(changesOf(kept, input));
      toast.good(`${saved.name} is saved`);
      close();
    },
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" help="Such as Staging." />
      <CheckboxField
        name="svixHeaders"
        label="Send svix-* headers too"
        help="Standard signatures are then sent under both names: webhook-id and svix-id, and so on. Endpoints with another signature style are not affected."
      />
      <TextField
        name="userAgent"
        label="User-Agent"
        empty={null}
        autoComplete="off"
        spellCheck={false}
        help="Sent to receivers in place of Webster’s own. Empty: Webster’s own."
      />
      <TextField
        name="idHeader"
        label="Header for an attempt’s id"
        empty={null}
        mono
        autoComplete="off"
        spellCheck={false}
        help="Such as X-Request-Id: it then carries an id of each request, which the log finds. Empty: none."
      />
      <CheckboxField
        name="traceHeaders"
        label="Tell receivers the trace"
        help="traceparent and tracestate, for receivers of your own that trace too. Customers have no use for them."
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Save environment
        </Button>
      </DialogActions>
    </Form>
  );
}

function CreateForm({ close }: { close: () => void }) {
  const create = useCreateEnvironment();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/environment.ts")).EnvironmentIn,
    initial: { name: "" },
    save: async (input) => {
      const { name } = await create.mutateAsync(input);
      toast.good(`${name} is created`);
      close();
    },
  });
  return (
    <Form form={form}>
      <TextField name="name" label="Name" autoComplete="off" help="Such as Staging." />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Create environment
        </Button>
      </DialogActions>
    </Form>
  );
}
