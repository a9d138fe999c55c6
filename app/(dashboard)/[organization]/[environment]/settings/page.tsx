import { redirect } from "next/navigation";
import { connection } from "next/server";

export const instant = false;

type SettingsPageProps = { params: Promise<{ organization: string; environment: string }> };

/** The first of them is everyone's. */
export default async function SettingsPage({ params }: SettingsPageProps) {
  await connection();
  const { organization, environment } = await params;
  redirect(`/${organization}/${environment}/settings/profile`);
}
