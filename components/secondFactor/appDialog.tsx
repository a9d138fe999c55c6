"use client";

import { later } from "../ui/later.tsx";
import type { AppStartedOut } from "../../lib/contract/secondFactor.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { SecretText } from "../ui/secretText.tsx";
import { Skeleton } from "../ui/states.tsx";
import { useConfirmApp } from "./queries.ts";

const QrCode = later(() => import("./qrCode.tsx").then((module) => module.default), <Skeleton className="size-48" />);

type AppDialogProps = {
  started: AppStartedOut | null;
  onClose: () => void;
  prove: <T>(work: () => Promise<T>) => Promise<T>;
  /** The app counts. `codes`: recovery codes that were made with it. */
  onDone: (codes: string[] | null) => void;
};

/** The app's secret, as a picture and as text, and the first code that confirms it. */
export function AppDialog({ started, onClose, ...rest }: AppDialogProps) {
  return (
    <Dialog
      open={started !== null}
      onOpenChange={onClose}
      title="Set up authenticator app"
      lead="It is in use once a code has confirmed it."
    >
      {started !== null && <Setup started={started} onClose={onClose} {...rest} />}
    </Dialog>
  );
}

function Setup({ started: { secret, uri }, onClose, prove, onDone }: AppDialogProps & { started: AppStartedOut }) {
  const confirm = useConfirmApp();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/secondFactor.ts")).AppConfirmIn,
    initial: { code: "" },
    save: async ({ code }) => {
      const { recoveryCodes } = await prove(() => confirm.mutateAsync(code));
      onDone(recoveryCodes);
    },
  });
  return (
    <Form form={form} className="space-y-4">
      <p className="text-sm text-ink-muted">Scan the picture with the app, or type the secret into it: SHA-1, six digits, 30 seconds.</p>
      <QrCode text={uri} label="QR code of the secret below" />
      <SecretText text={secret.replaceAll(/(.{4})(?!$)/g, "$1 ")} label="secret" />
      <TextField name="code" label="Code that the app shows" autoComplete="one-time-code" inputMode="numeric" help="Six digits." />
      <DialogActions>
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Confirm app
        </Button>
      </DialogActions>
    </Form>
  );
}
