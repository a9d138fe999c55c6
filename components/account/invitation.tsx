"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitationShownOut } from "../../lib/contract/member.ts";
import { api, ApiError } from "../api.ts";
import { Providers } from "../providers.tsx";
import { Alert } from "../ui/alert.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { Link } from "../ui/link.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { SignInForm } from "./signInForm.tsx";
import { AccountForm } from "./accountForm.tsx";
import { signIn } from "../session/signIn.ts";
import { signInAfter } from "./signInAfter.ts";
import type { WaitingStep } from "./step.ts";
import { useFragmentToken } from "./useFragmentToken.ts";

/** Joins an organization by an invitation's link: with the account one has, or with a new one. */
export function Invitation({ waiting }: { waiting: WaitingStep }) {
  const token = useFragmentToken();
  if (token === undefined) return null;
  if (token === null) return <NotUsable />;
  return (
    <Providers>
      <Invited token={token} waiting={waiting} />
    </Providers>
  );
}

function Invited({ token, waiting }: { token: string; waiting: WaitingStep }) {
  const [fault, setFault] = useState<{ message: string; attempt: number } | null>(null);
  const shown = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.post<InvitationShownOut>("/invitation/show", { body: { token } }),
  });
  if (shown.isPending) return <Skeleton className="h-6 w-72 max-w-full" />;
  if (isSpent(shown.error)) return <NotUsable />;
  if (shown.error) return <ErrorState what="The invitation" error={shown.error} onRetry={() => void shown.refetch()} />;
  const { organizationName, email, role, hasAccount } = shown.data;
  return (
    <>
      <p className="mb-5 max-w-prose text-ink-muted">
        <strong className="font-semibold text-ink">{organizationName}</strong> invites you to join as {role}.{" "}
        {hasAccount ? "Sign in to join." : "Choose a password to join."}
      </p>
      {fault !== null && (
        <div className="mb-5 max-w-sm">
          <Alert tone="bad" live title="You have not joined yet">
            {fault.message}
          </Alert>
        </div>
      )}
      {hasAccount ? (
        <SignInForm
          key={fault?.attempt}
          next="/"
          knownEmail={email}
          waiting={fault === null ? waiting : null}
          onSignedIn={() => void join(token).catch(({ message }: Error) => setFault({ message, attempt: (fault?.attempt ?? 0) + 1 }))}
        />
      ) : (
        <NewAccount token={token} email={email} />
      )}
    </>
  );
}

/** Throws where somebody else has signed in, by a passkey of theirs, and where it can't be said whether it was joined. */
async function join(token: string): Promise<void> {
  const joined = await api.post<Joined>("/invitation/join", { body: { token } }).catch((error: unknown) => {
    if (!isSpent(error) || error.status === 403) throw error;
    // It was joined already: the start page shows what there is.
    return null;
  });
  window.location.assign(joined === null ? "/" : startOf(joined));
}

type Joined = { organizationId: string };

/** The start page of the organization just joined, whichever was open last. */
const startOf = ({ organizationId }: Joined): string => `/?organization=${organizationId}`;

const isSpent = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;

function NewAccount({ token, email }: { token: string; email: string }) {
  const form = useApiForm({
    rule: async () => (await import("./rules.ts")).Account,
    initial: { name: "", password: "" },
    save: async ({ name, password }) => {
      const joined = await api.post<Joined>("/invitation/accept", { body: { token, name, password } }).catch(async (error: unknown) => {
        // Where the answer to an earlier try was lost, the account is there: this password shows that it is theirs.
        if (!(error instanceof ApiError) || error.status !== 403 || (await signIn(email, password)).kind !== "signedIn") throw error;
        return null;
      });
      if (joined === null) window.location.assign("/");
      else await signInAfter("joined", email, password, startOf(joined));
    },
  });
  return (
    <AccountForm form={form} action="Join organization">
      <p className="text-sm">
        <span className="block font-medium">E-mail</span>
        <span className="text-ink-muted wrap-anywhere">{email}</span>
      </p>
      <TextField name="name" label="Name" autoComplete="name" required />
      <TextField name="password" label="Password" type="password" autoComplete="new-password" required help="12 characters or more." />
    </AccountForm>
  );
}

const NotUsable = () => (
  <Alert tone="warn" title="This invitation can't be used">
    It has been used already, was taken back, or has expired. If you have joined,{" "}
    <Link className="underline underline-offset-2" href="/login">
      sign in
    </Link>
    ; if not, ask the person who invited you for a new one.
  </Alert>
);
