import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Page } from "../../../../components/brand/page.tsx";
import { SecondFactorRequired } from "../../../../components/secondFactor/requiredLater.tsx";
import { Shell } from "../../../../components/shell/shell.tsx";
import type { SessionOut } from "../../../../lib/contract/session.ts";
import { isId } from "../../../../lib/ids.ts";
import { drawnNow } from "../../../drawn.ts";
import { readSession } from "../../../session.ts";

// Each visit asks anew who may see the page.
export const instant = false;

type DashboardLayoutProps = { children: ReactNode; params: Promise<{ organization: string; environment: string }> };

/** Leads to the login who is not signed in. What a member may see and do, the API decides at each call. */
export default async function DashboardLayout({ children, params }: DashboardLayoutProps) {
  await connection();
  const asked = await params;
  // No address of ours: nobody need sign in to be told so.
  if (!isId("organization", asked.organization) || !isId("environment", asked.environment)) notFound();
  const session = await readSession();
  if (session === null) {
    const path = (await headers()).get("webster-path") ?? "/";
    redirect(`/login?next=${encodeURIComponent(path)}`);
  }
  const organization = session.organizations.find(({ id }) => id === asked.organization);
  const environment = organization?.environments.find(({ id }) => id === asked.environment);
  if (organization === undefined || environment === undefined) notFound();
  if (organization.secondFactorRequired && !session.secondFactorShown)
    return (
      <Page title={`${organization.name} requires a second factor`} lead="Set one up, and you are in. Your API keys keep working.">
        <SecondFactorRequired elsewhere={openOnes(session)} />
      </Page>
    );
  return (
    <Shell session={session} organization={organization} environment={environment} drawn={await drawnNow()}>
      {children}
    </Shell>
  );
}

/** The person's organizations that ask for no second factor, and where each begins. */
const openOnes = ({ organizations }: SessionOut) =>
  organizations
    .filter(({ secondFactorRequired }) => !secondFactorRequired)
    .flatMap(({ id, name, environments: [first] }) => (first === undefined ? [] : [{ name, path: `/${id}/${first.id}` }]));
