"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { ProofIn } from "../../lib/contract/secondFactor.ts";
import { ApiError } from "../api.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Form } from "../form/form.tsx";
import type { Faults } from "../form/faults.ts";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { Skeleton } from "../ui/states.tsx";
import { answerOf } from "./browserPasskeys.ts";
import { proofOptions, secondFactorQuery, useProve } from "./queries.ts";

type Waiting = { go: () => void; stop: (error: Error) => void };

/**
 * For what the API does only for whoever has just shown that it is them: `prove` does the work, and if need be asks for a
 * password or factor and does it again. `dialog` is to be drawn somewhere.
 */
export function useProof(): { prove: <T>(work: () => Promise<T>) => Promise<T>; dialog: ReactNode } {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const prove = async <T,>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "proof_required") throw error;
      await new Promise<void>((go, stop) => setWaiting({ go, stop }));
      return work();
    }
  };
  const done = () => {
    waiting?.go();
    setWaiting(null);
  };
  const close = () => {
    waiting?.stop(new Error("Nothing was changed: it was not confirmed that it is you."));
    setWaiting(null);
  };
  return { prove, dialog: <ProofDialog open={waiting !== null} onProven={done} onClose={close} /> };
}

function ProofDialog({ open, onProven, onClose }: { open: boolean; onProven: () => void; onClose: () => void }) {
  return (
    <Dialog open={open} onOpenChange={onClose} title="Confirm that it is you" lead="It works once, within ten minutes.">
      <ProofForms onProven={onProven} />
    </Dialog>
  );
}

/** What one can confirm with, the best first. `onlyFactors`: a password is not enough. */
export function ProofForms({ onProven, onlyFactors = false }: { onProven: () => void; onlyFactors?: boolean }) {
  const { data } = useQuery(secondFactorQuery);
  const [fault, setFault] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const prove = useProve();
  if (data === undefined) return <Skeleton className="h-32 w-full" />;
  const takesPassword = !onlyFactors && data.proofs.includes("password");
  const takesCode = data.proofs.includes("app") || data.proofs.includes("recoveryCode");

  const byPasskey = async () => {
    setPending(true);
    setFault(null);
    try {
      const { options } = await proofOptions();
      const passkey = await answerOf(options);
      if (passkey !== null) {
        await prove.mutateAsync({ passkey } as ProofIn);
        return onProven();
      }
    } catch (error) {
      setFault((error as Error).message);
    }
    setPending(false);
  };

  if (data.proofs.length === 0)
    return (
      <Alert tone="info" title="Sign in again">
        You have no password and no second factor yet. Sign out, sign in by your provider, and come back within ten minutes.
      </Alert>
    );
  return (
    <div className="space-y-5">
      {fault !== null && <Alert tone="bad" live title={fault} />}
      {takesPassword && <TextForm kind="password" prove={prove.mutateAsync} onProven={onProven} />}
      {takesCode && <TextForm kind="code" prove={prove.mutateAsync} onProven={onProven} hasApp={data.proofs.includes("app")} />}
      {data.proofs.includes("passkey") && (
        <Button variant="secondary" pending={pending} onClick={() => void byPasskey()} className="max-sm:w-full">
          Confirm with a passkey
        </Button>
      )}
    </div>
  );
}

const checks = {
  password: (text: string) => (text === "" ? "Enter your password" : null),
  code: (text: string) => (text.trim().length < 6 ? "Enter six digits, or a recovery code" : null),
};

type TextFormProps = { kind: "password" | "code"; prove: (body: ProofIn) => Promise<unknown>; onProven: () => void; hasApp?: boolean };

function TextForm({ kind, prove, onProven, hasApp = false }: TextFormProps) {
  const form = useApiForm({
    initial: { text: "" },
    check: ({ text }): Faults => {
      const fault = checks[kind](text);
      return fault === null ? {} : { text: fault };
    },
    fieldOf: () => "text",
    save: async ({ text }) => {
      await prove(kind === "password" ? { password: text } : { code: text.trim() });
      onProven();
    },
  });
  return (
    <Form form={form} className="space-y-4">
      {kind === "password" ? (
        <TextField name="text" label="Your password" type="password" autoComplete="current-password" />
      ) : (
        <TextField
          name="text"
          label={hasApp ? "Code of your authenticator app" : "Recovery code"}
          autoComplete="one-time-code"
          help={hasApp ? "Or a recovery code." : "It is used up by this."}
        />
      )}
      <DialogActions>
        <Button type="submit" variant={kind === "password" ? "primary" : "secondary"} pending={form.isSubmitting}>
          {kind === "password" ? "Confirm with password" : "Confirm with code"}
        </Button>
      </DialogActions>
    </Form>
  );
}
