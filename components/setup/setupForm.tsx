"use client";

import { useState } from "react";
import { wayAfter } from "../account/signInAfter.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { signIn } from "../session/signIn.ts";
import { Button } from "../ui/button.tsx";
import { blank, createOwner, ownerFaults } from "./createOwner.ts";
import { LinkSpent } from "./linkSpent.tsx";
import { OwnerCreated } from "./ownerCreated.tsx";

type Step = { name: "form" } | { name: "done"; email: string; apiKey: string; start: string } | { name: "spent" };

/** Creates the owner with the one-time token of the link, then shows the API key, once. */
export function SetupForm({ token, url }: { token: string; url: string }) {
  const [step, setStep] = useState<Step>({ name: "form" });
  const [showsPassword, setShowsPassword] = useState(false);
  const form = useApiForm({
    initial: blank,
    title: "The owner was not created",
    check: (owner) => ownerFaults(token, owner),
    save: async (owner) => {
      const apiKey = await createOwner(token, owner);
      if (apiKey === null) return setStep({ name: "spent" });
      // The token is spent; a reload or a shared screen need not show it.
      window.history.replaceState(null, "", "/setup");
      const email = owner.email.trim();
      // If it fails, the login says so once the key is kept.
      const start = wayAfter(await signIn(email, owner.password), "ownerCreated", "/");
      setStep({ name: "done", email, apiKey, start });
    },
  });

  if (step.name === "done") return <OwnerCreated url={url} email={step.email} apiKey={step.apiKey} start={step.start} />;
  if (step.name === "spent") return <LinkSpent />;

  return (
    <Form form={form} className="max-w-md space-y-5">
      <p className="text-ink-muted">Create the owner of this Webster, and get an API key to send with. It takes a minute.</p>
      <TextField name="organizationName" label="Organization" autoComplete="organization" required help="Your company or team." />
      <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
      <div>
        <TextField
          name="password"
          label="Password"
          type={showsPassword ? "text" : "password"}
          autoComplete="new-password"
          required
          help="12 characters or more. A few unrelated words are both strong and easy to remember."
        />
        <label className="mt-2 inline-flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-solid"
            checked={showsPassword}
            onChange={(event) => setShowsPassword(event.target.checked)}
          />
          Show password
        </label>
      </div>
      <Button type="submit" pending={form.isSubmitting} className="max-sm:h-11 max-sm:w-full">
        {form.isSubmitting ? "Creating owner…" : "Create owner"}
      </Button>
    </Form>
  );
}
