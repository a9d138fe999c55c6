import type { Metadata } from "next";
import { connection } from "next/server";
import { Invitation } from "../../../components/account/invitation.tsx";
import { Page } from "../../../components/brand/page.tsx";
import { waitingStep } from "../waitingStep.ts";

export const metadata: Metadata = { title: "Join an organization" };

// The browser may stand at the second step of its sign-in.
export const instant = false;

export default async function InvitationPage({ searchParams }: PageProps<"/invite">) {
  await connection();
  return (
    <Page title="Join an organization">
      <Invitation waiting={await waitingStep((await searchParams)["step"])} />
    </Page>
  );
}
