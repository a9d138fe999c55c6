import type { Metadata } from "next";
import { Page } from "../../components/brand/page.tsx";
import { PortalExchange } from "../../components/portal/portalExchange.tsx";

export const metadata: Metadata = { title: "Portal" };

export default function PortalPage() {
  return (
    <Page title="Webhooks portal">
      <PortalExchange />
    </Page>
  );
}
