import type { Metadata } from "next";
import { ResetPassword } from "../../../components/account/resetPassword.tsx";
import { Page } from "../../../components/brand/page.tsx";

export const metadata: Metadata = { title: "Set a new password" };

export default function ResetPasswordPage() {
  return (
    <Page title="Set a new password">
      <ResetPassword />
    </Page>
  );
}
