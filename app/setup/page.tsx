import type { Metadata } from "next";
import { connection } from "next/server";
import { Page } from "../../components/brand/page.tsx";
import { LinkSpent } from "../../components/setup/linkSpent.tsx";
import { SetupForm } from "../../components/setup/setupForm.tsx";
import { isSetupTokenValid } from "../../lib/services/team/bootstrap.ts";
import { publicUrl } from "../publicUrl.ts";

export const metadata: Metadata = { title: "Set up" };

// What it shows depends on the token in the address.
export const instant = false;

export default async function SetupPage({ searchParams }: PageProps<"/setup">) {
  await connection();
  const { token } = await searchParams;
  const usable = typeof token === "string" && (await isSetupTokenValid(token));
  return <Page title="Set up Webster">{usable ? <SetupForm token={token} url={await publicUrl()} /> : <LinkSpent />}</Page>;
}
