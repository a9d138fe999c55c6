import type { Metadata } from "next";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import { SecondStep } from "../../../components/account/secondStep.tsx";
import { SignInForm } from "../../../components/account/signInForm.tsx";
import { Page } from "../../../components/brand/page.tsx";
import { localPath } from "../../../components/session/signIn.ts";
import { Alert } from "../../../components/ui/alert.tsx";
import { pendingTokenIn } from "../../../lib/auth/pendingCookie.ts";
import { signInProviders } from "../../../lib/auth/providers.ts";
import { waysOfPending } from "../../../lib/services/secondFactor/signIn.ts";
import { needsOwner } from "../../../lib/services/team/bootstrap.ts";
import { homeOf, readSession } from "../../session.ts";

export const metadata: Metadata = { title: "Sign in" };

// A visitor who is signed in already goes on.
export const instant = false;

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  await connection();
  const { next, error, step } = await searchParams;
  const path = localPath(typeof next === "string" ? next : null);
  const session = await readSession();
  const home = session && (await homeOf(session));
  if (home) redirect(path === "/" ? home : path);
  if (await needsOwner()) redirect("/");
  // A sign-in at a provider comes back here for its second step.
  const ways = step === "second" ? await waysOfPending(pendingTokenIn((await cookies()).toString())) : null;
  if (ways !== null)
    return (
      <Page title="Sign in">
        <SecondStep ways={ways} next={path} />
      </Page>
    );
  return (
    <Page title="Sign in">
      <div className="space-y-5">
        {session && (
          <Alert tone="warn" title="You are not a member of an organization">
            Ask for an invitation, or sign in with another account.
          </Alert>
        )}
        {typeof error === "string" && (
          <Alert tone="bad" title="Signing in did not work">
            {error === "AccessDenied"
              ? "No member has the address of that account, or the provider has not verified it. Ask for an invitation."
              : "It was cancelled there, or the provider could not be reached or gave an answer that does not hold. Try again; the server's log says why."}
          </Alert>
        )}
        <SignInForm next={path} providers={signInProviders().map(({ id, name }) => ({ id, name }))} />
      </div>
    </Page>
  );
}
