import type { Metadata } from "next";
import { Invitation } from "../../../components/account/invitation.tsx";
import { Page } from "../../../components/brand/page.tsx";

export const metadata: Metadata = { title: "Join an organization" };

export default function InvitationPage() {
  return (
    <Page title="Join an organization">
      <Invitation />
    </Page>
  );
}
