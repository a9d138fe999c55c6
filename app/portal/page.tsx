import type { Metadata } from "next";
import { connection } from "next/server";
import { Page } from "../../components/brand/page.tsx";
import { PortalExchange } from "../../components/portal/portalExchange.tsx";
import { LookStyle, readLook } from "./look.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const { title } = await readLook();
  return { title: { absolute: title ?? "Webhooks" }, description: "Your webhooks" };
}

/** Who comes here has a link, or had a session: the page still looks like the product that it belonged to. */
export default async function PortalPage() {
  await connection();
  const look = await readLook();
  return (
    <>
      <LookStyle look={look} />
      <Page title="Webhooks portal" brand={look.title ?? ""}>
        <PortalExchange />
      </Page>
    </>
  );
}
