"use client";

import { useEffect, useRef, useState, type FormEvent } from "react";
import type { FactorWay } from "../../lib/words/factorWay.ts";
import { type Outcome, signInWithCode, signInWithPasskey } from "../session/signIn.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { refusals } from "./refusals.ts";
import { keepStep, leaveStep } from "./step.ts";

type SecondStepProps = {
  /** By which the person can show a second factor. */
  ways: readonly FactorWay[];
  /** Where to go afterwards: a path of our own. */
  next: string;
  /** Instead of going to `next`. */
  onSignedIn?: (() => void) | undefined;
};

/** The second factor, after the password: a passkey, the app's code, or a recovery code. */
export function SecondStep({ ways, next, onSignedIn }: SecondStepProps) {
  const [isRecovering, setRecovering] = useState(!ways.includes("app") && !ways.includes("passkey"));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [pending, setPending] = useState<"code" | "passkey" | null>(null);

  const go = async (by: "code" | "passkey", step: Promise<Outcome>) => {
    setPending(by);
    setOutcome(null);
    const outcome = await step;
    if (outcome.kind !== "signedIn") {
      setPending(null);
      return setOutcome(outcome);
    }
    keepStep(null);
    if (onSignedIn) onSignedIn();
    // A new document: whatever was shown to nobody is shown anew.
    else window.location.assign(next);
  };

  const fault = outcome === null || outcome.kind === "cancelled" ? null : faultOf(outcome, isRecovering);
  return (
    <div className="max-w-sm space-y-5">
      <p className="text-ink-muted">One more step: show your second factor.</p>
      {fault !== null && (
        <Alert tone="bad" live title={fault}>
          {outcome?.kind === "expired" && (
            <button type="button" onClick={leaveStep} className="text-accent underline underline-offset-2">
              Begin anew
            </button>
          )}
        </Alert>
      )}
      {ways.includes("passkey") && (
        <Button
          variant={ways.includes("app") || isRecovering ? "secondary" : "primary"}
          pending={pending === "passkey"}
          onClick={() => void go("passkey", signInWithPasskey("second"))}
          className="max-sm:w-full"
        >
          Use a passkey
        </Button>
      )}
      {(ways.includes("app") || isRecovering) && (
        <CodeForm
          key={String(isRecovering)}
          isRecovery={isRecovering}
          pending={pending === "code"}
          onCode={(code) => void go("code", signInWithCode(code))}
        />
      )}
      <p className="flex flex-wrap gap-x-4 gap-y-2 text-sm">
        {ways.includes("recoveryCode") && (ways.includes("app") || ways.includes("passkey")) && (
          <button type="button" onClick={() => setRecovering(!isRecovering)} className="text-accent underline underline-offset-2">
            {isRecovering ? "Don't use a recovery code" : "Use a recovery code"}
          </button>
        )}
        <button type="button" onClick={leaveStep} className="text-accent underline underline-offset-2">
          Sign in as someone else
        </button>
      </p>
    </div>
  );
}

function CodeForm({ isRecovery, pending, onCode }: { isRecovery: boolean; pending: boolean; onCode: (code: string) => void }) {
  const [missing, setMissing] = useState<string | undefined>();
  const form = useRef<HTMLFormElement>(null);
  // It takes the place of what had the focus.
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const field = event.currentTarget.querySelector("input");
    const code = field?.value.trim() ?? "";
    const isWhole = isRecovery ? code.length >= 16 : /^\d{3}\s?\d{3}$/.test(code);
    setMissing(
      isWhole ? undefined : isRecovery ? "Enter a whole code, such as abcd-efgh-jkmn-pqrs" : "Enter the six digits that the app shows now",
    );
    if (isWhole) onCode(code);
    else field?.focus();
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="space-y-5">
      {isRecovery ? (
        <Field
          name="code"
          label="Recovery code"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          error={missing}
          help="Each is good once."
        />
      ) : (
        <Field
          name="code"
          label="Code of your authenticator app"
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          error={missing}
          help="Six digits."
        />
      )}
      <Button type="submit" pending={pending} className="max-sm:w-full">
        Sign in
      </Button>
    </form>
  );
}

const faultOf = (outcome: Outcome, isRecovery: boolean): string =>
  outcome.kind === "refused"
    ? isRecovery
      ? "This recovery code is wrong, or was used already."
      : "That was not it. A code counts once, and for about a minute."
    : refusals(outcome);
