"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SessionOut } from "../../lib/contract/session.ts";
import { sessionQuery } from "../session/queries.ts";
import { signIn } from "../session/signIn.ts";
import { wayAfter } from "../account/signInAfter.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { later } from "../ui/later.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Section } from "../ui/section.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { useChangePassword, useSignOutEverywhere, useUpdateProfile } from "./queries.ts";

const rows = <Skeleton className="h-20 max-w-md" />;
const SecondFactors = later(() => import("../secondFactor/secondFactors.tsx").then((module) => module.SecondFactors), rows);
const Identities = later(() => import("./identities.tsx").then((module) => module.Identities), rows);
const Sessions = later(() => import("./identities.tsx").then((module) => module.Sessions), rows);

/** One's own name, password and sessions. */
export function Profile() {
  const { data, error, refetch } = useQuery(sessionQuery);
  return (
    <>
      <PageHeader title="Profile" lead="You, in every organization that you are a member of." />
      {error !== null && data === undefined ? (
        <ErrorState what="Your profile" error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Section title="Name" lead="The name that others and the audit log see.">
            {data === undefined ? <Skeleton className="h-24 max-w-md" /> : <NameForm user={data.user} />}
          </Section>
          <Section title="Password" lead="Changing it signs you out everywhere else.">
            {data === undefined ? <Skeleton className="h-52 max-w-md" /> : <PasswordForm email={data.user.email} />}
          </Section>
          <Section title="Security" lead="A second factor besides your password: the password alone lets nobody in.">
            <SecondFactors />
          </Section>
          <Section title="Linked accounts" lead="Accounts you sign in with besides, or instead of, your password.">
            <Identities />
          </Section>
          <Section title="Sessions" lead="For when a device is lost, or you forgot to sign out somewhere.">
            <Sessions />
            <SignOutEverywhere />
          </Section>
        </>
      )}
    </>
  );
}

function NameForm({ user }: { user: SessionOut["user"] }) {
  const update = useUpdateProfile();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/account.ts")).ProfileIn,
    initial: { name: user.name ?? "" },
    save: async (input) => {
      await update.mutateAsync(input);
      toast.good("Name saved");
    },
  });
  return (
    <Form form={form} className="max-w-md space-y-4">
      <TextField name="name" label="Name" autoComplete="name" help={`You sign in as ${user.email}.`} />
      <Button type="submit" pending={form.isSubmitting}>
        Save name
      </Button>
    </Form>
  );
}

const empty = { currentPassword: "", newPassword: "" };

function PasswordForm({ email }: { email: string }) {
  const change = useChangePassword();
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/account.ts")).PasswordChangeIn,
    initial: empty,
    save: async (input) => {
      await change.mutateAsync(input);
      // Every session has ended, this one too.
      const outcome = await signIn(email, input.newPassword);
      if (outcome.kind !== "signedIn") return window.location.assign(wayAfter(outcome, "passwordSet", window.location.pathname));
      form.reset(empty);
      toast.good("Password changed");
    },
  });
  return (
    <Form form={form} className="max-w-md space-y-4">
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <TextField name="currentPassword" label="Current password" type="password" autoComplete="current-password" />
      <TextField name="newPassword" label="New password" type="password" autoComplete="new-password" help="12 characters or more." />
      <Button type="submit" pending={form.isSubmitting}>
        Change password
      </Button>
    </Form>
  );
}

function SignOutEverywhere() {
  const [isAsking, setAsking] = useState(false);
  const end = useSignOutEverywhere();
  return (
    <>
      <Button variant="secondary" onClick={() => setAsking(true)}>
        Sign out everywhere
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title="Sign out everywhere"
        onConfirm={async () => {
          await end.mutateAsync();
          window.location.assign("/login");
        }}
      >
        <p>Every browser that is signed in as you is signed out at once, this one too. API keys go on working.</p>
      </ConfirmDialog>
    </>
  );
}
