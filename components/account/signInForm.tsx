"use client";

import Link from "next/link";
import { useState, type ReactNode } from "react";
import * as z from "zod/mini";
import { email } from "../../lib/contract/account.ts";
import { signIn, signInWith } from "../session/signIn.ts";
import { Button } from "../ui/button.tsx";
import { Form, useApiForm } from "../ui/form.tsx";
import { TextField } from "../ui/formFields.tsx";
import { toast, ToastRegion } from "../ui/toast.tsx";
import "../zodInBrowser.ts";

const Credentials = z.object({ email, password: z.string().check(z.minLength(1, "Enter your password")) });

export type Provider = "github" | "google";
const providerNames: Record<Provider, string> = { github: "GitHub", google: "Google" };

type SignInFormProps = {
  /** A path of our own. */
  next: string;
  providers?: readonly Provider[];
  /** Given: it can't be another. */
  knownEmail?: string;
  /** Instead of going to `next`. */
  onSignedIn?: () => void;
  children?: ReactNode;
};

export function SignInForm({ next, providers = [], knownEmail, onSignedIn }: SignInFormProps) {
  const form = useApiForm({
    schema: Credentials,
    defaultValues: { email: knownEmail ?? "", password: "" },
    submit: async ({ email, password }) => {
      const outcome = await signIn(email, password);
      if (outcome.kind !== "signedIn") throw new Error(refusals[outcome.kind](outcome.kind === "throttled" ? outcome.waitSeconds : 0));
      if (onSignedIn) onSignedIn();
      // A new document: whatever was shown to nobody is shown anew.
      else window.location.assign(next);
    },
  });
  return (
    <div className="max-w-sm space-y-5">
      <Form form={form}>
        <TextField name="email" label="E-mail" type="email" autoComplete="username" readOnly={knownEmail !== undefined} required />
        <TextField name="password" label="Password" type="password" autoComplete="current-password" required />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
          <Button type="submit" pending={form.isSubmitting} className="max-sm:w-full">
            Sign in
          </Button>
          <Link href="/reset" prefetch={false} className="text-sm text-accent underline underline-offset-2">
            Forgot the password?
          </Link>
        </div>
      </Form>
      {providers.length > 0 && (
        <div className="flex flex-wrap gap-2 border-t border-line pt-5">
          {providers.map((provider) => (
            <ProviderButton key={provider} provider={provider} next={next} />
          ))}
        </div>
      )}
      <ToastRegion />
    </div>
  );
}

function ProviderButton({ provider, next }: { provider: Provider; next: string }) {
  const [pending, setPending] = useState(false);
  const go = async () => {
    setPending(true);
    if (await signInWith(provider, next)) return;
    setPending(false);
    toast.bad(`${providerNames[provider]} could not be reached. Try again, or use your password.`);
  };
  return (
    <Button variant="secondary" pending={pending} onClick={() => void go()} className="max-sm:w-full">
      Sign in with {providerNames[provider]}
    </Button>
  );
}

const refusals = {
  refused: () => "E-mail address or password is wrong.",
  throttled: (seconds: number) => `Too many attempts. Try again in ${seconds} seconds.`,
  failed: () => "Webster could not be reached. Check your connection, then try again.",
};
