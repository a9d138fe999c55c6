"use client";

import { Link } from "../ui/link.tsx";
import { useState, type FormEvent, type ReactNode } from "react";
import type { FactorWay } from "../../lib/words/factorWay.ts";
import { signIn, signInWith, signInWithPasskey } from "../session/signIn.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";
import { ToastRegion } from "../ui/toastRegion.tsx";
import { refusals } from "./refusals.ts";
import { SecondStep } from "./secondStep.tsx";
import { keepStep, type WaitingStep } from "./step.ts";

/** name: for people. */
type Provider = { id: string; name: string };

type SignInFormProps = {
  /** Where to go afterwards: a path of our own. */
  next: string;
  providers?: readonly Provider[];
  waiting?: WaitingStep;
  /** The email address, if it can't be another. */
  knownEmail?: string;
  /** Instead of going to `next`. */
  onSignedIn?: (() => void) | undefined;
  children?: ReactNode;
};

/** Signing in, without the machinery of other forms: two fields, and the page that everyone loads first. */
export function SignInForm({ next, providers = [], waiting = null, knownEmail, onSignedIn }: SignInFormProps) {
  const [fault, setFault] = useState(waiting === "expired" ? refusals({ kind: "expired" }) : null);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const [pending, setPending] = useState(false);
  const [ways, setWays] = useState<readonly FactorWay[] | null>(waiting === "expired" ? null : waiting);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const [emailField, passwordField] = event.currentTarget.querySelectorAll("input");
    const email = emailField?.value.trim() ?? "";
    const password = passwordField?.value ?? "";
    setFault(null);
    setMissing({
      ...(email === "" ? { email: "Enter your e-mail address" } : {}),
      ...(password === "" ? { password: "Enter your password" } : {}),
    });
    if (email === "") return emailField?.focus();
    if (password === "") return passwordField?.focus();
    setPending(true);
    const outcome = await signIn(email, password);
    if (outcome.kind === "signedIn") {
      if (onSignedIn) onSignedIn();
      // A new document: whatever was shown to nobody is shown anew.
      else window.location.assign(next);
      return;
    }
    setPending(false);
    if (outcome.kind !== "second") return setFault(refusals(outcome));
    keepStep("second");
    setWays(outcome.ways);
  };

  if (ways !== null) return <SecondStep ways={ways} next={next} onSignedIn={onSignedIn} />;
  return (
    <div className="max-w-sm space-y-5">
      <form noValidate onSubmit={(event) => void submit(event)} className="space-y-5">
        {fault !== null && <Alert tone="bad" live title={fault} />}
        <Field
          name="email"
          label="E-mail"
          type="email"
          autoComplete="username"
          defaultValue={knownEmail}
          readOnly={knownEmail !== undefined}
          required
          error={missing.email}
        />
        <Field name="password" label="Password" type="password" autoComplete="current-password" required error={missing.password} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
          <Button type="submit" pending={pending} className="max-sm:w-full">
            Sign in
          </Button>
          <Link href="/reset" className="text-sm text-accent underline underline-offset-2">
            Forgot the password?
          </Link>
        </div>
      </form>
      <div className="flex flex-wrap gap-2 border-t border-line pt-5">
        <PasskeyButton next={next} onSignedIn={onSignedIn} />
        {providers.map((provider) => (
          <ProviderButton key={provider.id} provider={provider} next={next} />
        ))}
      </div>
      <ToastRegion />
    </div>
  );
}

function PasskeyButton({ next, onSignedIn }: Pick<SignInFormProps, "next" | "onSignedIn">) {
  const [pending, setPending] = useState(false);
  const go = async () => {
    setPending(true);
    const outcome = await signInWithPasskey("alone");
    if (outcome.kind === "signedIn") {
      if (onSignedIn) onSignedIn();
      else window.location.assign(next);
      return;
    }
    setPending(false);
    if (outcome.kind === "refused") toast.bad("This passkey is not known here, or was removed.");
    else if (outcome.kind !== "cancelled") toast.bad(refusals(outcome));
  };
  return (
    <Button variant="secondary" pending={pending} onClick={() => void go()} className="max-sm:w-full">
      Use a passkey
    </Button>
  );
}

function ProviderButton({ provider: { id, name }, next }: { provider: Provider; next: string }) {
  const [pending, setPending] = useState(false);
  const go = async () => {
    setPending(true);
    if (await signInWith(id, next)) return;
    setPending(false);
    toast.bad(`${name} could not be reached. Try again, or use your password.`);
  };
  return (
    <Button variant="secondary" pending={pending} onClick={() => void go()} className="max-sm:w-full">
      Sign in with {name}
    </Button>
  );
}
