import type { Metadata } from "next";
import { cache, type ReactNode } from "react";
import { PortalShell } from "../../../components/portal/portalShell.tsx";
import { drawnNow } from "../../drawn.ts";
import { LookStyle, readLook } from "../look.tsx";
import { readPortalSession } from "../session.ts";

// Each visit asks anew who may see the page.
export const instant = false;

const readPortal = cache(async () => {
  const session = await readPortalSession();
  const look = await readLook();
  return { session, look, name: look.title ?? session.organizationName, drawn: await drawnNow() };
});

/** Tabs bear the name of the product that the portal belongs to. */
export async function generateMetadata(): Promise<Metadata> {
  const { name } = await readPortal();
  return { title: { default: name, template: `%s · ${name}` }, description: `Webhooks of ${name}` };
}

/** A visitor without a session is told where to get one. What a session may see and do, the API decides at each call. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { session, look, name, drawn } = await readPortal();
  return (
    <>
      <LookStyle look={look} />
      <PortalShell session={{ ...session, organizationName: name }} drawn={drawn}>
        {children}
      </PortalShell>
    </>
  );
}
