"use client";

import { useRef, useState, type FormEvent } from "react";
import { signIn } from "../session/signIn.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { createOwner, fieldFaults, type Owner, type SetupFault } from "./createOwner.ts";
import { LinkSpent } from "./linkSpent.tsx";
import { OwnerCreated } from "./ownerCreated.tsx";

type State =
  | { step: "form"; fault: SetupFault | null }
  | { step: "sending" }
  | { step: "done"; owner: Owner; apiKey: string }
  | { step: "spent" };

/** Creates the owner with the one-time token of the link, then shows the API key, once. */
export function SetupForm({ token, url }: { token: string; url: string }) {
  const [state, setState] = useState<State>({ step: "form", fault: null });
  const [showsPassword, setShowsPassword] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const owner = {
      email: text(fields, "email").trim(),
      password: text(fields, "password"),
      organizationName: text(fields, "organizationName").trim(),
    };
    const faults = fieldFaults(token, owner);
    if (faults.length > 0) return fail({ detail: null, fields: faults });
    setState({ step: "sending" });
    const result = await createOwner(token, owner);
    if (result.kind === "created") {
      // The token is spent; a reload or a shared screen need not show it.
      window.history.replaceState(null, "", "/setup");
      // If it fails, the dashboard asks for the password.
      await signIn(owner.email, owner.password);
      setState({ step: "done", owner, apiKey: result.apiKey });
    } else if (result.kind === "spent") setState({ step: "spent" });
    else fail(result.fault);
  };

  const fail = (fault: SetupFault) => {
    setState({ step: "form", fault });
    const first = fault.fields[0];
    if (first) form.current?.querySelector<HTMLInputElement>(`[name="${first.name}"]`)?.focus();
  };

  if (state.step === "done") return <OwnerCreated url={url} email={state.owner.email} apiKey={state.apiKey} />;
  if (state.step === "spent") return <LinkSpent />;

  const fault = state.step === "form" ? state.fault : null;
  const errorOf = (name: keyof Owner) => fault?.fields.find((field) => field.name === name)?.message;
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)} className="max-w-md space-y-5">
      <p className="text-ink-muted">Create the owner of this Webster, and get an API key to send with. It takes a minute.</p>
      {fault && (
        <Alert tone="bad" live title={fault.detail ?? "The owner was not created"}>
          {fault.fields.length > 0 && (
            <ul className="list-disc pl-4">
              {fault.fields.map(({ name, message }) => (
                <li key={name}>{message}</li>
              ))}
            </ul>
          )}
        </Alert>
      )}
      <Field
        label="Organization"
        name="organizationName"
        autoComplete="organization"
        required
        help="Your company or team."
        error={errorOf("organizationName")}
      />
      <Field label="E-mail" name="email" type="email" autoComplete="username" required error={errorOf("email")} />
      <div>
        <Field
          label="Password"
          name="password"
          type={showsPassword ? "text" : "password"}
          autoComplete="new-password"
          required
          help="12 characters or more. A few unrelated words are both strong and easy to remember."
          error={errorOf("password")}
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
      <Button type="submit" pending={state.step === "sending"} className="max-sm:h-11 max-sm:w-full">
        {state.step === "sending" ? "Creating owner…" : "Create owner"}
      </Button>
    </form>
  );
}

function text(fields: FormData, name: keyof Owner): string {
  const value = fields.get(name);
  return typeof value === "string" ? value : "";
}
