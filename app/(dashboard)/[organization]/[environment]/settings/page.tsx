import { redirect } from "next/navigation";
import { connection } from "next/server";

export const instant = false;

type SettingsPageProps = { params: Promise<{ organization: string; environment: string }> };

/** Leads to the first page of the settings, which is everyone's. */
export default async function SettingsPage({ params }: SettingsPageProps) {
  await connection();
  const { organization, environment } = await params;
  redirect(`/${organization}/${environment}/settings/profile`);
}
