import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Shell } from "../../../../components/shell/shell.tsx";
import { readSession } from "../../../session.ts";

// Each visit asks anew who may see the page.
export const instant = false;

type DashboardLayoutProps = { children: ReactNode; params: Promise<{ organization: string; environment: string }> };

/** Leads to the login who is not signed in. What a member may see and do, the API decides at each call. */
export default async function DashboardLayout({ children, params }: DashboardLayoutProps) {
  await connection();
  const session = await readSession();
  if (session === null) {
    const path = (await headers()).get("webster-path") ?? "/";
    redirect(`/login?next=${encodeURIComponent(path)}`);
  }
  const asked = await params;
  const organization = session.organizations.find(({ id }) => id === asked.organization);
  const environment = organization?.environments.find(({ id }) => id === asked.environment);
  if (organization === undefined || environment === undefined) notFound();
  return (
    <Shell session={session} organization={organization} environment={environment} renderedAtMs={Date.now()}>
      {children}
    </Shell>
  );
}
