"use client";

import { useState } from "react";
import { api, ApiError } from "../api.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { TextField } from "../form/fields.tsx";
import { Link } from "../ui/link.tsx";
import { AccountForm } from "./accountForm.tsx";
import { signInAfter } from "./signInAfter.ts";
import { useFragmentToken } from "./useFragmentToken.ts";

/** Asks for a new password behind a mailed link, which holds a token; without one, asks where to mail the link. */
export function ResetPassword() {
  const token = useFragmentToken();
  if (token === undefined) return null;
  return token === null ? <AskForLink /> : <NewPassword token={token} />;
}

function NewPassword({ token }: { token: string }) {
  const [isSpent, setSpent] = useState(false);
  const form = useApiForm({
    rule: async () => (await import("./rules.ts")).Password,
    initial: { password: "" },
    title: "The password was not set",
    save: async ({ password }) => {
      const { email } = await api.post<{ email: string }>("/password-reset", { body: { token, password } }).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 403) setSpent(true);
        throw error;
      });
      await signInAfter("passwordSet", email, password, "/");
    },
  });
  if (isSpent)
    return (
      <Alert tone="warn" live title="This link can’t be used">
        It has been used already or has expired. If you have set the password,{" "}
        <Link className="underline underline-offset-2" href="/login">
          sign in
        </Link>
        . If not:
        <span className="mt-3 block">
          {/* The same page without the link’s token. */}
          <Button variant="secondary" size="small" onClick={() => window.location.assign("/reset")}>
            Ask for a new link
          </Button>
        </span>
      </Alert>
    );
  return (
    <AccountForm form={form} action="Set password">
      <TextField
        name="password"
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        help="12 characters or more. All your sessions end; this browser is signed in again."
      />
    </AccountForm>
  );
}

function AskForLink() {
  const [answer, setAnswer] = useState<{ mail: boolean } | null>(null);
  const form = useApiForm({
    rule: async () => (await import("../../lib/contract/account.ts")).PasswordForgottenIn,
    initial: { email: "" },
    save: async (input) => setAnswer(await api.post<{ mail: boolean }>("/password-reset/request", { body: input })),
  });
  if (answer?.mail)
    return (
      <Alert tone="good" live title="Look into your mail">
        If there is an account with this address, a link is on its way. It works once.
      </Alert>
    );
  if (answer)
    return (
      <Alert tone="warn" live title="This Webster sends no mail">
        Ask an admin of your organization for a password link: they make it in the settings, under Members. If there is nobody above you,
        whoever runs this Webster makes one with the command reset-link.
      </Alert>
    );
  return (
    <AccountForm form={form} action="Send link">
      <TextField
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        help="A link to set a new password is sent there."
      />
    </AccountForm>
  );
}
