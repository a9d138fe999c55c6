import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import { doneWords, isDone } from "../../../components/account/doneWords.ts";
import { SignInForm } from "../../../components/account/signInForm.tsx";
import { Page } from "../../../components/brand/page.tsx";
import { localPath } from "../../../components/session/signIn.ts";
import { Alert } from "../../../components/ui/alert.tsx";
import { hasSession } from "../../../lib/auth/session.ts";
import { signInProviders } from "../../../lib/auth/providers.ts";
import { needsOwner } from "../../../lib/services/team/bootstrap.ts";
import { homeOf, readSession } from "../../session.ts";
import { waitingStep } from "../waitingStep.ts";

export const metadata: Metadata = { title: "Sign in" };

// A visitor who is signed in already goes on.
export const instant = false;

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  await connection();
  const { next, error, step, after } = await searchParams;
  const path = localPath(typeof next === "string" ? next : null);
  const session = await readSession();
  const home = session && (await homeOf(session));
  if (home) redirect(path === "/" ? home : path);
  if (await needsOwner()) redirect("/");
  return (
    <Page title="Sign in">
      <div className="space-y-5">
        {session && (
          <Alert tone="warn" title="You are not a member of an organization">
            Ask for an invitation, or sign in with another account.
          </Alert>
        )}
        {session === null && after === undefined && step === undefined && hasSession((await headers()).get("cookie") ?? "") && (
          <Alert tone="info" title="Your session has ended">
            Sign in again to go on.
          </Alert>
        )}
        {isDone(after) && (
          <Alert tone="info" title={doneWords[after]}>
            Only signing in right after that did not work. Sign in here to go on.
          </Alert>
        )}
        {typeof error === "string" && (
          <Alert tone="bad" title="Signing in did not work">
            {error === "AccessDenied"
              ? "No member has the address of that account, or the provider has not verified it. Ask for an invitation."
              : "It was cancelled there, or the provider could not be reached or gave an answer that does not hold. Try again; the server's log says why."}
          </Alert>
        )}
        {/* A sign-in at a provider comes back here for its second step, and so does a page that was loaded again. */}
        <SignInForm next={path} providers={signInProviders().map(({ id, name }) => ({ id, name }))} waiting={await waitingStep(step)} />
      </div>
    </Page>
  );
}
